from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from simulator.app import Simulator
from simulator.program import create_simulator
from simulator.settings import SimulatorSettings

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOOR = "5017001"


async def state_of(control: httpx.AsyncClient) -> dict[str, Any]:
    state: dict[str, Any] = (await control.get("/state")).json()
    return state


@pytest.mark.parametrize("plural", ["conversations", "tickets", "contacts"])
async def test_a_seeded_object_shows_its_tags_and_who_applied_them(plural: str, control: httpx.AsyncClient) -> None:
    await control.post(f"/{plural}", json={"id": "77", "tags": ["triage/unsorted", "vip"]})

    state = await state_of(control)

    tags = state[plural]["77"]["tags"]
    assert [(tag["name"], tag["applied_by"]) for tag in tags] == [("triage/unsorted", NOOR), ("vip", NOOR)]
    assert {tag["name"] for tag in state["tags"]} == {"triage/unsorted", "vip"}


async def test_seeding_again_replaces_the_tags(control: httpx.AsyncClient) -> None:
    await control.post("/tickets", json={"id": "77", "tags": ["a"]})
    await control.post("/tickets", json={"id": "77", "tags": ["b"]})

    state = await state_of(control)

    assert [tag["name"] for tag in state["tickets"]["77"]["tags"]] == ["b"]


