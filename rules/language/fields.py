"""The one table of what a rule may read: loader, checker, tests and manual all take it from here.

Intercom's own names where it has one: https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from rules.language.topics import ALL as TOPICS
from rules.language.values import Kind, attribute_name

KINDS: tuple[Kind, ...] = get_args(Kind)


class Type(enum.Enum):
    """What kind of value a field holds; the value of the member is how we call it in sentences."""

    TEXT = "text"
    STRING = "short text"
    ENUM = "enumeration"
    YES_NO = "yes/no"
    NUMBER = "number"
    LIST = "list"
    TIME = "time"
    ATTRIBUTE = "custom attribute"


class Carried(enum.Enum):
    """Whether the notification itself brings a field; the value is how we call it in sentences."""

    ALWAYS = "in every notification"
    SOMETIMES = "in some notifications"
    NEVER = "needs a read from Intercom"


Markup = Literal["none", "html", "reply"]
"""How a text is written: plain, as HTML, or as HTML with the history of the correspondence quoted below."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the table. `values` are those of an enumeration, in Intercom's spelling.

    `spelling` is the path as an author wrote it, where that differs: it is the same field.
    """

    path: str
    type: Type
    sentence: str = field(compare=False)
    values: tuple[str, ...] = ()
    markup: Markup = "none"
    spelling: str = field(default="", compare=False)

    @property
    def written(self) -> str:
        """The path in its author's spelling."""
        return self.spelling or self.path

    @property
    def group(self) -> str:
        """What the field belongs to: `event`, `message`, or a kind of object."""
        return self.path.partition(".")[0]


_SOURCES = (
    *("conversation", "email", "facebook", "instagram", "phone_call"),
    *("phone_switch", "push", "sms", "twitter", "whatsapp"),
)
_DELIVERED_AS = ("customer_initiated", "campaigns_initiated", "operator_initiated", "automated", "admin_initiated")
_TICKET_STATES = ("submitted", "in_progress", "waiting_on_customer", "resolved")
_TICKET_CATEGORIES = ("Customer", "Back-office", "Tracker")
_SLA_STATUSES = ("hit", "missed", "cancelled", "active")

