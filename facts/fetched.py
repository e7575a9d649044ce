"""What Intercom was asked about one event, beside what its notification tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from facts import company, contact, conversation, item, record, tags, ticket, trimmed
from facts.author import within
from facts.record import Reading
from rules.language.values import Absent, Kind

Document = Mapping[str, Any]
"""One of Intercom's objects, in its own key names."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was asked for about one event: not fetched as long as nobody has asked, missing where there is none.

    `target` is the conversation or ticket that the event is about, `contact` the contact concerned, `company` the
    event's or the first of that contact's. `contact_tags` are names by id, all of the contact's; `tag_names` those of
    the whole workspace. `segments` are names, and `recorded` the names of the tags that a ticket has by our own record.
    """

    target: Document | Absent = Absent.NOT_FETCHED
    contact: Document | Absent = Absent.NOT_FETCHED
    contact_tags: Mapping[str, str] | Absent = Absent.NOT_FETCHED
    segments: tuple[str, ...] | Absent = Absent.NOT_FETCHED
    company: Document | Absent = Absent.NOT_FETCHED
    tag_names: Mapping[str, str] | Absent = Absent.NOT_FETCHED
    recorded: tuple[str, ...] | Absent = Absent.NOT_FETCHED


NOTHING: Final = Fetched()


def trim(kind: Kind, document: object) -> bytes:
    """The msgpack of what facts read of an object that Intercom was asked for; of an oddly built one, all of it."""
    try:
        return _PACKER.encode(msgspec.convert(document, type=_TYPES[kind], strict=False))
    except (msgspec.ValidationError, OverflowError):
        return item.pack(document)


def load(kept: bytes) -> Document:
    """What `trim` kept."""
    return item.load(kept)


def complete(told: Reading, kind: Kind, notified: Document, fetched: Fetched) -> Reading:
    """What the notification of an event about this kind of object tells, and, where it is silent, what was fetched.

    The notification is never contradicted: else a rule that reads nothing else would come out one way or the other,
    depending on what was asked for the sake of its neighbours.
    """
    if kind in {"conversation", "ticket"}:
        told = _with_target(told, kind, fetched.target)
    if kind != "company":
        told = _with_contact(told, fetched)
    told = _with_company(told, fetched)
    if not isinstance(fetched.tag_names, Absent):
        told = _with_names(told, kind, notified, fetched, fetched.tag_names)
    if not isinstance(fetched.recorded, Absent):
        told = record.completed(told, Reading({"ticket.tags": fetched.recorded}), "ticket.tags")
    return told


def present(kind: Kind, about: Kind, notified: Document, fetched: Fetched) -> frozenset[str] | None:
    """The ids of the tags on an object of this kind, None if nobody has told all of them; the newest answer counts.

    It is the object that the event is `about`, or its contact or company.
    """
    if kind == "contact":
        if not isinstance(fetched.contact_tags, Absent):
            return frozenset(fetched.contact_tags)
        asked = fetched.contact
    else:
        asked = fetched.company if kind == "company" else fetched.target
    if not isinstance(asked, Absent):
        return tags.present(kind, asked)
    if kind == about or (kind == "contact" and "contact" in notified):
        return tags.present(kind, notified)
    return None


def _with_target(told: Reading, kind: Kind, target: Document | Absent) -> Reading:
    if target is Absent.NOT_FETCHED:
        return told
    if target is Absent.MISSING:
        return record.completed(told, Reading(), kind)
    own = conversation.read(target) if kind == "conversation" else ticket.read(target)
    own.not_fetched.intersection_update(_TOLD_BY_NOBODY)
    known = record.completed(told, own, kind)
    if not record.is_not_fetched(told, "contact.id"):
        return known
    obscured = kind == "conversation" and conversation.obscured(target)
    concerned = contact.concerned(target, {}, [] if obscured else [within(target.get("source"))])
    # Intercom was asked, and names nobody: there is nobody.
    named = concerned if concerned.values else Reading()
    return record.completed(record.completed(known, named, "contact"), Reading({}, named.not_fetched), "company")


def _with_contact(told: Reading, fetched: Fetched) -> Reading:
    asked = fetched.contact
    if asked is Absent.MISSING:
        told = record.completed(record.completed(told, Reading(), "contact"), Reading(), "company")
    elif asked is not Absent.NOT_FETCHED:
        own = contact.read(asked)
        own.not_fetched.intersection_update(_NOT_IN_A_CONTACT)
        told = record.completed(told, own, "contact")
        if record.is_not_fetched(told, "company.id"):
            told = record.completed(told, company.of_contact(asked), "company")
    if not isinstance(fetched.segments, Absent):
        told = record.completed(told, Reading({"contact.segments": fetched.segments}), "contact.segments")
    if not isinstance(fetched.contact_tags, Absent):
        names = tuple(fetched.contact_tags.values())
        told = record.completed(told, Reading({"contact.tags": names}), "contact.tags")
    return told


def _with_company(told: Reading, fetched: Fetched) -> Reading:
    asked = fetched.company
    if asked is Absent.NOT_FETCHED:
        return told
    own = company.fetched(asked) if not isinstance(asked, Absent) else Reading()
    return record.completed(told, own, "company")


def _with_names(told: Reading, kind: Kind, notified: Document, fetched: Fetched, names: Mapping[str, str]) -> Reading:
    for group in ("contact", "company"):
        path = f"{group}.tags"
        ids = present(group, kind, notified, fetched) if path in told.not_fetched else None
        if ids is not None:
            found = tuple(names[one] for one in sorted(ids) if one in names)
            told = record.completed(told, Reading({path: found}), path)
    return told


class _Segments(msgspec.Struct):
    segments: list[trimmed.Named] | msgspec.UnsetType | None = msgspec.UNSET


class _Company(trimmed.Company):
    """As Intercom answers, not as it notifies: with its tags and segments by name."""

    id: Any = msgspec.UNSET
    tags: trimmed.TagList | msgspec.UnsetType | None = msgspec.UNSET
    segments: _Segments | msgspec.UnsetType | None = msgspec.UNSET


_TYPES: Final[Mapping[Kind, type[msgspec.Struct]]] = {
    "conversation": trimmed.Conversation,
    "ticket": trimmed.Ticket,
    "contact": trimmed.Contact,
    "company": _Company,
}
_PACKER: Final = msgspec.msgpack.Encoder()
_TOLD_BY_NOBODY: Final = frozenset({"ticket.tags"})
_NOT_IN_A_CONTACT: Final = frozenset({"contact.segments", "contact.tags", tags.CONTACT_TAG_IDS})
