"""What happened to an object, told from the object itself as its notifications would have told it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from facts import item, leaf, message, times, topics
from facts.notification import Notification
from rules.language.values import Kind

Document = Mapping[str, Any]
"""One of Intercom's objects, in its own key names."""


@dataclass(frozen=True, slots=True)
class Past:
    """One event: its topic, when it was (Unix seconds), and the item that its notification would have had.

    `message` is what the customer's message is known by (`message.identifier`); None if the object was only read, and
    nobody wrote anything.
    """

    topic: str
    at: int
    message: str | None
    item: Document = field(repr=False)

    def trimmed(self) -> bytes:
        """The item for the queue, as `item.trim` makes it."""
        raw = msgspec.json.encode(self.item)
        return item.trim(Notification("", None, self.topic, self.at, 1, raw))


def events(kind: Kind, document: Document, since: float) -> tuple[Past, ...]:
    """What customers wrote from `since` (Unix seconds) on, the oldest first; if nothing, that the object was read.

    The object is as it is now: only the messages are of their time. Takes conversations, tickets and contacts.
    """
    match kind:
        case "conversation":
            written = _in_conversation(document)
        case "ticket":
            written = _in_ticket(document)
        case _:
            written = iter(())
    found = sorted((past for past in written if past.at >= since), key=lambda past: past.at)
    return tuple(found) or (read(kind, document),)


def read(kind: Kind, document: Document) -> Past:
    """The event that the object was read; its time is that of its last change, so that a rerun decides the same."""
    at = _seconds(document.get("updated_at")) or _seconds(document.get("created_at")) or 0
    return Past(topics.READ[kind], at, None, document)


def _in_conversation(document: Document) -> Iterator[Past]:
    source = document.get("source")
    bare = {key: value for key, value in document.items() if key != "conversation_parts"}
    at = _seconds(document.get("created_at"))
    if at is not None and isinstance(source, Mapping):
        yield from _told("conversation.user.created", at, bare)
    for part in leaf.objects(leaf.inner(document, "conversation_parts", "conversation_parts")):
        at = _seconds(part.get("created_at"))
        if at is not None:
            yield from _told("conversation.user.replied", at, {**bare, "conversation_parts": _parts(part)})


def _in_ticket(document: Document) -> Iterator[Past]:
    bare = {key: value for key, value in document.items() if key != "ticket_parts"}
    at = _seconds(document.get("created_at"))
    if at is not None:
        yield from _told("ticket.created", at, bare)
    for part in leaf.objects(leaf.inner(document, "ticket_parts", "ticket_parts")):
        at = _seconds(part.get("created_at"))
        if at is not None:
            yield from _told("ticket.contact.replied", at, {"ticket": bare, "ticket_part": part})


def _told(topic: str, at: int, told: Document) -> Iterator[Past]:
    """The event, if a customer wrote something in it."""
    known_by = message.identifier(topics.lookup(topic), told)
    if known_by is not None:
        yield Past(topic, at, known_by, told)


def _parts(part: Document) -> Document:
    return {"type": "conversation_part.list", "conversation_parts": [part], "total_count": 1}


def _seconds(value: object) -> int | None:
    found = times.unix_seconds(value)
    return None if found is None else int(found)