_TABLE = (
    Field("event.topic", Type.ENUM, "The topic of the notification", TOPICS),
    Field("event.time", Type.TIME, "When it happened"),
    Field("event.attempt", Type.NUMBER, "How often Intercom has tried to deliver it"),
    Field("message.text", Type.TEXT, "What the customer wrote this time, without quoted history", markup="reply"),
    Field("message.full_text", Type.TEXT, "The same with quoted history", markup="html"),
    Field("message.subject", Type.TEXT, "The subject of the e-mail", markup="html"),
    Field("message.from", Type.ENUM, "Who wrote it", ("customer", "teammate", "bot")),
    Field("message.links", Type.LIST, "The addresses the message links to"),
    Field("message.attachments", Type.LIST, "The content types of the attached files, such as image/png"),
    Field("conversation.id", Type.STRING, "Intercom's id"),
    Field("conversation.title", Type.STRING, "The title"),
    Field("conversation.subject", Type.STRING, "The subject of the first message", markup="html"),
    Field("conversation.url", Type.STRING, "The page on which the conversation was started"),
    Field("conversation.source", Type.ENUM, "The channel it came in by", _SOURCES),
    Field("conversation.delivered_as", Type.ENUM, "How it was started", _DELIVERED_AS),
    Field("conversation.state", Type.ENUM, "Open, closed or snoozed", ("open", "closed", "snoozed")),
    Field("conversation.priority", Type.ENUM, "Marked as priority or not", ("priority", "not_priority")),
    Field("conversation.open", Type.YES_NO, "Whether it is open"),
    Field("conversation.read", Type.YES_NO, "Whether it has been read"),
    Field("conversation.tags", Type.LIST, "The names of its tags"),
    Field("conversation.topics", Type.LIST, "The names of Intercom's own topics"),
    Field("conversation.admin_assignee", Type.STRING, "The id of the teammate it is assigned to"),
    Field("conversation.team_assignee", Type.STRING, "The id of the team it is assigned to"),
    Field("conversation.rating", Type.NUMBER, "The customer's rating, 1 to 5"),
    Field("conversation.rating_remark", Type.TEXT, "What the customer wrote with the rating", markup="html"),
    Field("conversation.created_at", Type.TIME, "When it was started"),
    Field("conversation.updated_at", Type.TIME, "When anything last changed"),
    Field("conversation.waiting_since", Type.TIME, "Since when the customer has been waiting"),
    Field("conversation.snoozed_until", Type.TIME, "When it will wake up"),
    Field("conversation.ai_agent.participated", Type.YES_NO, "Whether Intercom's AI agent took part"),
    Field("conversation.ai_agent.resolution_state", Type.STRING, "How the AI agent's part ended"),
    Field("conversation.sla.name", Type.STRING, "The name of the service level agreement"),
    Field("conversation.sla.status", Type.ENUM, "Whether it has been met", _SLA_STATUSES),
    Field("ticket.id", Type.STRING, "Intercom's id"),
    Field("ticket.title", Type.TEXT, "The title", markup="html"),
    Field("ticket.description", Type.TEXT, "The description", markup="html"),
    Field("ticket.type", Type.STRING, "The name of its ticket type"),
    Field("ticket.category", Type.ENUM, "The category of its ticket type", _TICKET_CATEGORIES),
    Field("ticket.state", Type.ENUM, "Its state", _TICKET_STATES),
    Field("ticket.open", Type.YES_NO, "Whether it is open"),
    Field("ticket.shared", Type.YES_NO, "Whether the customer can see it"),
    Field("ticket.admin_assignee", Type.STRING, 'The id of the teammate it is assigned to; "0" is nobody'),
    Field("ticket.team_assignee", Type.STRING, 'The id of the team it is assigned to; "0" is nobody'),
    Field("ticket.created_at", Type.TIME, "When it was created"),
    Field("ticket.updated_at", Type.TIME, "When anything last changed"),
    Field("ticket.snoozed_until", Type.TIME, "When it will wake up"),
    Field("ticket.tags", Type.LIST, "The names of its tags, which Intercom never tells"),
    Field("contact.id", Type.STRING, "Intercom's id"),
    Field("contact.external_id", Type.STRING, "Your own id"),
    Field("contact.name", Type.STRING, "The name"),
    Field("contact.email", Type.STRING, "The e-mail address"),
    Field("contact.email_domain", Type.STRING, "The part of the e-mail address after the @"),
    Field("contact.phone", Type.STRING, "The telephone number"),
    Field("contact.role", Type.ENUM, "User or lead", ("user", "lead")),
    Field("contact.location.country", Type.STRING, "The country, as Intercom names it"),
    Field("contact.location.region", Type.STRING, "The region"),
    Field("contact.location.city", Type.STRING, "The city"),
    Field("contact.language", Type.STRING, "The language"),
    Field("contact.browser", Type.STRING, "The browser"),
    Field("contact.os", Type.STRING, "The operating system"),
    Field("contact.owner", Type.STRING, "The id of the teammate who owns the contact"),
    Field("contact.tags", Type.LIST, "The names of its tags"),
    Field("contact.segments", Type.LIST, "The names of its segments"),
    Field("contact.created_at", Type.TIME, "When it was created"),
    Field("contact.signed_up_at", Type.TIME, "When the person signed up"),
    Field("contact.last_seen_at", Type.TIME, "When the person was last seen"),
    Field("contact.last_replied_at", Type.TIME, "When the person last wrote"),
    Field("contact.unsubscribed", Type.YES_NO, "Whether the person wants no e-mail"),
    Field("contact.bounced", Type.YES_NO, "Whether e-mail to the person bounced"),
    Field("contact.spam", Type.YES_NO, "Whether the person marked our e-mail as spam"),
    Field("company.id", Type.STRING, "Intercom's id"),
    Field("company.company_id", Type.STRING, "Your own id"),
    Field("company.name", Type.STRING, "The name"),
    Field("company.plan", Type.STRING, "The name of its plan"),
    Field("company.industry", Type.STRING, "The industry"),
    Field("company.website", Type.STRING, "The website"),
    Field("company.size", Type.NUMBER, "How many people work there"),
    Field("company.monthly_spend", Type.NUMBER, "What it spends a month"),
    Field("company.user_count", Type.NUMBER, "How many users it has"),
    Field("company.session_count", Type.NUMBER, "How many sessions it had"),
    Field("company.tags", Type.LIST, "The names of its tags"),
    Field("company.segments", Type.LIST, "The names of its segments"),
    Field("company.created_at", Type.TIME, "When it was created"),
    Field("company.last_request_at", Type.TIME, "When one of its people last did something"),
)

