"""What can be tagged, as Intercom's REST API sends it.

Each value types what our code compares or follows, in the shapes of 2.10 to 2.16, and keeps the whole object as
`document`, from which facts are read. Documents hold customers' words, so no value shows its own.
"""

from dataclasses import dataclass, field
from typing import Any

from workers.intercom.answers import Tag, tag
from workers.intercom.fields import (
    an_id,
    an_object,
    assignee,
    each,
    id_or_none,
    ids,
    inner,
    seconds_or_none,
    text_or_none,
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation. `tags` is None where the object has no list of them; `company_id` comes from 2.15 on."""

    id: str
    state: str | None
    created_at: int | None
    updated_at: int | None
    admin_assignee_id: str | None
    team_assignee_id: str | None
    contact_ids: tuple[str, ...]
    company_id: str | None
    tags: tuple[Tag, ...] | None
    document: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket. `ticket_id` is the number that people see; no version of the API tells a ticket's tags."""

    id: str
    ticket_id: str | None
    category: str | None
    state: str | None
    created_at: int | None
    updated_at: int | None
    admin_assignee_id: str | None
    team_assignee_id: str | None
    contact_ids: tuple[str, ...]
    document: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact, which is a user or a lead.

    `tag_ids` and `company_ids` are None where the object has no list of them, and the first ten or so of more where
    `more_tags` or `more_companies` is true.
    """

    id: str
    external_id: str | None
    role: str | None
    owner_id: str | None
    created_at: int | None
    updated_at: int | None
    tag_ids: tuple[str, ...] | None
    more_tags: bool
    company_ids: tuple[str, ...] | None
    more_companies: bool
    document: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Company:
    """A company. `company_id` is one's own id for it; `tags` is None where the object has no list of them."""

    id: str
    company_id: str | None
    created_at: int | None
    updated_at: int | None
    tags: tuple[Tag, ...] | None
    document: dict[str, Any] = field(repr=False)


def conversation(found: object) -> Conversation:
    """A conversation. Raises Unreadable without an id."""
    fields = an_object(found, "a conversation")
    return Conversation(
        id=an_id(fields, "a conversation"),
        state=text_or_none(fields.get("state")),
        created_at=seconds_or_none(fields.get("created_at")),
        updated_at=seconds_or_none(fields.get("updated_at")),
        admin_assignee_id=assignee(fields.get("admin_assignee_id")),
        team_assignee_id=assignee(fields.get("team_assignee_id")),
        contact_ids=ids(inner(fields, "contacts", "contacts")),
        company_id=id_or_none(inner(fields, "company", "id")),
        tags=_tags(fields),
        document=fields,
    )


def ticket(found: object) -> Ticket:
    """A ticket. Raises Unreadable without an id."""
    fields = an_object(found, "a ticket")
    state = fields.get("ticket_state")
    return Ticket(
        id=an_id(fields, "a ticket"),
        ticket_id=id_or_none(fields.get("ticket_id")),
        category=text_or_none(fields.get("category")),
        # A word up to 2.11, an object from 2.12 on.
        state=text_or_none(state.get("category") if isinstance(state, dict) else state),
        created_at=seconds_or_none(fields.get("created_at")),
        updated_at=seconds_or_none(fields.get("updated_at")),
        admin_assignee_id=assignee(fields.get("admin_assignee_id")),
        team_assignee_id=assignee(fields.get("team_assignee_id")),
        contact_ids=ids(inner(fields, "contacts", "contacts")),
        document=fields,
    )


def contact(found: object) -> Contact:
    """A contact. Raises Unreadable without an id."""
    fields = an_object(found, "a contact")
    return Contact(
        id=an_id(fields, "a contact"),
        external_id=id_or_none(fields.get("external_id")),
        role=text_or_none(fields.get("role")),
        owner_id=assignee(fields.get("owner_id")),
        created_at=seconds_or_none(fields.get("created_at")),
        updated_at=seconds_or_none(fields.get("updated_at")),
        tag_ids=_ids(fields, "tags"),
        more_tags=inner(fields, "tags", "has_more") is True,
        company_ids=_ids(fields, "companies"),
        more_companies=inner(fields, "companies", "has_more") is True,
        document=fields,
    )


def company(found: object) -> Company:
    """A company. Raises Unreadable without an id."""
    fields = an_object(found, "a company")
    return Company(
        id=an_id(fields, "a company"),
        company_id=id_or_none(fields.get("company_id")),
        created_at=seconds_or_none(fields.get("created_at")),
        updated_at=seconds_or_none(fields.get("updated_at")),
        tags=_tags(fields),
        document=fields,
    )


def _tags(fields: dict[str, Any]) -> tuple[Tag, ...] | None:
    found = inner(fields, "tags", "tags")
    return None if found is None else each(found, "tags", tag)


def _ids(fields: dict[str, Any], name: str) -> tuple[str, ...] | None:
    found = inner(fields, name, "data")
    return ids(found) if isinstance(found, list) else None
