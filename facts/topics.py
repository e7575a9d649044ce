"""The topic table: what each topic is about, where the id is, and where the message is.

https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.language.values import Kind


class Place(enum.Enum):
    """Where in the item stands what was written in this event."""

    NOWHERE = "nowhere"
    SOURCE = "source"
    PART = "newest conversation part"
    TICKET_PART = "ticket part"
    TITLE_AND_DESCRIPTION = "title and description"


class Shape(enum.Enum):
    """How an item is built.

    `kind` is what its topics are about; `id_at` are the places where its id may be, the likeliest first; `contact_at`
    is where a whole contact stands that the event is about, or empty.
    """

    CONVERSATION = ("conversation", ("id",))
    CONVERSATION_AND_CONTACT = ("conversation", ("conversation.model.id",), "contact")
    CONVERSATION_WITHOUT_CONTACT = ("conversation", ("conversation.model.id",))
    DELETED_CONVERSATION = ("conversation", ("conversation_id", "id"))
    TICKET = ("ticket", ("id", "ticket.id"))
    WRAPPED_TICKET = ("ticket", ("ticket.id", "id"))
    TICKET_AND_CONTACT = ("ticket", ("ticket.id",), "contact")
    TICKET_WITHOUT_CONTACT = ("ticket", ("ticket.id",))
    CONTACT = ("contact", ("id",))
    CONTACT_TAG = ("contact", ("contact.id",), "contact")
    COMPANY = ("company", ("id",))
    COMPANY_AND_CONTACT = ("company", ("company.id",))

    def __init__(self, kind: Kind, id_at: tuple[str, ...], contact_at: str = "") -> None:
        self.kind: Kind = kind
        self.id_at = id_at
        self.contact_at = contact_at


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `shape` is None where nothing can be tagged; `ignored` says in a few words why nothing is decided.

    With `ends` its object is gone: what is kept of it goes, too. With `merges` another object became part of it.
    """

    shape: Shape | None
    message: Place = Place.NOWHERE
    ignored: str = ""
    ends: bool = False
    merges: bool = False


_NOT_SUPPORTED: Final = Topic(None, ignored="not supported")
_OLD_NAME: Final = Topic(None, ignored="older than API version 2.5")
_NO_TAGGING: Final = Topic(None, ignored="no tagging")
_UNKNOWN: Final = Topic(None, ignored="unknown topic")

