# ruff: noqa: D101 - each is the object of that name in Intercom's reference, cut to the keys that are listed
"""What is kept of an item: exactly the keys that facts read, in Intercom's own names.

A value may be of any type, so that an odd one survives; only what holds other values must be an object or a list. A
key that was not sent stays away, and one that was null stays null: the first was not asked for, the second is missing.
"""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from facts import times
from rules.words.html import LONGEST


def shortened(body: object) -> object:
    """The beginning of a body, of which rules read no more; anything but text as it is."""
    return body[:LONGEST] if isinstance(body, str) else body


class Author(msgspec.Struct):
    type: Any = UNSET
    id: Any = UNSET
    name: Any = UNSET
    email: Any = UNSET


class Attachment(msgspec.Struct):
    content_type: Any = UNSET


class Part(msgspec.Struct):
    """Of a conversation or of a ticket."""

    id: Any = UNSET
    body: Any = UNSET
    created_at: Any = UNSET
    author: Author | UnsetType | None = UNSET
    attachments: list[Attachment] | UnsetType | None = UNSET
    redacted: Any = UNSET

    def __post_init__(self) -> None:
        self.body = shortened(self.body)


class PartList(msgspec.Struct):
    """Only the newest part, which caused the event."""

    conversation_parts: list[Part] | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        if self.conversation_parts:
            newest = times.latest(part.created_at for part in self.conversation_parts)
            self.conversation_parts = [self.conversation_parts[newest]]


class Source(msgspec.Struct):
    type: Any = UNSET
    delivered_as: Any = UNSET
    subject: Any = UNSET
    url: Any = UNSET
    author: Author | UnsetType | None = UNSET


class SourceWithMessage(Source):
    id: Any = UNSET
    body: Any = UNSET
    attachments: list[Attachment] | UnsetType | None = UNSET
    redacted: Any = UNSET

    def __post_init__(self) -> None:
        self.body = shortened(self.body)


class ListedContact(msgspec.Struct):
    id: Any = UNSET
    external_id: Any = UNSET
    role: Any = UNSET


class ContactList(msgspec.Struct):
    contacts: list[ListedContact] | UnsetType | None = UNSET


class Tag(msgspec.Struct):
    id: Any = UNSET
    name: Any = UNSET


class TagList(msgspec.Struct):
    tags: list[Tag] | UnsetType | None = UNSET


class Named(msgspec.Struct):
    name: Any = UNSET


class TopicList(msgspec.Struct):
    topics: list[Named] | UnsetType | None = UNSET


class Rating(msgspec.Struct):
    rating: Any = UNSET
    remark: Any = UNSET


class AiAgent(msgspec.Struct):
    resolution_state: Any = UNSET


class AppliedSla(msgspec.Struct):
    sla_name: Any = UNSET
    sla_status: Any = UNSET


class Conversation(msgspec.Struct):
    """Of an event in which nothing was written."""

    title: Any = UNSET
    state: Any = UNSET
    open: Any = UNSET
    read: Any = UNSET
    priority: Any = UNSET
    created_at: Any = UNSET
    updated_at: Any = UNSET
    waiting_since: Any = UNSET
    snoozed_until: Any = UNSET
    source: Source | UnsetType | None = UNSET
    contacts: ContactList | UnsetType | None = UNSET
    admin_assignee_id: Any = UNSET
    team_assignee_id: Any = UNSET
    tags: TagList | UnsetType | None = UNSET
    topics: TopicList | UnsetType | None = UNSET
    conversation_rating: Rating | UnsetType | None = UNSET
    custom_attributes: Any = UNSET
    ai_agent_participated: Any = UNSET
    ai_agent: AiAgent | UnsetType | None = UNSET
    sla_applied: AppliedSla | UnsetType | None = UNSET


class ConversationWithSource(Conversation):
    """Of an event whose message is the source."""

    source: SourceWithMessage | UnsetType | None = UNSET


class ConversationWithPart(Conversation):
    """Of an event whose message is a part."""

    conversation_parts: PartList | UnsetType | None = UNSET


class TicketType(msgspec.Struct):
    name: Any = UNSET
    category: Any = UNSET


class Ticket(msgspec.Struct):
    ticket_attributes: Any = UNSET
    ticket_state: Any = UNSET
    ticket_type: TicketType | UnsetType | None = UNSET
    category: Any = UNSET
    open: Any = UNSET
    is_shared: Any = UNSET
    admin_assignee_id: Any = UNSET
    team_assignee_id: Any = UNSET
    created_at: Any = UNSET
    updated_at: Any = UNSET
    snoozed_until: Any = UNSET
    contacts: ContactList | UnsetType | None = UNSET


class TicketItem(Ticket):
    """A ticket that is the item, or stands in it."""

    ticket: Ticket | UnsetType | None = UNSET
    ticket_part: Part | UnsetType | None = UNSET


class Location(msgspec.Struct):
    country: Any = UNSET
    region: Any = UNSET
    city: Any = UNSET


class Reference(msgspec.Struct):
    id: Any = UNSET


class ReferenceList(msgspec.Struct):
    data: list[Reference] | UnsetType | None = UNSET
    has_more: Any = UNSET


class Contact(msgspec.Struct):
    id: Any = UNSET
    external_id: Any = UNSET
    role: Any = UNSET
    name: Any = UNSET
    email: Any = UNSET
    email_domain: Any = UNSET
    phone: Any = UNSET
    owner_id: Any = UNSET
    language_override: Any = UNSET
    browser: Any = UNSET
    browser_language: Any = UNSET
    os: Any = UNSET
    location: Location | UnsetType | None = UNSET
    has_hard_bounced: Any = UNSET
    marked_email_as_spam: Any = UNSET
    unsubscribed_from_emails: Any = UNSET
    created_at: Any = UNSET
    signed_up_at: Any = UNSET
    last_seen_at: Any = UNSET
    last_replied_at: Any = UNSET
    custom_attributes: Any = UNSET
    tags: ReferenceList | UnsetType | None = UNSET
    companies: ReferenceList | UnsetType | None = UNSET


class MergedContact(Contact):
    """The survivor, and which contact became part of it."""

    merged_from: Reference | UnsetType | None = UNSET


class WithContact(msgspec.Struct):
    """A tag event, or a pair whose other half is an internal record."""

    contact: Contact | UnsetType | None = UNSET


class Company(msgspec.Struct):
    company_id: Any = UNSET
    name: Any = UNSET
    plan: Named | UnsetType | None = UNSET
    size: Any = UNSET
    website: Any = UNSET
    industry: Any = UNSET
    monthly_spend: Any = UNSET
    session_count: Any = UNSET
    user_count: Any = UNSET
    created_at: Any = UNSET
    last_request_at: Any = UNSET
    custom_attributes: Any = UNSET
    tag_ids: Any = UNSET


class Nothing(msgspec.Struct):
    """Of an event whose item is only a reason to ask Intercom."""
