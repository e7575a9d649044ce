"""What a query finds, and what is no query."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from simulator.app import Simulator

pytestmark = pytest.mark.asyncio(loop_scope="session")

SENT = 1_722_500_000


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def scene(control: httpx.AsyncClient) -> None:
    """Conversations 1 to 4, tickets 1 to 3."""
    sources: dict[str, dict[str, Any]] = {
        "1": {"type": "email", "body": "<p>I need support</p>", "author": {"id": "u1", "email": "ada@example.com"}},
        "2": {"type": "conversation", "body": "<p>Support!</p>", "author": {"id": "u2", "email": "bo@example.com"}},
        "3": {"type": "email", "body": "<p>A refund, please</p>", "author": {"id": "u1", "email": "ADA@example.com"}},
        "4": {"type": "whatsapp", "body": "", "author": {"id": "u3", "email": ""}},
    }
    for number, source in sources.items():
        item = {
            "updated_at": SENT + int(number),
            "source": source,
            "open": number != "4",
            "admin_assignee_id": None if number == "1" else int(number),
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": source["author"]["id"]}]},
        }
        await control.post("/conversations", json={"id": number, "item": item, "tags": ["a"] if number < "3" else []})
    for number, state in (("1", "submitted"), ("2", "resolved"), ("3", "submitted")):
        attributes = {"_default_title_": f"Ticket {number}", "_default_description_": "Slow", "Severity": "High"}
        item = {"created_at": SENT + int(number), "ticket_state": state, "ticket_attributes": attributes}
        await control.post("/tickets", json={"id": number, "item": item})


def one(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def group(operator: str, *members: Any) -> dict[str, Any]:
    return {"operator": operator, "value": list(members)}


async def found(intercom: httpx.AsyncClient, query: Any, plural: str = "conversations") -> list[str]:
    answer = await intercom.post(f"/{plural}/search", json={"query": query})
    assert answer.status_code == 200, answer.text
    return sorted(item["id"] for item in answer.json()[plural])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(one("updated_at", ">", SENT + 2), "34", id="greater leaves the second out"),
        pytest.param(one("updated_at", "<", SENT + 2), "1", id="lower leaves the second out"),
        pytest.param(one("updated_at", "=", str(SENT + 2)), "2", id="numbers may be text"),
        pytest.param(one("updated_at", "IN", [SENT + 1, SENT + 4]), "14", id="in"),
        pytest.param(one("updated_at", "NIN", [SENT + 1, SENT + 4]), "23", id="not in"),
        pytest.param(one("open", "=", True), "123", id="flag"),
        pytest.param(one("open", "!=", True), "4", id="not the flag"),
        pytest.param(one("admin_assignee_id", "=", None), "1", id="null"),
        pytest.param(one("admin_assignee_id", "!=", None), "234", id="not null"),
        pytest.param(one("admin_assignee_id", ">", 2), "34", id="number"),
        pytest.param(one("source.type", "=", "email"), "13", id="text"),
        pytest.param(one("source.author.email", "=", "ada@example.com"), "1", id="text is compared exactly"),
        pytest.param(one("source.author.email", "~", "ADA@"), "13", id="contains, whatever the case"),
        pytest.param(one("source.author.email", "!~", "ada"), "24", id="does not contain"),
        pytest.param(one("source.author.email", "^", "b"), "2", id="starts with"),
        pytest.param(one("source.author.email", "$", "EXAMPLE.com"), "123", id="ends with"),
        pytest.param(one("source.body", "=", "support"), "1", id="a word of the body"),
        pytest.param(one("source.body", "=", "need support"), "", id="never two words of the body"),
        pytest.param(one("source.body", "~", "support"), "12", id="part of a word of the body"),
        pytest.param(one("contact_ids", "=", "u1"), "13", id="contact"),
        pytest.param(one("contact_ids", "NIN", ["u1", "u2"]), "4", id="contacts"),
        pytest.param(
            group("AND", one("open", "=", True), group("OR", one("id", "=", "1"), one("id", "=", "4"))),
            "1",
            id="nested",
        ),
        pytest.param(group("AND", *[one("open", "=", True)] * 15), "123", id="fifteen in a group"),
    ],
)
async def test_conversations_are_found(query: Any, expected: str, intercom: httpx.AsyncClient) -> None:
    assert await found(intercom, query) == list(expected)


async def test_conversations_are_found_by_their_tags(intercom: httpx.AsyncClient, simulator: Simulator) -> None:
    tag, _ = simulator.workspace.find_or_create_tag("a")

    assert await found(intercom, one("tag_ids", "=", tag.id)) == ["1", "2"]
    assert await found(intercom, one("tag_ids", "!=", tag.id)) == ["3", "4"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(one("created_at", ">=", SENT + 2), "23", id="from"),
        pytest.param(one("created_at", "<=", SENT + 2), "12", id="until"),
        pytest.param(one("state", "=", "submitted"), "13", id="state"),
        pytest.param(one("title", "$", "2"), "2", id="title"),
        pytest.param(one("description", "=", "Slow"), "123", id="description"),
        pytest.param(one("ticket_attribute.9102", "=", "High"), "123", id="attribute by the id of its type"),
        pytest.param(one("ticket_attribute.1", "=", "High"), "", id="unknown attribute"),
        pytest.param(one("admin_assignee_id", "=", "0"), "123", id="assignees of tickets are text"),
    ],
)
async def test_tickets_are_found(query: Any, expected: str, intercom: httpx.AsyncClient) -> None:
    assert await found(intercom, query, "tickets") == list(expected)


@pytest.mark.parametrize(
    ("plural", "query", "message"),
    [
        pytest.param("tickets", one("tag_ids", "=", "1"), "tag_ids cannot be searched for", id="tags of tickets"),
        pytest.param("conversations", one("mood", "=", "1"), "mood cannot be searched for", id="unknown field"),
        pytest.param("conversations", one("state", ">", "open"), "> is not supported for state", id="order of text"),
        pytest.param("conversations", one("open", "~", "t"), "~ is not supported for open", id="part of a flag"),
        pytest.param(
            "conversations", one("updated_at", ">=", SENT), ">= is not supported for updated_at", id="from, elsewhere"
        ),
        pytest.param(
            "conversations", one("created_at", ">", "foobar"), "'foobar' is no value for created_at", id="no number"
        ),
        pytest.param("conversations", one("open", "=", 1), "1 is no value for open", id="no flag"),
        pytest.param("conversations", one("state", "=", 1), "1 is no value for state", id="no text"),
        pytest.param("conversations", one("id", "IN", "1"), "IN needs a list of values for id", id="no list"),
        pytest.param("conversations", one("id", "==", "1"), "== is not supported for id", id="unknown operator"),
        pytest.param("conversations", group("AND"), "a group has 0 filters, not 1 to 15", id="empty group"),
        pytest.param(
            "conversations",
            group("OR", *[one("open", "=", True)] * 16),
            "a group has 16 filters, not 1 to 15",
            id="large group",
        ),
        pytest.param(
            "conversations",
            group("AND", group("OR", group("AND", one("open", "=", True)))),
            "filters are nested more than 2 deep",
            id="deep group",
        ),
        pytest.param(
            "conversations", group("XOR", 1), "query is neither a filter nor a group of filters", id="unknown group"
        ),
        pytest.param("conversations", "open", "query is neither a filter nor a group of filters", id="no query"),
    ],
)
async def test_what_is_no_query_is_refused(plural: str, query: Any, message: str, intercom: httpx.AsyncClient) -> None:
    answer = await intercom.post(f"/{plural}/search", json={"query": query})

    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert error == {"code": "parameter_invalid", "message": message, "field": "query"}


async def test_a_search_needs_a_query(intercom: httpx.AsyncClient) -> None:
    answer = await intercom.post("/contacts/search", json={})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "query is a required parameter"


async def test_what_is_found_lacks_parts_and_has_tags(intercom: httpx.AsyncClient) -> None:
    answer = await intercom.post("/conversations/search", json={"query": one("id", "=", "1")})

    (conversation,) = answer.json()["conversations"]
    assert "conversation_parts" not in conversation
    assert [tag["name"] for tag in conversation["tags"]["tags"]] == ["a"]
