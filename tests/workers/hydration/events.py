"""Events of one conversation, ticket, contact and company, as notifications bring them."""

from typing import Any

CONTACT, COMPANY, CONVERSATION, TICKET = "66ab2f10c4d5e6f7a8b90c11", "66ab00112233445566778899", "7", "8"

AUTHOR = {"type": "user", "id": CONTACT, "name": "Ada", "email": "ada@example.com"}
LISTED = {"contacts": [{"type": "contact", "id": CONTACT, "external_id": "shop-1"}]}


def reply(text: str = "I want a refund", **fields: Any) -> tuple[str, dict[str, Any]]:
    """A customer writes in a conversation."""
    part = {"type": "conversation_part", "id": "1", "part_type": "comment", "body": f"<p>{text}</p>", "author": AUTHOR}
    item = {
        "type": "conversation",
        "id": CONVERSATION,
        "state": "open",
        "tags": {"type": "tag.list", "tags": []},
        "contacts": LISTED,
        "conversation_parts": {"conversation_parts": [part], "total_count": 1},
        **fields,
    }
    return "conversation.user.replied", item


def detached() -> tuple[str, dict[str, Any]]:
    """A contact leaves a conversation: the notification holds an internal record of it, and not the conversation."""
    return "conversation.contact.detached", {"conversation": {"model": {"id": CONVERSATION}}, "contact": {}}


def ticket(**fields: Any) -> tuple[str, dict[str, Any]]:
    """A customer writes to a ticket."""
    part = {"type": "ticket_part", "id": "1", "part_type": "comment", "body": "<p>a refund</p>", "author": AUTHOR}
    whole = {"type": "ticket", "id": TICKET, "ticket_attributes": {}, "contacts": LISTED, **fields}
    return "ticket.contact.replied", {"type": "ticket_ticket_part", "ticket": whole, "ticket_part": part}


def contact(*tag_ids: str, companies: tuple[str, ...] = (COMPANY,), **fields: Any) -> tuple[str, dict[str, Any]]:
    """A contact changes."""
    item = {
        "type": "contact",
        "id": CONTACT,
        "email": "ada@example.com",
        "phone": "+4512345678",
        "custom_attributes": {},
        "tags": {"type": "list", "data": [{"id": one} for one in tag_ids], "has_more": False},
        "companies": {"type": "list", "data": [{"id": one} for one in companies], "has_more": False},
        **fields,
    }
    return "contact.user.updated", item


def company(*tag_ids: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    """A company changes."""
    item = {"type": "company", "id": COMPANY, "name": "Atelier", "tag_ids": list(tag_ids), "custom_attributes": {}}
    return "company.updated", {**item, **fields}


def rule(condition: str, then: str = "{add: [vip]}", kind: str = "conversation", **more: str) -> str:
    """A rule file with one rule."""
    others = "".join(f", {key}: {value}" for key, value in more.items())
    return f"version: 1\nrules:\n- {{id: a, applies_to: {kind}, if: {{{condition}}}, then: {then}{others}}}\n"
