from typing import Any

import msgspec
import pytest

from workers.intercom.call import Call
from workers.intercom.errors import (
    AdminGone,
    Forbidden,
    IntercomError,
    RateLimited,
    Rejected,
    TagGone,
    TargetGone,
    Unauthorized,
    Unavailable,
)
from workers.intercom.limits import Limits
from workers.intercom.verdict import Reply, contents


def reply(status: int, body: bytes) -> Reply:
    return Reply(
        Call("POST", "/tickets/5/tags", missing=TagGone),
        status,
        body,
        Limits(remaining=3),
        sent_at=1.0,
        received_at=2.0,
    )


def refused(status: int, code: str, message: str | None = None, **more: Any) -> Reply:
    envelope = {
        "type": "error.list",
        "request_id": "b68959ea-6328-4f70-83cb-e7913dba1542",
        "errors": [{"code": code, "message": message, **more}],
    }
    return reply(status, msgspec.json.encode(envelope))


@pytest.mark.parametrize(
    ("status", "code", "message", "family"),
    [
        pytest.param(429, "rate_limit_exceeded", "The rate limit for the App has been exceeded", RateLimited, id="429"),
        pytest.param(401, "unauthorized", "Access Token Invalid", Unauthorized, id="401"),
        pytest.param(403, "api_plan_restricted", "Active subscription needed.", Forbidden, id="403"),
        pytest.param(404, "admin_not_found", "Admin not found", AdminGone, id="admin unknown"),
        pytest.param(422, "admin_not_found", None, AdminGone, id="admin unknown, another status"),
        pytest.param(400, "parameter_not_found", "admin_id is a required parameter", Unauthorized, id="admin missing"),
        pytest.param(404, "ticket_not_found", "Ticket not found", TargetGone, id="ticket gone"),
        pytest.param(404, "not_found", "Conversation not found", TargetGone, id="conversation gone"),
        pytest.param(404, "tag_not_found", "Tag not found", TagGone, id="tag gone"),
        pytest.param(404, "not_found", "Resource Not Found", TagGone, id="something else gone"),
        pytest.param(404, "company_not_found", "Company Not Found", TargetGone, id="company gone"),
        pytest.param(404, "not_found", "User Not Found", TargetGone, id="contact gone"),
        pytest.param(404, "assignee_not_found", "Assignee not found", Rejected, id="404 about something else"),
        pytest.param(400, "parameter_invalid", "invalid tag parameters", Rejected, id="400"),
        pytest.param(422, "unprocessable_entity", None, Rejected, id="422"),
        pytest.param(405, "client_error", None, Rejected, id="405"),
        pytest.param(408, "request_timeout", None, Unavailable, id="408"),
        pytest.param(409, "conflict", None, Unavailable, id="409"),
        pytest.param(425, "client_error", None, Unavailable, id="425"),
        pytest.param(500, "server_error", None, Unavailable, id="500"),
        pytest.param(502, "server_error", None, Unavailable, id="502"),
        pytest.param(503, "service_unavailable", None, Unavailable, id="503"),
        pytest.param(599, "admin_not_found", None, Unavailable, id="599"),
        pytest.param(200, "server_error", None, Unavailable, id="an error called 200"),
        pytest.param(307, "moved", None, Rejected, id="redirect"),
    ],
)
def test_a_refusal_is_named_for_what_to_do(
    status: int, code: str, message: str | None, family: type[IntercomError]
) -> None:
    with pytest.raises(IntercomError) as caught:
        contents(refused(status, code, message))

    assert type(caught.value) is family
    assert (caught.value.status, caught.value.code, caught.value.message) == (status, code, message)


def test_a_field_named_admin_id_is_about_the_admin() -> None:
    with pytest.raises(Unauthorized):
        contents(refused(400, "parameter_invalid", "is unknown", field="admin_id"))


@pytest.mark.parametrize("code", ["ada@example.com", "Ada said no", "x" * 65, "", "a\nb"])
def test_what_cannot_be_a_code_is_none(code: str) -> None:
    with pytest.raises(IntercomError) as caught:
        contents(refused(400, code, "no"))

    assert caught.value.code != code
    assert "ada" not in caught.value.plain.lower()


def test_a_refusal_carries_what_the_budget_and_a_reader_need() -> None:
    with pytest.raises(Rejected) as caught:
        contents(refused(400, "parameter_invalid", "invalid tag parameters"))

    assert str(caught.value) == (
        "POST /tickets/5/tags: 400 parameter_invalid invalid tag parameters"
        " (request b68959ea-6328-4f70-83cb-e7913dba1542)"
    )
    assert caught.value.plain == (
        "POST /tickets/5/tags: 400 parameter_invalid (request b68959ea-6328-4f70-83cb-e7913dba1542)"
    )
    assert caught.value.request_id == "b68959ea-6328-4f70-83cb-e7913dba1542"
    assert caught.value.limits == Limits(remaining=3)
    assert (caught.value.sent_at, caught.value.received_at) == (1.0, 2.0)


@pytest.mark.parametrize("status", [404, 400, 405, 422, 200, 500])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>Bad gateway</html>", id="HTML"),
        pytest.param(b'{"type": "tag", "id"', id="half a body"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"\xff"', id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="long number"),
    ],
)
def test_a_body_that_is_not_the_apis_may_be_asked_for_again(status: int, body: bytes) -> None:
    with pytest.raises(Unavailable) as caught:
        contents(reply(status, body))

    assert caught.value.code is None
    assert caught.value.message is None


@pytest.mark.parametrize(
    ("status", "family"), [(401, Unauthorized), (403, Forbidden), (429, RateLimited), (302, Rejected)]
)
def test_some_statuses_need_no_body(status: int, family: type[IntercomError]) -> None:
    with pytest.raises(family):
        contents(reply(status, b"<html>"))


@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param({"type": "error.list", "errors": []}, id="empty"),
        pytest.param({"type": "error.list", "errors": None}, id="null"),
        pytest.param({"type": "error.list", "errors": [3, "x"]}, id="no objects"),
        pytest.param({"type": "error.list", "errors": [{"code": 7, "message": {"a": 1}, "field": 1}]}, id="odd types"),
        pytest.param({"type": "error.list", "request_id": 5, "errors": {}}, id="an object"),
    ],
)
def test_an_odd_envelope_is_still_an_answer(envelope: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        contents(reply(400, msgspec.json.encode(envelope)))


def test_an_error_may_name_its_code_type() -> None:
    with pytest.raises(Rejected) as caught:
        contents(reply(400, b'{"type":"error.list","errors":[{"type":"parameter_invalid"}]}'))

    assert caught.value.code == "parameter_invalid"


def test_words_from_outside_are_one_short_line() -> None:
    with pytest.raises(Rejected) as caught:
        contents(refused(400, "parameter_invalid", "a\nforged: line\x1b[2J" + "x" * 5000))

    assert caught.value.message == "a forged: line [2J" + "x" * 182


@pytest.mark.parametrize(
    ("status", "maybe"), [(200, True), (500, True), (503, True), (408, True), (409, False), (404, False), (302, False)]
)
def test_an_error_says_whether_the_change_may_have_been_made(status: int, *, maybe: bool) -> None:
    with pytest.raises(IntercomError) as caught:
        contents(reply(status, b""))

    assert caught.value.maybe_applied is maybe


def test_an_answer_of_the_api_is_its_object() -> None:
    assert contents(reply(200, b'{"type":"tag","id":"7"}')) == {"type": "tag", "id": "7"}
