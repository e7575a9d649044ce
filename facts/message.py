"""What was written in one event, and by whom."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from facts import author, conversation, leaf, markup, ticket, times
from facts.record import Reading
from facts.topics import Place, Topic
from rules.language.values import Value
from rules.words.html import LONGEST, links

_INTERNAL: Final = ("Back-office", "Tracker")
"""The categories of tickets that customers do not write; `Customer` is the third."""


_SAFE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")

CREATED: Final = "created"
"""What stands for the id of a new ticket's title and description."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was written, nothing perhaps, and its writer: one of Intercom's authors, or empty if nobody is named."""

    writer: Mapping[str, Any]
    reading: Reading


def read(topic: Topic, item: Mapping[str, Any]) -> Message:
    """The message of an event, where its topic says it is. What Intercom redacted or replaced is missing."""
    match topic.message:
        case Place.NOWHERE:
            return Message({}, Reading())
        case Place.TITLE_AND_DESCRIPTION:
            return Message({}, Reading(_of_ticket(ticket.within(item))))
        case place:
            written = _place(topic, item)
            subject = markup.text(written.get("subject")) if place is Place.SOURCE else None
            obscured = place is not Place.TICKET_PART and conversation.obscured(item)
            values = _values(written, subject, obscured=obscured)
    return Message(author.within(written), Reading(values))


def identifier(topic: Topic, item: Mapping[str, Any]) -> str | None:
    """What a customer's message is known by, within its conversation or ticket; None if no customer wrote one.

    It is the same in a notification and in the object itself, and fit for a key: the id of its part or source, and
    `created` of a new ticket, whose title and description have none.
    """
    if topic.message is Place.TITLE_AND_DESCRIPTION:
        record = ticket.within(item)
        return CREATED if _lines(record) and not _is_internal(record) else None
    written = _place(topic, item)
    if author.side(author.within(written)) != author.CUSTOMER:
        return None
    said = leaf.text(written.get("body")) or leaf.objects(written.get("attachments")) or written.get("redacted") is True
    known_by = leaf.identifier(written.get("id")) if said else None
    if known_by is None or _SAFE.fullmatch(known_by):
        return known_by
    return hashlib.sha256(known_by.encode()).hexdigest()


def _place(topic: Topic, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a message stands in, by its topic."""
    match topic.message:
        case Place.SOURCE:
            return _object(item.get("source"))
        case Place.PART:
            return _newest(leaf.objects(leaf.inner(item, "conversation_parts", "conversation_parts")))
        case Place.TICKET_PART:
            return _object(item.get("ticket_part"))
        case _:
            return {}


def _newest(parts: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    return parts[times.latest(part.get("created_at") for part in parts)] if parts else {}


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _values(written: Mapping[str, Any], subject: str | None, *, obscured: bool) -> dict[str, Value]:
    redacted = written.get("redacted") is True
    texts = _texts(markup.text(written.get("body")), subject)
    attachments = _content_types(written)
    if not (texts or attachments or redacted):
        return {}
    values: dict[str, Value] = {}
    if side := author.side(author.within(written)):
        values["message.from"] = side
    if attachments and not redacted:
        values["message.attachments"] = attachments
    return values if redacted or obscured else values | texts


def _texts(body: str | None, subject: str | None) -> dict[str, Value]:
    values: dict[str, Value] = {}
    if subject:
        values["message.subject"] = subject
    if body:
        body = body[:LONGEST]
        values |= {"message.text": body, "message.full_text": body}
        if named := links(body):
            values["message.links"] = named
    return values


def _content_types(written: Mapping[str, Any]) -> tuple[str, ...]:
    types = (leaf.text(entry.get("content_type")) for entry in leaf.objects(written.get("attachments")))
    return tuple(found for found in types if found)


def _of_ticket(record: Mapping[str, Any]) -> dict[str, Value]:
    texts = _texts(_lines(record), None)
    # A new ticket names no author.
    return {"message.from": author.TEAMMATE if _is_internal(record) else author.CUSTOMER, **texts} if texts else {}


def _lines(record: Mapping[str, Any]) -> str:
    attributes = leaf.inner(record, "ticket_attributes")
    lines = (markup.text(leaf.inner(attributes, key)) for key in (ticket.TITLE, ticket.DESCRIPTION))
    return "\n".join(line for line in lines if line)


def _is_internal(record: Mapping[str, Any]) -> bool:
    return (record.get("category") or leaf.inner(record, "ticket_type", "category")) in _INTERNAL
