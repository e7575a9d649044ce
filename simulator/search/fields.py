"""What can be searched for, and of which type it is.

The tables are those of "Accepted Fields" in
https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/searchconversations,
/tickets/searchtickets and /contacts/searchcontacts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from simulator.payloads.plain_text import plain_text
from simulator.workspace.objects import Kind, Tagged
from simulator.workspace.state import Workspace

Searched = Literal["conversation", "ticket", "contact"]
Type = Literal["text", "number", "flag", "time", "day", "tag", "any"]
Values = Callable[[Workspace, Tagged], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Field:
    """A searchable field: its `values` in an object, none where it is null.

    Type `time` is compared by the second and `day` by the calendar day; `any` is whatever it is compared with.
    """

    name: str
    type: Type
    values: Values


def field_of(kind: Searched, name: str) -> Field | None:
    """The field of that name, if such objects can be searched by it."""
    found = FIELDS[kind].get(name)
    if found is not None:
        return found
    if kind == "contact" and name.startswith("custom_attributes."):
        # Intercom takes attributes for dates whose names end so.
        attribute = name.removeprefix("custom_attributes.")
        return Field(name, "day" if name.endswith("_at") else "any", _at("custom_attributes", attribute))
    if kind == "ticket" and name.startswith("ticket_attribute."):
        return Field(name, "any", _ticket_attribute(name.removeprefix("ticket_attribute.")))
    return None


def _at(*steps: str) -> Values:
    """The value behind a path into the object."""

    def values(_: Workspace, tagged: Tagged) -> Sequence[Any]:
        found: Any = tagged.item
        for step in steps:
            found = found.get(step) if isinstance(found, Mapping) else None
        return () if found is None else (found,)

    return values


def _words_of_the_body(_: Workspace, tagged: Tagged) -> Sequence[str]:
    """`source.body` is searched word by word."""
    return plain_text(tagged.item.get("source", {}).get("body") or "").split()


def _members(*steps: str) -> Values:
    """The ids in a list."""
    find = _at(*steps)

    def values(workspace: Workspace, tagged: Tagged) -> Sequence[str]:
        return [str(member["id"]) for found in find(workspace, tagged) for member in found]

    return values


def _ticket_teammates(_: Workspace, tagged: Tagged) -> Sequence[str]:
    parts = tagged.item.get("ticket_parts", {}).get("ticket_parts", ())
    return [part["author"]["id"] for part in parts if part["author"]["type"] == "admin"]


def _ticket_attribute(attribute_id: str) -> Values:
    def values(_: Workspace, tagged: Tagged) -> Sequence[Any]:
        described = tagged.item.get("ticket_type", {}).get("ticket_type_attributes", {}).get("data", ())
        name = next((one["name"] for one in described if one["id"] == attribute_id), None)
        found = tagged.item.get("ticket_attributes", {}).get(name)
        return () if found is None else (found,)

    return values


def _tag_ids(_: Workspace, tagged: Tagged) -> Sequence[str]:
    return list(tagged.tags)


def _segment_ids(workspace: Workspace, tagged: Tagged) -> Sequence[str]:
    return [segment.id for segment in workspace.segments_of(tagged)]


def _plain(type_: Type, names: Iterable[str]) -> list[Field]:
    return [Field(name, type_, _at(*name.split("."))) for name in names]


_CONVERSATION = [
    *_plain("text", ("id", "source.type", "source.id", "source.delivered_as", "source.subject", "source.url")),
    *_plain("text", ("source.author.id", "source.author.type", "source.author.name", "source.author.email")),
    Field("source.body", "text", _words_of_the_body),
    Field("channel_initiated", "text", _at("source", "type")),
    Field("contact_ids", "text", _members("contacts", "contacts")),
    Field("teammate_ids", "text", _members("teammates", "admins")),
    Field("tag_ids", "text", _tag_ids),
    *_plain("number", ("admin_assignee_id", "team_assignee_id")),
    *_plain("flag", ("open", "read", "ai_agent_participated")),
    *_plain("text", ("state", "priority")),
    *_plain("time", ("created_at", "updated_at", "waiting_since", "snoozed_until")),
    *_plain("number", (f"statistics.time_to_{what}" for what in ("assignment", "admin_reply", "first_close"))),
    *_plain("number", ("statistics.time_to_last_close", "statistics.median_time_to_reply")),
    *_plain("time", (f"statistics.first_{what}_at" for what in ("contact_reply", "assignment", "admin_reply"))),
    *_plain("time", ("statistics.first_close_at", "statistics.last_close_at")),
    *_plain("time", (f"statistics.last_{what}_at" for what in ("assignment", "contact_reply", "admin_reply"))),
    *_plain("time", ("statistics.last_assignment_admin_reply_at",)),
    *_plain("text", ("statistics.last_closed_by_id",)),
    *_plain("number", (f"statistics.count_{what}" for what in ("reopens", "assignments", "conversation_parts"))),
    Field("conversation_rating.score", "number", _at("conversation_rating", "rating")),
    Field("conversation_rating.remark", "text", _at("conversation_rating", "remark")),
    Field("conversation_rating.requested_at", "time", _at("conversation_rating", "created_at")),
    Field("conversation_rating.replied_at", "time", _at("conversation_rating", "created_at")),
    Field("conversation_rating.contact_id", "text", _at("conversation_rating", "contact", "id")),
    # So it is spelt in the documentation.
    Field("conversation_rating.admin_d", "text", _at("conversation_rating", "teammate", "id")),
    *_plain("text", (f"ai_agent.{what}" for what in ("resolution_state", "last_answer_type", "rating_remark"))),
    *_plain("text", ("ai_agent.source_type", "ai_agent.source_title")),
    *_plain("number", ("ai_agent.rating",)),
]

_TICKET = [
    *_plain("text", ("id", "category", "admin_assignee_id", "team_assignee_id")),
    *_plain("time", ("created_at", "updated_at", "snoozed_until")),
    *_plain("flag", ("open",)),
    Field("title", "text", _at("ticket_attributes", "_default_title_")),
    Field("description", "text", _at("ticket_attributes", "_default_description_")),
    Field("ticket_type_id", "text", _at("ticket_type", "id")),
    Field("contact_ids", "text", _members("contacts", "contacts")),
    Field("teammate_ids", "text", _ticket_teammates),
    Field("state", "text", _at("ticket_state")),
]

_CONTACT = [
    *_plain("text", ("id", "role", "name", "avatar", "email", "email_domain", "phone", "external_id")),
    *_plain("number", ("owner_id",)),
    *_plain("day", ("created_at", "signed_up_at", "updated_at", "last_seen_at", "last_contacted_at")),
    *_plain("day", ("last_replied_at", "last_email_opened_at", "last_email_clicked_at")),
    *_plain("day", ("ios_last_seen_at", "android_last_seen_at")),
    *_plain("text", ("language_override", "browser", "browser_language", "os")),
    *_plain("text", ("location.country", "location.region", "location.city")),
    *_plain("flag", ("unsubscribed_from_emails", "marked_email_as_spam", "has_hard_bounced")),
    *_plain("text", (f"ios_{what}" for what in ("app_version", "device", "os_version", "app_name", "sdk_version"))),
    *_plain("text", (f"android_{what}" for what in ("app_version", "device", "app_name", "sdk_version"))),
    Field("segment_id", "text", _segment_ids),
    Field("tag_id", "tag", _tag_ids),
]

FIELDS: Mapping[Kind, Mapping[str, Field]] = {
    "conversation": {field.name: field for field in _CONVERSATION},
    "ticket": {field.name: field for field in _TICKET},
    "contact": {field.name: field for field in _CONTACT},
}
"""All that are documented, by kind and name."""
