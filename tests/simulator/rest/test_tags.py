from typing import Any

import httpx
import pytest

from simulator.app import Simulator
from simulator.workspace.tags import Applied
from tests.simulator.rest.calling import NOOR, add, assert_refused

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("scene")]


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
