"""The names of the webhook topics that concern something that can be tagged.

https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rules.language.values import Kind

_CONVERSATION = """
conversation.user.created conversation.user.replied conversation.admin.replied conversation.admin.assigned
conversation.admin.open.assigned conversation.admin.noted conversation.admin.closed conversation.admin.opened
conversation.admin.snoozed conversation.admin.unsnoozed conversation.admin.single.created
conversation.operator.replied conversation.rating.added conversation.read conversation.priority.updated
conversation.contact.attached conversation.contact.detached conversation.company.updated
conversation_part.tag.created conversation_part.redacted
"""

_TICKET = """
ticket.created ticket.state.updated ticket.contact.replied ticket.admin.replied ticket.attribute.updated
ticket.admin.assigned ticket.team.assigned ticket.note.created ticket.contact.attached ticket.contact.detached
ticket.closed ticket.rating.provided ticket.resolved
"""

_CONTACT = """
contact.user.created contact.lead.created contact.user.updated contact.lead.updated contact.email.updated
contact.lead.added_email contact.lead.signed_up contact.archived contact.unarchive contact.user.tag.created
contact.user.tag.deleted contact.lead.tag.created contact.lead.tag.deleted contact.merged
"""

_COMPANY = "company.created company.updated company.contact.attached company.contact.detached"

TOPICS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "conversation": tuple(_CONVERSATION.split()),
        "ticket": tuple(_TICKET.split()),
        "contact": tuple(_CONTACT.split()),
        "company": tuple(_COMPANY.split()),
    },
)
"""By what they tag, the topics that may lead to a decision."""

_FIRST = frozenset(f"message.{name}" for name in ("text", "full_text", "subject", "from", "links", "attachments"))
_PART = _FIRST - {"message.subject"}
_NEW_TICKET = _PART - {"message.attachments"}

_PARTS = """
conversation.user.replied conversation.admin.replied conversation.admin.noted conversation.admin.closed
conversation.admin.opened conversation.admin.snoozed conversation.admin.unsnoozed conversation.operator.replied
ticket.contact.replied ticket.admin.replied ticket.note.created
"""

_MESSAGE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "conversation.user.created": _FIRST,
        "conversation.admin.single.created": _FIRST,
        "ticket.created": _NEW_TICKET,
        **dict.fromkeys(_PARTS.split(), _PART),
    },
)
"""What of a message the notifications of a topic may bring; those of all others bring none."""


def bringing(path: str, kind: Kind) -> tuple[str, ...]:
    """The topics about a kind of object whose notifications may bring a field of the message, such as `message.text`.

    Every topic of the kind brings whatever is no field of the message, as far as is known.
    """
    ours = TOPICS[kind]
    return tuple(topic for topic in ours if path in _MESSAGE.get(topic, ())) if path.startswith("message.") else ours


def likeliest(topics: Iterable[str], kind: Kind, paths: Iterable[str]) -> str | None:
    """Of some topics the one about a kind of object that brings most of these fields; None if none is about it."""
    brought = [frozenset(bringing(path, kind)) for path in paths]
    ours = (topic for topic in topics if topic in TOPICS[kind])
    return min(ours, key=lambda topic: (sum(topic not in row for row in brought), topic), default=None)


_OTHERS = """
conversation.admin.replied conversation.admin.noted conversation.admin.closed conversation.admin.opened
conversation.admin.snoozed conversation.admin.unsnoozed conversation.admin.single.created
conversation.operator.replied ticket.admin.replied ticket.note.created
"""

BY_TEAMMATES: frozenset[str] = frozenset(_OTHERS.split())
"""The topics whose message is a teammate's or a bot's."""

ALL: tuple[str, ...] = tuple(topic for topics in TOPICS.values() for topic in topics)
