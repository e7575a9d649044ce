import uuid
from typing import Any

import httpx
import pytest
import pytest_asyncio

from simulator.app import Simulator
from simulator.workspace.tags import Applied

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOTH = pytest.mark.parametrize("plural", ["conversations", "tickets"])
NOOR = "5017001"
JONAS = "5017002"


@pytest_asyncio.fixture(loop_scope="session")
async def tag_id(control: httpx.AsyncClient) -> str:
    return str((await control.post("/tags", json={"name": "billing/refund"})).json()["id"])


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def scene(control: httpx.AsyncClient) -> None:
    for plural in ("conversations", "tickets", "contacts"):
        await control.post(f"/{plural}", json={"id": "215470001", "tags": ["triage/unsorted"]})


def assert_refused(answer: httpx.Response, status: int, code: str, message: str, field: str | None = None) -> None:
    error = {"code": code, "message": message} | ({} if field is None else {"field": field})
    document = answer.json()
    assert uuid.UUID(document.pop("request_id")).version == 4
    assert document == {"type": "error.list", "errors": [error]}
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"


async def add(intercom: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    return await intercom.post(path, json=fields)


async def remove(intercom: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    return await intercom.request("DELETE", path, json=fields)


@BOTH
async def test_a_tag_is_attached_with_who_and_when(
    plural: str, intercom: httpx.AsyncClient, simulator: Simulator, tag_id: str
) -> None:
    before = int(simulator.clock())

    answer = await add(intercom, f"/{plural}/215470001/tags", id=tag_id, admin_id=JONAS)

    tag = answer.json()
    assert answer.status_code == 200
    assert before <= tag.pop("applied_at") <= simulator.clock()
    assert tag == {
        "type": "tag",
        "id": tag_id,
        "name": "billing/refund",
        "applied_by": {"type": "admin", "id": JONAS},
    }


@BOTH
async def test_ids_may_be_integers_and_come_back_as_strings(
    plural: str, intercom: httpx.AsyncClient, tag_id: str
) -> None:
    answer = await add(intercom, f"/{plural}/215470001/tags", id=int(tag_id), admin_id=int(NOOR))

    assert answer.status_code == 200
    assert answer.json()["id"] == tag_id
    assert answer.json()["applied_by"]["id"] == NOOR


@BOTH
async def test_attaching_again_keeps_the_first_time_and_admin(
    plural: str, intercom: httpx.AsyncClient, tag_id: str
) -> None:
    first = await add(intercom, f"/{plural}/215470001/tags", id=tag_id, admin_id=NOOR)

    second = await add(intercom, f"/{plural}/215470001/tags", id=tag_id, admin_id=JONAS)

    assert second.status_code == 200
    assert second.json() == first.json()


@BOTH
async def test_a_detached_tag_is_gone_and_cannot_be_detached_twice(
    plural: str, intercom: httpx.AsyncClient, simulator: Simulator, tag_id: str
) -> None:
    await add(intercom, f"/{plural}/215470001/tags", id=tag_id, admin_id=NOOR)

    first = await remove(intercom, f"/{plural}/215470001/tags/{tag_id}", admin_id=NOOR)
    second = await remove(intercom, f"/{plural}/215470001/tags/{tag_id}", admin_id=NOOR)

    assert first.status_code == 200
    assert first.json()["name"] == "billing/refund"
    assert_refused(second, 404, "tag_not_found", "Tag not found")
    assert (
        tag_id
        not in simulator.workspace.find("conversation" if plural == "conversations" else "ticket", "215470001").tags
    )


@pytest.mark.parametrize(
    ("plural", "code", "message"),
    [
        pytest.param("conversations", "not_found", "Conversation not found", id="conversation"),
        pytest.param("tickets", "ticket_not_found", "Ticket not found", id="ticket"),
    ],
)
async def test_an_unknown_object_is_not_found(
    plural: str, code: str, message: str, intercom: httpx.AsyncClient, tag_id: str
) -> None:
    attached = await add(intercom, f"/{plural}/999/tags", id=tag_id, admin_id=NOOR)
    detached = await remove(intercom, f"/{plural}/999/tags/{tag_id}", admin_id=NOOR)

    assert_refused(attached, 404, code, message)
    assert_refused(detached, 404, code, message)


@BOTH
async def test_an_unknown_tag_cannot_be_attached(plural: str, intercom: httpx.AsyncClient) -> None:
    answer = await add(intercom, f"/{plural}/215470001/tags", id="999", admin_id=NOOR)

    assert_refused(answer, 404, "not_found", "Resource Not Found")


@BOTH
async def test_a_detach_without_a_body_lacks_its_admin(plural: str, intercom: httpx.AsyncClient, tag_id: str) -> None:
    answer = await intercom.delete(f"/{plural}/215470001/tags/{tag_id}")

    assert_refused(answer, 400, "parameter_not_found", "admin_id is a required parameter", "admin_id")


@BOTH
@pytest.mark.parametrize(
    ("fields", "status", "code", "message", "field"),
    [
        pytest.param(
            {"id": "7712001"},
            400,
            "parameter_not_found",
            "admin_id is a required parameter",
            "admin_id",
            id="no admin",
        ),
        pytest.param({"admin_id": NOOR}, 400, "parameter_not_found", "id is a required parameter", "id", id="no tag"),
        pytest.param(
            {"id": "7712001", "admin_id": "42"}, 404, "admin_not_found", "Admin not found", "admin_id", id="nobody"
        ),
        pytest.param(
            {"id": True, "admin_id": NOOR}, 400, "parameter_invalid", "id is invalid", "id", id="yes is no id"
        ),
        pytest.param(
            {"id": "7712001", "admin_id": [NOOR]},
            400,
            "parameter_invalid",
            "admin_id is invalid",
            "admin_id",
            id="a list is no id",
        ),
    ],
)
async def test_an_attach_with_bad_fields_is_refused(
    plural: str,
    fields: dict[str, Any],
    status: int,
    code: str,
    message: str,
    field: str,
    intercom: httpx.AsyncClient,
) -> None:
    answer = await add(intercom, f"/{plural}/215470001/tags", **fields)

    assert_refused(answer, status, code, message, field)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[1]", id="no object"),
        pytest.param(b'{"id": NaN}', id="not a number"),
        pytest.param(b'{"id": "\xff"}', id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
async def test_what_is_no_json_object_is_refused(body: bytes, intercom: httpx.AsyncClient) -> None:
    answer = await intercom.post("/conversations/215470001/tags", content=body)

    assert_refused(answer, 400, "parameter_invalid", "invalid JSON")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Authorization": "Bearer wrong"}, id="wrong token"),
        pytest.param({"Authorization": "test-token"}, id="no bearer"),
        pytest.param({"Authorization": ""}, id="empty"),
    ],
)
async def test_a_bad_token_is_refused_before_anything_else(
    headers: dict[str, str], intercom: httpx.AsyncClient
) -> None:
    answers = [
        await intercom.get("/me", headers=headers),
        await intercom.get("/nowhere", headers=headers),
        await intercom.post("/conversations/999/tags", content=b"{", headers=headers),
    ]

    for answer in answers:
        assert_refused(answer, 401, "unauthorized", "Access Token Invalid")


async def test_a_version_that_does_not_exist_is_refused(intercom: httpx.AsyncClient) -> None:
    answer = await intercom.get("/me", headers={"Intercom-Version": "2.99"})

    assert_refused(answer, 400, "intercom_version_invalid", "The requested version could not be found: 2.99")


async def test_a_call_without_a_version_is_answered(intercom: httpx.AsyncClient) -> None:
    del intercom.headers["Intercom-Version"]

    answer = await intercom.get("/me")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/tags"),
        ("GET", "/conversations/215470001/tags"),
        ("GET", "/tickets/215470001/tags"),
        ("PATCH", "/conversations/215470001"),
        ("POST", "/me"),
        ("PUT", "/contacts/215470001/tags"),
        ("GET", "/nowhere"),
        ("GET", "/"),
    ],
)
async def test_a_wrong_method_or_path_is_not_found(method: str, path: str, intercom: httpx.AsyncClient) -> None:
    answer = await intercom.request(method, path)

    assert_refused(answer, 404, "not_found", "Resource Not Found")


