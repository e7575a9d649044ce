"""Conversations.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/conversation
"""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.payloads.people import Customer
from simulator.payloads.times import iso_utc


def source(
    source_id: str,
    author: Mapping[str, Any],
    body: str,
    *,
    channel: str = "conversation",
    delivered_as: str = "customer_initiated",
    subject: str = "",
    url: str | None = None,
) -> dict[str, Any]:
    """The message that began a conversation; `body` is HTML."""
    return {
        "type": channel,
        "id": source_id,
        "delivered_as": delivered_as,
        "subject": subject,
        "body": body,
        "author": dict(author),
        "attachments": [],
        "url": url,
        "redacted": False,
    }


def part(
    part_id: str,
    part_type: str,
    author: Mapping[str, Any],
    at: int,
    body: str | None = None,
    assigned_to: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One thing that happened in a conversation, at `at` in Unix seconds; `body` is HTML."""
    return {
        "type": "conversation_part",
        "id": part_id,
        "part_type": part_type,
        "body": body,
        "created_at": at,
        "updated_at": at,
        "notified_at": at,
        "assigned_to": dict(assigned_to) if assigned_to is not None else None,
        "author": dict(author),
        "attachments": [],
        "external_id": None,
        "redacted": False,
    }


def conversation(
    conversation_id: str,
    *,
    created_at: int,
    opened_by: Mapping[str, Any],
    customer: Customer,
    parts: Sequence[Mapping[str, Any]] = (),
    updated_at: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A conversation as REST answers it, without tags; times are Unix seconds.

    `opened_by` is its source, `changes` whatever differs from a new one that is open, unassigned and unread.
    """
    began = {"created_at": created_at, "type": opened_by["type"], "url": opened_by["url"]}
    item: dict[str, Any] = {
        "type": "conversation",
        "id": conversation_id,
        "created_at": created_at,
        "updated_at": created_at if updated_at is None else updated_at,
        "waiting_since": created_at,
        "snoozed_until": None,
        "source": dict(opened_by),
        "contacts": {"type": "contact.list", "contacts": [customer.reference()]},
        "first_contact_reply": began if opened_by["delivered_as"] == "customer_initiated" else None,
        "admin_assignee_id": None,
        "team_assignee_id": None,
        "open": True,
        "state": "open",
        "read": False,
        "tags": {"type": "tag.list", "tags": []},
        "priority": "not_priority",
        "sla_applied": None,
        "statistics": _statistics(created_at, len(parts) + 1),
        "conversation_rating": None,
        "teammates": {"type": "admin.list", "admins": []},
        "title": "",
        "custom_attributes": {},
        "topics": {"type": "topic.list", "topics": [], "total_count": 0},
        "ticket": None,
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "ai_agent": None,
        "ai_agent_participated": False,
        "conversation_parts": _parts(parts),
    }
    return item | dict(changes or {})


def as_notified(item: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The conversation as a notification carries it: only `parts`, and its statistics' times in ISO 8601."""
    statistics = item.get("statistics")
    if statistics is not None:
        statistics = {name: _notified_time(name, value) for name, value in statistics.items()}
    return {**item, "statistics": statistics, "conversation_parts": _parts(parts)}


def _parts(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"type": "conversation_part.list", "conversation_parts": list(parts), "total_count": len(parts)}


def _notified_time(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    return iso_utc(value) if name.endswith("_at") and value is not None else value


def _statistics(created_at: int, parts: int) -> dict[str, Any]:
    return {
        "type": "conversation_statistics",
        "time_to_assignment": None,
        "time_to_admin_reply": None,
        "time_to_first_close": None,
        "time_to_last_close": None,
        "median_time_to_reply": None,
        "first_contact_reply_at": created_at,
        "first_assignment_at": None,
        "first_admin_reply_at": None,
        "first_close_at": None,
        "last_assignment_at": None,
        "last_assignment_admin_reply_at": None,
        "last_contact_reply_at": created_at,
        "last_admin_reply_at": None,
        "last_close_at": None,
        "last_closed_by_id": None,
        "count_reopens": 0,
        "count_assignments": 0,
        "count_conversation_parts": parts,
    }