FIELDS: Mapping[str, Field] = MappingProxyType({field.path: field for field in _TABLE})
"""Every field with a fixed name, by path. Custom attributes come through `find`."""

_ATTRIBUTES = "attributes"

# A conversation or ticket names its author, not more: https://developers.intercom.com/docs/references/webhooks
_AUTHOR = frozenset(f"contact.{name}" for name in ("id", "external_id", "name", "email", "email_domain", "role"))


def find(path: str) -> Field | None:
    """The field at `path`, or None. A custom attribute's comes with its name as attributes are compared."""
    kind, _, rest = path.partition(".")
    word, dot, name = rest.partition(".")
    if kind in KINDS and word == _ATTRIBUTES and dot and name.strip():
        found = f"{kind}.{_ATTRIBUTES}.{attribute_name(name)}"
        return Field(found, Type.ATTRIBUTE, f"The {kind}'s custom attribute {name.strip()}", spelling=path)
    return FIELDS.get(path)


def table() -> Iterator[Field]:
    """Every field, custom attributes as `contact.attributes.<Name>`, those of one object together."""
    for group in ("event", "message", *KINDS):
        yield from (field for field in _TABLE if field.group == group)
        if group in KINDS:
            yield Field(f"{group}.{_ATTRIBUTES}.<Name>", Type.ATTRIBUTE, "A custom attribute, by its name")


def paths() -> Iterator[str]:
    """Every path that can be written."""
    return (field.path for field in table())


def readable(field: Field, kind: Kind) -> bool:
    """Whether a rule on objects of this kind may read the field at all."""
    if field.group in {"conversation", "ticket"}:
        return field.group == kind
    if field.group in {"event", "company"}:
        return True
    return kind != "company" and (field.group == "contact" or kind != "contact")


# A contact or a company lists its tags by their ids alone, its segments not at all, and of a contact's companies only
# the ids; a ticket does not tell its tags: https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io
_UNTOLD = frozenset({"ticket.tags", "contact.tags", "contact.segments", "company.tags", "company.segments"})
_COMPANY_OF_A_CONTACT = "company.id"


def carried(field: Field, kind: Kind) -> Carried:
    """Whether notifications about objects of this kind bring the field."""
    if field.group == "event":
        return Carried.ALWAYS
    if field.path in _UNTOLD:
        return Carried.NEVER
    if field.path == _COMPANY_OF_A_CONTACT and kind == "contact":
        return Carried.SOMETIMES
    if field.group in {kind, "message"}:
        return Carried.SOMETIMES
    return Carried.SOMETIMES if field.path in _AUTHOR and kind != "company" else Carried.NEVER


_ALWAYS = frozenset(
    {
        *("event.topic", "event.time", "event.attempt"),
        *("conversation.id", "conversation.state", "conversation.open", "conversation.read"),
        *("conversation.created_at", "conversation.updated_at", "ticket.id", "ticket.state", "ticket.open"),
        *("ticket.created_at", "ticket.updated_at", "contact.id", "company.id"),
    },
)


def always(field: Field) -> bool:
    """Whether the field has a value in every event in which it can be read at all."""
    return field.path in _ALWAYS
