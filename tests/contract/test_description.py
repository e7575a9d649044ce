"""The yardstick itself: it must find fault with what is wrong, or it would prove nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract import description
from tests.contract.description import Description, described
from tests.contract.operations import OPERATIONS, TAGS


@pytest.fixture
def intercom() -> Description:
    return described()


def answer(document: Any) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("method", "path", "operation_id"),
    [
        ("GET", "/me", "identifyAdmin"),
        ("POST", "/contacts/search", "SearchContacts"),
        ("GET", "/contacts/66ab2f10c4d5e6f7a8b90c11", "ShowContact"),
        ("DELETE", "/tickets/215/tags/77", "detachTagFromTicket"),
    ],
)
def test_a_call_is_known_by_its_operation(method: str, path: str, operation_id: str, intercom: Description) -> None:
    operation = intercom.operation(method, path)

    assert operation is not None
    assert operation.id == operation_id


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        pytest.param("GET", "/conversations/215", {"display_as": "plaintext"}, None, id="query"),
        pytest.param("POST", "/tags", {}, {"name": "vip"}, id="create a tag"),
        pytest.param("POST", "/tags", {}, {"id": "77", "name": "vip"}, id="rename a tag"),
        pytest.param("POST", "/tags", {}, {"name": "vip", "companies": [{"company_id": "a-1"}]}, id="tag a company"),
        pytest.param(
            "POST", "/tags", {}, {"name": "vip", "companies": [{"id": "a", "untag": True}]}, id="untag a company"
        ),
        pytest.param("POST", "/tags", {}, {"name": "vip", "users": [{"id": "66ab"}]}, id="tag a contact by name"),
        pytest.param("DELETE", "/tickets/215/tags/77", {}, {"admin_id": "5017001"}, id="body of a delete"),
        pytest.param(
            "POST",
            "/conversations/search",
            {},
            {
                "query": {
                    "operator": "AND",
                    "value": [
                        {"field": "updated_at", "operator": ">", "value": 1722500000},
                        {"operator": "OR", "value": [{"field": "open", "operator": "=", "value": True}]},
                    ],
                },
                "pagination": {"per_page": 150, "starting_after": None},
            },
            id="search",
        ),
    ],
)
def test_good_requests_have_no_problems(
    method: str, path: str, query: dict[str, str], body: Any, intercom: Description
) -> None:
    sent = {} if body is None else {"body": body}

    assert intercom.request_problems(method, path, query=query, **sent) == []


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "problem"),
    [
        pytest.param("GET", "/nowhere", {}, None, "there is no such operation", id="no operation"),
        pytest.param("GET", "/tags", {"page": "2"}, None, "the parameter page is not documented", id="unknown query"),
        pytest.param("GET", "/conversations/abc", {}, None, "is 'abc', which is no integer", id="path"),
        pytest.param("GET", "/me", {}, {}, "takes no body", id="body too many"),
        pytest.param("POST", "/tickets/215/tags", {}, None, "lacks its body", id="no body"),
        pytest.param("POST", "/tickets/215/tags", {}, {"id": "7"}, "$: 'admin_id' is a required", id="no admin"),
        pytest.param("POST", "/contacts/66/tags", {}, {"id": 7}, "$.id: 7 is not of type 'string'", id="type"),
        pytest.param("POST", "/contacts/66/tags", {}, {"id": "7", "x": 1}, "'x' was unexpected", id="unknown field"),
        pytest.param("POST", "/contacts/66/tags", {}, None, "lacks its body", id="nothing at all"),
        pytest.param("POST", "/tags", {}, {"companies": [{"id": "a"}]}, "'name' is a required", id="no name"),
        pytest.param(
            "POST",
            "/contacts/search",
            {},
            {"query": {"field": "email", "operator": "==", "value": "a"}},
            "'==' is not one of",
            id="operator",
        ),
    ],
)
def test_bad_requests_are_told(
    method: str, path: str, query: dict[str, str], body: Any, problem: str, intercom: Description
) -> None:
    sent = {} if body is None else {"body": body}

    problems = intercom.request_problems(method, path, query=query, **sent)

    assert problem in "\n".join(problems)


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        pytest.param(
            "GET", "/tags/7", 404, {"type": "error.list", "request_id": None, "errors": [{"code": "not_found"}]}, id="e"
        ),
        pytest.param("GET", "/tags/7", 200, {"type": "tag", "id": "7", "name": "vip"}, id="tag"),
        pytest.param(
            "GET",
            "/conversations/7",
            200,
            {
                "type": "conversation",
                "custom_attributes": {"Plan": 7},
                "tags": {
                    "type": "tag.list",
                    "tags": [{"type": "tag", "id": "7", "applied_at": None, "applied_by": None}],
                },
            },
            id="conversation",
        ),
    ],
)
def test_good_answers_have_no_problems(method: str, path: str, status: int, body: Any, intercom: Description) -> None:
    assert intercom.answer_problems(method, path, status, answer(body)) == []


@pytest.mark.parametrize(
    ("path", "status", "body", "problem"),
    [
        pytest.param("/tags/7", 418, b"{}", "-> 418: is not documented; these are: 200, 404, 401", id="status"),
        pytest.param("/tags/7", 200, b"<html>", "is no JSON", id="no JSON"),
        pytest.param("/tags/7", 200, answer({"id": 7}), "$.id: 7 is not of type 'string'", id="type"),
        pytest.param("/tags/7", 200, answer({"id": None}), "$.id: None for not nullable", id="null"),
        pytest.param("/tags/7", 200, answer({"applied_at": 1}), "'applied_at' was unexpected", id="unknown field"),
        pytest.param("/tags/7", 404, answer({"type": "error.list"}), "'errors' is a required property", id="required"),
        pytest.param(
            "/conversations/7", 200, answer({"tags": {"tags": [{"id": 1}]}}), "$.tags.tags[0].id: 1 is not", id="deep"
        ),
        pytest.param("/conversations/7", 200, answer({"state": "shut"}), "'shut' is not one of", id="enum"),
    ],
)
def test_bad_answers_are_told(path: str, status: int, body: bytes, problem: str, intercom: Description) -> None:
    assert problem in "\n".join(intercom.answer_problems("GET", path, status, body))


def test_a_body_where_none_is_documented_is_told(intercom: Description) -> None:
    assert intercom.answer_problems("DELETE", "/tags/7", 200, b"") == []
    assert "has a body" in "\n".join(intercom.answer_problems("DELETE", "/tags/7", 200, b"{}"))


def test_whoever_has_the_project_alone_is_told_why_nothing_is_compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(description, "SHARED", tmp_path / "shared")

    with pytest.raises(pytest.skip.Exception, match="there is no folder shared beside the project"):
        described()


def test_a_description_lost_from_its_folder_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(description, "SHARED", tmp_path)
    monkeypatch.setattr(description, "FILE", tmp_path / "openapi-2.10.yaml")
    description.load.cache_clear()

    with pytest.raises(FileNotFoundError):
        described()


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_its_own_examples_of_answers_have_no_problems(operation_id: str, intercom: Description) -> None:
    operation = intercom.named(operation_id)
    examples = [
        (int(status), example["value"])
        for status, described in operation.document["responses"].items()
        for example in described.get("content", {}).get("application/json", {}).get("examples", {}).values()
    ]

    problems = [
        problem
        for status, document in examples
        for problem in intercom.answer_problems(operation.method, operation.called, status, answer(document))
    ]

    assert examples
    assert problems == []


def test_all_operations_on_tags_are_known(intercom: Description) -> None:
    section = {operation.id for operation in intercom.operations() if "Tags" in operation.document["tags"]}

    assert section == set(TAGS)
