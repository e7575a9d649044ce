"""`POST /tags` for companies and contacts."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from simulator.app import Simulator
from simulator.workspace.objects import Kind

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def scene(control: httpx.AsyncClient) -> None:
    for name in ("one", "two"):
        await control.post("/companies", json={"id": name, "item": {"company_id": f"own-{name}"}, "tags": ["old"]})
        await control.post("/contacts", json={"id": name})


async def post(intercom: httpx.AsyncClient, name: str, version: str = "2.10", **entries: Any) -> httpx.Response:
    return await intercom.post("/tags", json={"name": name, **entries}, headers={"Intercom-Version": version})


def names(simulator: Simulator, kind: Kind, object_id: str) -> list[str]:
    return simulator.workspace.names_on(simulator.workspace.find(kind, object_id))


async def test_companies_are_tagged_by_either_id(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    answer = await post(intercom, "VIP", companies=[{"id": "one"}, {"company_id": "own-two"}])

    assert answer.status_code == 200
    assert answer.json().keys() == {"type", "id", "name"}
    assert names(simulator, "company", "one") == names(simulator, "company", "two") == ["old", "VIP"]


async def test_the_name_finds_a_tag_whatever_the_case(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    await post(intercom, "OLD", users=[{"id": "one"}])

    assert names(simulator, "contact", "one") == ["old"]
    assert [tag.name for tag in simulator.workspace.tags.values()] == ["old"]


async def test_a_renamed_tag_is_not_found_by_its_old_name(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    old = simulator.workspace.tag_named("old")
    assert old is not None
    await intercom.post("/tags", json={"id": old.id, "name": "new"})

    answer = await post(intercom, "old", companies=[{"id": "one"}])

    assert answer.json()["id"] != old.id
    assert names(simulator, "company", "one") == ["new", "old"]


@pytest.mark.parametrize("untag", [True, "true"])
async def test_companies_are_untagged(untag: object, intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    answer = await post(intercom, "old", companies=[{"id": "one", "untag": untag}])
    again = await post(intercom, "old", companies=[{"id": "one", "untag": untag}])

    assert (answer.status_code, again.status_code) == (200, 200)
    assert (names(simulator, "company", "one"), names(simulator, "company", "two")) == ([], ["old"])


@pytest.mark.parametrize("untag", [False, "false", None])
async def test_anything_else_tags(untag: object, intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    await post(intercom, "new", companies=[{"id": "one", "untag": untag}])

    assert names(simulator, "company", "one") == ["old", "new"]


@pytest.mark.parametrize(
    ("form", "code"), [("companies", "company_not_found"), ("users", "not_found")], ids=["companies", "users"]
)
async def test_one_unknown_leaves_all_as_they_were(
    form: str, code: str, intercom: httpx.AsyncClient, simulator: Simulator
) -> None:
    answer = await intercom.post("/tags", json={"name": "new", form: [{"id": "one"}, {"id": "nobody"}]})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, code)
    assert simulator.workspace.tag_named("new") is None


@pytest.mark.parametrize(("form", "kind"), [("companies", "company"), ("users", "contact")])
async def test_from_2_16_on_each_is_told(
    form: str, kind: Kind, intercom: httpx.AsyncClient, simulator: Simulator
) -> None:
    answer = await post(intercom, "new", "2.16", **{form: [{"id": "one"}, {"id": "nobody"}]})

    assert answer.status_code == 200
    assert answer.json()[form] == [{"id": "one", "tagged": True}, {"id": "nobody", "tagged": False}]
    assert names(simulator, kind, "one")[-1] == "new"


async def test_tagging_changes_a_contact(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await control.post("/contacts", json={"id": "one", "item": {"updated_at": 1_700_000_000}})
    await control.post("/companies", json={"id": "one", "item": {"updated_at": 1_700_000_000}})

    await post(intercom, "new", users=[{"id": "one"}])
    await post(intercom, "new", companies=[{"id": "one"}])

    assert (await intercom.get("/contacts/one")).json()["updated_at"] > 1_700_000_000
    assert (await intercom.get("/companies/one")).json()["updated_at"] == 1_700_000_000


async def test_tagging_again_changes_nothing(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    item = {"updated_at": 1_700_000_000}
    tag = (await control.post("/tags", json={"name": "t"})).json()["id"]
    await control.post("/contacts", json={"id": "one", "item": item, "tags": ["t"]})

    await intercom.post("/contacts/one/tags", json={"id": tag})
    before = (await intercom.get("/contacts/one")).json()["updated_at"]
    await intercom.delete(f"/contacts/one/tags/{tag}")
    after = (await intercom.get("/contacts/one")).json()["updated_at"]

    assert before == 1_700_000_000 < after