TOPICS: Final[Mapping[str, Topic]] = {
    "ping": Topic(None, ignored="ping"),
    "conversation.user.created": Topic(Shape.CONVERSATION, Place.SOURCE),
    "conversation.user.replied": Topic(Shape.CONVERSATION, Place.PART),
    "conversation.admin.replied": Topic(Shape.CONVERSATION, Place.PART),
    "conversation.admin.assigned": Topic(Shape.CONVERSATION),
    "conversation.admin.open.assigned": Topic(Shape.CONVERSATION),
    "conversation.admin.noted": Topic(Shape.CONVERSATION, Place.PART),
    "conversation.admin.closed": Topic(Shape.CONVERSATION, Place.PART),
    "conversation.admin.opened": Topic(Shape.CONVERSATION, Place.PART),
    "conversation.admin.snoozed": Topic(Shape.CONVERSATION, Place.PART),
    "conversation.admin.unsnoozed": Topic(Shape.CONVERSATION, Place.PART),
    "conversation.admin.single.created": Topic(Shape.CONVERSATION, Place.SOURCE),
    "conversation.operator.replied": Topic(Shape.CONVERSATION, Place.PART),
    "conversation.rating.added": Topic(Shape.CONVERSATION),
    "conversation.read": Topic(Shape.CONVERSATION),
    "conversation.priority.updated": Topic(Shape.CONVERSATION),
    "conversation.contact.attached": Topic(Shape.CONVERSATION_AND_CONTACT),
    "conversation.contact.detached": Topic(Shape.CONVERSATION_WITHOUT_CONTACT),
    "conversation.company.updated": Topic(Shape.CONVERSATION),
    "conversation.deleted": Topic(Shape.DELETED_CONVERSATION, ignored="deleted", ends=True),
    "conversation_part.tag.created": Topic(Shape.CONVERSATION),
    "conversation_part.redacted": Topic(Shape.CONVERSATION),
    "conversation.admin.replied.translated": _NOT_SUPPORTED,
    "ticket.created": Topic(Shape.TICKET, Place.TITLE_AND_DESCRIPTION),
    "ticket.state.updated": Topic(Shape.TICKET),
    "ticket.contact.replied": Topic(Shape.WRAPPED_TICKET, Place.TICKET_PART),
    "ticket.admin.replied": Topic(Shape.WRAPPED_TICKET, Place.TICKET_PART),
    "ticket.attribute.updated": Topic(Shape.WRAPPED_TICKET),
    "ticket.admin.assigned": Topic(Shape.WRAPPED_TICKET),
    "ticket.team.assigned": Topic(Shape.WRAPPED_TICKET),
    "ticket.note.created": Topic(Shape.WRAPPED_TICKET, Place.TICKET_PART),
    "ticket.contact.attached": Topic(Shape.TICKET_AND_CONTACT),
    "ticket.contact.detached": Topic(Shape.TICKET_WITHOUT_CONTACT),
    "ticket.closed": Topic(Shape.WRAPPED_TICKET),
    "ticket.rating.provided": Topic(Shape.WRAPPED_TICKET),
    "ticket.resolved": Topic(Shape.TICKET),
    "ticket.admin.replied.translated": _NOT_SUPPORTED,
    "contact.user.created": Topic(Shape.CONTACT),
    "contact.lead.created": Topic(Shape.CONTACT),
    "contact.user.updated": Topic(Shape.CONTACT),
    "contact.lead.updated": Topic(Shape.CONTACT),
    "contact.email.updated": Topic(Shape.CONTACT),
    "contact.lead.added_email": Topic(Shape.CONTACT),
    "contact.lead.signed_up": Topic(Shape.CONTACT),
    "contact.archived": Topic(Shape.CONTACT),
    "contact.unarchive": Topic(Shape.CONTACT),
    "contact.user.tag.created": Topic(Shape.CONTACT_TAG),
    "contact.user.tag.deleted": Topic(Shape.CONTACT_TAG),
    "contact.lead.tag.created": Topic(Shape.CONTACT_TAG),
    "contact.lead.tag.deleted": Topic(Shape.CONTACT_TAG),
    "contact.merged": Topic(Shape.CONTACT, merges=True),
    "contact.deleted": Topic(Shape.CONTACT, ignored="deleted", ends=True),
    "contact.subscribed": _NOT_SUPPORTED,
    "contact.unsubscribed": _NOT_SUPPORTED,
    "company.created": Topic(Shape.COMPANY),
    "company.updated": Topic(Shape.COMPANY),
    "company.deleted": Topic(Shape.COMPANY, ignored="deleted", ends=True),
    "company.contact.attached": Topic(Shape.COMPANY_AND_CONTACT),
    "company.contact.detached": Topic(Shape.COMPANY_AND_CONTACT),
    "visitor.signed_up": _NOT_SUPPORTED,
    "event.created": _NOT_SUPPORTED,
    "user.created": _OLD_NAME,
    "contact.created": _OLD_NAME,
    "user.tag.created": _OLD_NAME,
    "contact.tag.created": _OLD_NAME,
    "job.completed": _NO_TAGGING,
    "api.request.completed": _NO_TAGGING,
    "data_connector.execution.completed": _NO_TAGGING,
    "procedure.hitl_notification.created": _NO_TAGGING,
}

READ: Final[Mapping[Kind, str]] = {
    "conversation": "backfill.conversation",
    "ticket": "backfill.ticket",
    "contact": "backfill.contact",
}
"""Topics of our own, by kind: an object was read, and nobody wrote anything. Intercom sends no such notification."""

_OWN: Final[Mapping[str, Topic]] = {
    READ["conversation"]: Topic(Shape.CONVERSATION),
    READ["ticket"]: Topic(Shape.TICKET),
    READ["contact"]: Topic(Shape.CONTACT),
}

FAMILIES_WITHOUT_TAGGING: Final = frozenset(
    {"admin", "article", "content_stat", "granular", "call", "audience", "content_import_source", "content_snippet"}
)
"""First words of topics that are about nothing that has tags."""


def lookup(name: str) -> Topic:
    """The topic of that name; one that is ignored as unknown if there is none."""
    topic = TOPICS.get(name) or _OWN.get(name)
    if topic is not None:
        return topic
    family = name.partition(".")[0]
    return _NO_TAGGING if family in FAMILIES_WITHOUT_TAGGING else _UNKNOWN