async def test_a_new_name_makes_a_tag(intercom: httpx.AsyncClient) -> None:
    answer = await add(intercom, "/tags", name="Urgent")
    listed = await intercom.get("/tags")

    tag = {"type": "tag", "id": answer.json()["id"], "name": "Urgent"}
    assert answer.status_code == 200
    assert answer.json() == tag
    assert listed.json()["type"] == "list"
    assert tag in listed.json()["data"]


async def test_a_known_name_finds_its_tag_whatever_the_case(intercom: httpx.AsyncClient, tag_id: str) -> None:
    answer = await add(intercom, "/tags", name="BILLING/Refund")

    assert answer.json() == {"type": "tag", "id": tag_id, "name": "billing/refund"}


async def test_an_id_renames_its_tag_and_frees_the_old_name(intercom: httpx.AsyncClient, tag_id: str) -> None:
    renamed = await add(intercom, "/tags", id=int(tag_id), name="money/refund")
    anew = await add(intercom, "/tags", name="billing/refund")

    assert renamed.json() == {"type": "tag", "id": tag_id, "name": "money/refund"}
    assert anew.json()["id"] != tag_id


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="no name"),
        pytest.param({"name": "  "}, id="blank name"),
        pytest.param({"name": 7}, id="a number"),
        pytest.param({"name": "a", "companies": [], "users": []}, id="two forms at once"),
        pytest.param({"name": "a", "companies": []}, id="no companies"),
        pytest.param({"name": "a", "companies": ["1"]}, id="a company that is no object"),
        pytest.param({"name": "a", "companies": {"id": "1"}}, id="companies that are no list"),
        pytest.param({"name": "a", "companies": [{"name": "b"}]}, id="a company without id"),
        pytest.param({"name": "a", "users": [{"email": "ada@example.com"}]}, id="a contact without id"),
    ],
)
async def test_bad_tag_parameters_are_refused(fields: dict[str, Any], intercom: httpx.AsyncClient) -> None:
    answer = await add(intercom, "/tags", **fields)

    assert_refused(answer, 400, "parameter_invalid", "invalid tag parameters")


