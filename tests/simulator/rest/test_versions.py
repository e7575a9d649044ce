"""`Intercom-Version` selects the shape of an answer."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "66ab2f10c4d5e6f7a8b90c11"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def scene(control: httpx.AsyncClient) -> None:
    part = {"type": "conversation_part", "id": "9", "part_type": "comment", "author": {"type": "user", "id": CONTACT}}
    parts = {"type": "conversation_part.list", "conversation_parts": [part], "total_count": 1}
    reference = {"type": "contact.list", "contacts": [{"type": "contact", "id": CONTACT}]}
    await control.post("/companies", json={"id": "c1"})
    await control.post("/contacts", json={"id": CONTACT, "item": {"owner_id": 127}, "companies": ["c1"]})
    await control.post("/tickets", json={"id": "7"})
    await control.post("/conversations", json={"id": "7", "item": {"conversation_parts": parts, "contacts": reference}})


async def read(intercom: httpx.AsyncClient, path: str, version: str) -> dict[str, Any]:
    document: dict[str, Any] = (await intercom.get(path, headers={"Intercom-Version": version})).json()
    return document


@pytest.mark.parametrize("version", ["2.7", "2.10", "2.11"])
async def test_the_state_of_a_ticket_is_a_word(version: str, intercom: httpx.AsyncClient) -> None:
    ticket = await read(intercom, "/tickets/7", version)

    assert (ticket["ticket_state"], ticket["ticket_state_internal_label"]) == ("submitted", "Submitted")


@pytest.mark.parametrize("version", ["2.12", "2.14", "2.16", "Preview"])
async def test_the_state_of_a_ticket_is_an_object(version: str, intercom: httpx.AsyncClient) -> None:
    ticket = await read(intercom, "/tickets/7", version)

    state = ticket["ticket_state"]
    assert isinstance(state.pop("id"), str)
    assert state == {
        "type": "ticket_state",
        "category": "submitted",
        "internal_label": "Submitted",
        "external_label": "Submitted",
    }
    assert "ticket_state_internal_label" not in ticket


async def test_searches_show_tickets_as_reads_do(intercom: httpx.AsyncClient) -> None:
    query = {"field": "id", "operator": "=", "value": "7"}

    answer = await intercom.post("/tickets/search", json={"query": query}, headers={"Intercom-Version": "2.12"})

    assert answer.json()["tickets"] == [await read(intercom, "/tickets/7", "2.12")]


@pytest.mark.parametrize(("version", "assignee"), [("2.15", "0"), ("2.16", 0)])
async def test_assignees_of_tickets(version: str, assignee: object, intercom: httpx.AsyncClient) -> None:
    ticket = await read(intercom, "/tickets/7", version)

    assert (ticket["admin_assignee_id"], ticket["team_assignee_id"]) == (assignee, assignee)


@pytest.mark.parametrize(("version", "owner"), [("2.15", 127), ("2.16", "127")])
async def test_owners_of_contacts(version: str, owner: object, intercom: httpx.AsyncClient) -> None:
    assert (await read(intercom, f"/contacts/{CONTACT}", version))["owner_id"] == owner


@pytest.mark.parametrize(
    ("version", "more", "author"),
    [
        ("2.12", set(), {"type", "id"}),
        ("2.13", {"state", "tags", "event_details", "email_message_metadata", "app_package_code"}, {"type", "id"}),
        (
            "2.14",
            {"state", "tags", "event_details", "email_message_metadata", "app_package_code"},
            {"type", "id", "from_ai_agent", "is_ai_answer"},
        ),
    ],
)
async def test_parts_of_conversations(
    version: str, more: set[str], author: set[str], intercom: httpx.AsyncClient
) -> None:
    conversation = await read(intercom, "/conversations/7", version)

    (part,) = conversation["conversation_parts"]["conversation_parts"]
    assert part.keys() - {"type", "id", "part_type", "author"} == more
    assert part["author"].keys() == author


async def test_conversations_name_a_company_from_2_15_on(intercom: httpx.AsyncClient) -> None:
    assert "company" not in await read(intercom, "/conversations/7", "2.14")
    assert (await read(intercom, "/conversations/7", "2.15"))["company"] == {"type": "company", "id": "c1"}


async def test_a_conversation_of_nobody_known_names_no_company(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient
) -> None:
    await control.post("/conversations", json={"id": "8"})

    assert (await read(intercom, "/conversations/8", "2.15"))["company"] is None