async def test_an_object_may_differ_from_a_plain_one(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await control.post("/conversations", json={"id": "77", "item": {"priority": "priority"}})

    conversation = (await intercom.get("/conversations/77")).json()

    assert (conversation["priority"], conversation["state"]) == ("priority", "open")


async def test_a_seeded_admin_may_tag(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await control.post("/admins", json={"id": "42"})
    await control.post("/conversations", json={"id": "77"})
    tag = (await control.post("/tags", json={"name": "a"})).json()

    answer = await intercom.post("/conversations/77/tags", json={"id": tag["id"], "admin_id": "42"})

    assert answer.status_code == 200
    assert "42" in {admin["id"] for admin in (await state_of(control))["admins"]}


async def test_every_call_is_listed_with_what_became_of_it(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, simulator: Simulator
) -> None:
    before = simulator.clock()
    await intercom.post("/tags", json={"name": "a"})
    await intercom.post("/tags", json={"name": "a"})
    await intercom.get("/tags/999")

    calls = (await control.get("/calls")).json()["calls"]

    assert [(call["method"], call["path"], call["status"], call["applied"]) for call in calls] == [
        ("POST", "/tags", 200, True),
        ("POST", "/tags", 200, False),
        ("GET", "/tags/999", 404, False),
    ]
    assert all(before <= call["received"] <= simulator.clock() for call in calls)
    assert (calls[0]["version"], calls[0]["body"], calls[0]["fault"]) == ("2.10", '{"name":"a"}', None)


async def test_calls_can_be_asked_for_from_a_moment_on(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await intercom.get("/me")
    (first,) = (await control.get("/calls")).json()["calls"]
    await intercom.get("/admins")

    later = (await control.get("/calls", params={"since": first["received"]})).json()["calls"]

    assert [call["path"] for call in later] == ["/admins"]


async def test_a_reset_forgets_everything(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await control.post("/conversations", json={"id": "77", "tags": ["a"]})
    await control.post("/faults", json={"kind": "status"})
    await control.post("/limits", json={"limit": 3, "speaks_of": "minute"})
    await intercom.get("/me")

    await control.post("/reset")

    state = await state_of(control)
    assert (state["tags"], state["conversations"]) == ([], {})
    assert (await control.get("/faults")).json() == {"faults": []}
    assert (await control.get("/calls")).json() == {"calls": []}
    assert (await control.get("/windows")).json()["windows"] == []
    assert (await control.post("/limits", json={})).json()["limit"] == 100_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/conversations", {}),
        ("/conversations", {"id": "a b"}),
        ("/conversations", {"id": "1", "tag": ["a"]}),
        ("/tags", {"name": ""}),
        ("/limits", {"window": 0}),
        ("/send", {}),
        ("/send", {"url": "receiver:8080"}),
        ("/send", {"url": "http://127.0.0.1:1", "events": 0}),
    ],
)
async def test_nonsense_is_turned_down_with_a_reason(path: str, body: Any, control: httpx.AsyncClient) -> None:
    answer = await control.post(path, json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("client", "status"),
    [
        pytest.param("203.0.113.9", 403, id="from afar"),
        pytest.param("127.0.0.1", 200, id="from here"),
        pytest.param("::1", 200, id="from here by IPv6"),
    ],
)
async def test_only_the_loopback_interface_may_control(client: str, status: int) -> None:
    simulator = create_simulator(SimulatorSettings())
    sent: list[Message] = []
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/_simulator/state",
        "raw_path": b"/_simulator/state",
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "client": (client, 50_000),
    }

    await simulator(scope, _nothing, _into(sent))

    assert sent[0]["status"] == status


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _into(sent: list[Message]) -> Any:
    async def send(message: Message) -> None:
        sent.append(message)

    return send


async def test_a_workspace_can_be_invented(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    wanted = {"conversations": 30, "tickets": 4, "contacts": 10, "companies": 2, "seed": 3}
    query = {"field": "open", "operator": "IN", "value": [True, False]}

    invented = await control.post("/population", json=wanted)

    found = await intercom.post("/conversations/search", json={"query": query})
    assert invented.json() == {"conversations": 30, "tickets": 4, "contacts": 10, "companies": 2}
    assert found.json()["total_count"] == 30


async def test_a_merged_contact_is_gone_and_leaves_what_it_had(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient
) -> None:
    await control.post("/companies", json={"id": "c1"})
    await control.post("/contacts", json={"id": "lead", "tags": ["a"], "companies": ["c1"]})
    await control.post("/contacts", json={"id": "user", "tags": ["b"]})

    merged = await control.post("/contacts/lead/merge", json={"into": "user"})

    survivor = (await intercom.get("/contacts/user")).json()
    assert {tag["name"] for tag in merged.json()["tags"]} == {"a", "b"}
    assert [company["id"] for company in survivor["companies"]["data"]] == ["c1"]
    assert survivor["tags"]["total_count"] == 2
    assert (await intercom.get("/contacts/lead")).status_code == 404


async def test_a_contact_belongs_to_known_companies_only(control: httpx.AsyncClient) -> None:
    unknown = await control.post("/contacts", json={"id": "1", "companies": ["nowhere"]})
    no_contact = await control.post("/tickets", json={"id": "1", "companies": ["nowhere"]})

    assert (unknown.status_code, unknown.json()) == (400, {"error": "contact 1 cannot belong to nowhere"})
    assert (no_contact.status_code, no_contact.json()) == (400, {"error": "ticket 1 cannot belong to nowhere"})


async def test_a_seeded_team_shows_its_admins(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    await control.post("/teams", json={"id": "71", "name": "Nights", "admin_ids": [NOOR]})

    team = (await intercom.get("/teams/71")).json()
    admin = (await intercom.get(f"/admins/{NOOR}")).json()

    assert team == {"type": "team", "id": "71", "name": "Nights", "admin_ids": [int(NOOR)]}
    assert 71 in admin["team_ids"]


async def test_a_segment_holds_its_members_and_whoever_has_its_tag(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient
) -> None:
    await control.post("/contacts", json={"id": "tagged", "tags": ["vip"]})
    await control.post("/contacts", json={"id": "named"})
    await control.post("/contacts", json={"id": "neither"})
    segment = (await control.post("/segments", json={"name": "S", "tags": ["VIP"], "members": ["named"]})).json()

    held = {name: (await intercom.get(f"/contacts/{name}/segments")).json()["data"] for name in ("tagged", "named")}
    listed = (await intercom.get("/segments", params={"include_count": "true"})).json()["segments"]

    assert [one["id"] for found in held.values() for one in found] == [segment["id"]] * 2
    assert (await intercom.get("/contacts/neither/segments")).json() == {"type": "list", "data": []}
    assert [(one["name"], one["count"]) for one in listed] == [("S", 2)]


async def test_the_time_zone_is_told_and_must_exist(control: httpx.AsyncClient, intercom: httpx.AsyncClient) -> None:
    good = await control.post("/workspace", json={"timezone": "Pacific/Auckland"})
    bad = await control.post("/workspace", json={"timezone": "Mars/Olympus"})

    assert good.json() == {"timezone": "Pacific/Auckland", "contacts_appear_after": 0.0}
    assert (bad.status_code, bad.json()) == (400, {"error": "there is no time zone 'Mars/Olympus'"})
    assert (await intercom.get("/me")).json()["app"]["timezone"] == "Pacific/Auckland"
