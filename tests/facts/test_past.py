"""What happened to an object, as the object itself tells it."""

from collections.abc import Mapping
from typing import Any

import pytest

from facts import item, message, past, topics, view
from facts.target import Target
from rules.language.values import Kind

CUSTOMER = {"type": "user", "id": "66f0aa10b2c3d4e5f6a70801", "name": "Ada", "email": "ada@example.com"}
TEAMMATE = {"type": "admin", "id": "5017001", "name": "Noor", "email": "noor@example.com"}


def part(number: int, at: int, author: Mapping[str, Any], body: str | None = "Hello") -> dict[str, Any]:
    return {"type": "conversation_part", "id": str(number), "created_at": at, "author": author, "body": body}


def conversation(*parts: Mapping[str, Any], author: Mapping[str, Any] = CUSTOMER) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": "7",
        "created_at": 1_000,
        "updated_at": 5_000,
        "state": "open",
        "source": {
            "type": "email",
            "id": "71",
            "subject": "Money",
            "body": "<p>A refund, please</p>",
            "author": author,
        },
        "contacts": {"contacts": [{"type": "contact", "id": CUSTOMER["id"]}]},
        "tags": {"tags": [{"id": "1", "name": "vip"}]},
        "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
    }


def ticket(*parts: Mapping[str, Any], category: str = "Customer") -> dict[str, Any]:
    return {
        "type": "ticket",
        "id": "8",
        "category": category,
        "created_at": 1_000,
        "updated_at": 5_000,
        "ticket_attributes": {"_default_title_": "Broken", "_default_description_": "It smokes"},
        "ticket_state": "submitted",
        "ticket_parts": {"ticket_parts": list(parts), "total_count": len(parts)},
    }


def told(kind: Kind, document: Mapping[str, Any], since: int = 0) -> list[tuple[str, int, str | None]]:
    return [(event.topic, event.at, event.message) for event in past.events(kind, document, since)]


def test_each_message_of_a_customer_is_an_event_and_nobody_elses_is() -> None:
    document = conversation(
        part(3, 3_000, CUSTOMER, "It <b>crashed</b>"),
        part(2, 2_000, TEAMMATE),
        part(4, 2_500, CUSTOMER),
        part(5, 4_000, CUSTOMER, None),
    )

    assert told("conversation", document) == [
        ("conversation.user.created", 1_000, "71"),
        ("conversation.user.replied", 2_500, "4"),
        ("conversation.user.replied", 3_000, "3"),
    ]


def test_only_what_was_written_from_then_on_counts() -> None:
    document = conversation(part(3, 3_000, CUSTOMER), part(4, 2_500, CUSTOMER))

    assert told("conversation", document, 3_000) == [("conversation.user.replied", 3_000, "3")]


def test_where_nobody_wrote_anything_the_object_was_read() -> None:
    assert told("conversation", conversation(), 2_000) == [("backfill.conversation", 5_000, None)]
    assert told("conversation", conversation(author=TEAMMATE)) == [("backfill.conversation", 5_000, None)]
    assert told("contact", {"type": "contact", "id": "c", "updated_at": 5_000}) == [("backfill.contact", 5_000, None)]


def test_a_ticket_begins_with_its_title_and_description() -> None:
    assert told("ticket", ticket(part(3, 3_000, CUSTOMER), part(4, 3_500, TEAMMATE))) == [
        ("ticket.created", 1_000, "created"),
        ("ticket.contact.replied", 3_000, "3"),
    ]


def test_what_teammates_file_among_themselves_is_no_customers_message() -> None:
    assert told("ticket", ticket(category="Back-office")) == [("backfill.ticket", 5_000, None)]


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("conversation", conversation(part(3, 3_000, CUSTOMER, "<p>It crashed</p>"))),
        ("ticket", ticket(part(3, 3_000, CUSTOMER, "<p>It crashed</p>"))),
    ],
    ids=["conversation", "ticket"],
)
def test_an_event_is_read_as_its_notification_would_be(kind: Kind, document: dict[str, Any]) -> None:
    event = past.events(kind, document, 2_000)[0]
    facts = view.view(event.topic, Target("q4mx81zt", kind, document["id"]), item.load(event.trimmed()), event.at, 1)

    assert facts.get("message.text") == "<p>It crashed</p>"
    assert facts.get("message.from") == "customer"
    assert facts.get("contact.id") == CUSTOMER["id"]
    assert facts.get(f"{kind}.state") == document.get("state", document.get("ticket_state"))


def test_a_message_is_known_by_the_same_in_the_notification_and_in_the_object() -> None:
    replied = {**conversation(), "conversation_parts": {"conversation_parts": [part(3, 3_000, CUSTOMER)]}}

    assert message.identifier(topics.lookup("conversation.user.created"), conversation()) == "71"
    assert message.identifier(topics.lookup("conversation.user.replied"), replied) == "3"
    assert message.identifier(topics.lookup("ticket.created"), ticket()) == "created"
    assert message.identifier(topics.lookup("conversation.admin.assigned"), replied) is None


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"conversation_parts": 3, "source": "none", "created_at": "soon"},
        {"conversation_parts": {"conversation_parts": [None, 3, {"created_at": {}, "author": CUSTOMER}]}},
    ],
    ids=["nothing", "odd types", "odd parts"],
)
def test_an_odd_object_was_read_and_that_is_all(document: dict[str, Any]) -> None:
    assert [event.message for event in past.events("conversation", document, 0)] == [None]