async def test_a_rename_needs_a_known_tag_and_a_free_name(intercom: httpx.AsyncClient, tag_id: str) -> None:
    unknown = await add(intercom, "/tags", id="999", name="a")
    taken = await add(intercom, "/tags", id=tag_id, name="TRIAGE/unsorted")

    assert_refused(unknown, 404, "not_found", "Resource Not Found")
    assert_refused(taken, 400, "parameter_invalid", "invalid tag parameters", "name")


async def test_a_tag_is_found_by_id_without_saying_who_applied_it(intercom: httpx.AsyncClient, tag_id: str) -> None:
    found = await intercom.get(f"/tags/{tag_id}")
    unknown = await intercom.get("/tags/999")

    assert found.json() == {"type": "tag", "id": tag_id, "name": "billing/refund"}
    assert_refused(unknown, 404, "not_found", "Resource Not Found")


async def test_a_deleted_tag_leaves_every_object(
    intercom: httpx.AsyncClient, simulator: Simulator, tag_id: str
) -> None:
    tagged = simulator.workspace.find("ticket", "215470001")
    simulator.workspace.attach(tagged, tag_id, Applied(1, NOOR))

    answer = await intercom.delete(f"/tags/{tag_id}")
    again = await intercom.delete(f"/tags/{tag_id}")

    assert (answer.status_code, answer.content) == (200, b"")
    assert tag_id not in tagged.tags
    assert_refused(again, 404, "not_found", "Resource Not Found")


async def test_a_tag_that_a_segment_uses_stays(intercom: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    tag = (await control.post("/tags", json={"name": "vip", "segments": ["Seg 1"]})).json()

    answer = await intercom.delete(f"/tags/{tag['id']}")

    message = "Unable to delete Tag with dependent objects. Segments: Seg 1."
    assert_refused(answer, 400, "tag_has_dependent_objects", message)


async def test_contacts_are_tagged_without_an_admin(intercom: httpx.AsyncClient, tag_id: str) -> None:
    attached = await add(intercom, "/contacts/215470001/tags", id=tag_id)
    listed = await intercom.get("/contacts/215470001/tags")
    detached = await intercom.delete(f"/contacts/215470001/tags/{tag_id}")

    assert attached.status_code == detached.status_code == 200
    assert attached.json()["applied_by"] == {"type": "admin", "id": NOOR}
    assert [tag["name"] for tag in listed.json()["data"]] == ["triage/unsorted", "billing/refund"]
    assert listed.json()["type"] == "list"


async def test_contacts_tell_an_unknown_user_from_an_unknown_tag(intercom: httpx.AsyncClient, tag_id: str) -> None:
    nobody = [
        await intercom.get("/contacts/999/tags"),
        await add(intercom, "/contacts/999/tags", id=tag_id),
        await intercom.delete(f"/contacts/999/tags/{tag_id}"),
    ]
    nothing = [
        await add(intercom, "/contacts/215470001/tags", id="999"),
        await intercom.delete("/contacts/215470001/tags/999"),
    ]

    for answer in nobody:
        assert_refused(answer, 404, "not_found", "User Not Found")
    for answer in nothing:
        assert_refused(answer, 404, "not_found", "Resource Not Found")


async def test_a_conversation_shows_its_tags(intercom: httpx.AsyncClient) -> None:
    answer = await intercom.get("/conversations/215470001")
    unknown = await intercom.get("/conversations/999")

    assert [tag["name"] for tag in answer.json()["tags"]["tags"]] == ["triage/unsorted"]
    assert answer.json()["id"] == "215470001"
    assert_refused(unknown, 404, "not_found", "Resource Not Found")


async def test_a_ticket_never_shows_its_tags(intercom: httpx.AsyncClient) -> None:
    answer = await intercom.get("/tickets/215470001")
    unknown = await intercom.get("/tickets/999")

    assert answer.json()["type"] == "ticket"
    assert "tags" not in answer.json()
    assert_refused(unknown, 404, "ticket_not_found", "Ticket not found")


async def test_me_names_the_workspace(intercom: httpx.AsyncClient) -> None:
    me = (await intercom.get("/me")).json()

    assert (me["type"], me["id"], me["app"]["id_code"]) == ("admin", NOOR, "q4mx81zt")


async def test_admins_are_listed_and_found(intercom: httpx.AsyncClient) -> None:
    listed = (await intercom.get("/admins")).json()
    found = (await intercom.get(f"/admins/{JONAS}")).json()
    unknown = await intercom.get("/admins/42")

    assert listed["type"] == "admin.list"
    assert found in listed["admins"]
    assert_refused(unknown, 404, "admin_not_found", "Admin not found")
