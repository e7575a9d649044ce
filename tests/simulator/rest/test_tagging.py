from typing import Any

import httpx
import pytest

from simulator.app import Simulator
from tests.simulator.rest.calling import JONAS, NOOR, add, assert_refused, remove

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("scene")]


BOTH = pytest.mark.parametrize("plural", ["conversations", "tickets"])


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
