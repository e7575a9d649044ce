"""Tickets.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tickets/ticket
"""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.payloads.people import Customer

_TYPE_ID = "88310"
_TYPE_MADE = 1_690_000_000
_LABELS = {
    "submitted": "Submitted",
    "in_progress": "In progress",
    "waiting_on_customer": "Waiting on you",
    "resolved": "Resolved",
}


def part(
    part_id: str, part_type: str, author: Mapping[str, Any], at: int, body: str | None = None, **extra: object
) -> dict[str, Any]:
    """One thing that happened in a ticket, at `at` in Unix seconds; parts without a body have no such key."""
    words = {} if body is None else {"body": body}
    return {
        "type": "ticket_part",
        "id": part_id,
        "part_type": part_type,
        **extra,
        **words,
        "created_at": at,
        "updated_at": at,
        "author": dict(author),
        "attachments": [],
        "redacted": False,
    }


def ticket(
    ticket_id: str,
    number: str,
    *,
    app_id: str,
    title: str,
    description: str,
    created_at: int,
    customer: Customer,
    state: str = "submitted",
    attributes: Mapping[str, Any] | None = None,
    parts: Sequence[Mapping[str, Any]] = (),
    updated_at: int | None = None,
) -> dict[str, Any]:
    """A ticket as REST answers it: it never says which tags it has. Times are Unix seconds."""
    return {
        "type": "ticket",
        "id": ticket_id,
        "ticket_id": number,
        "ticket_attributes": {
            "_default_title_": title,
            "_default_description_": description,
            **(attributes or {}),
        },
        "ticket_state": state,
        "ticket_state_internal_label": _LABELS[state],
        "ticket_state_external_label": _LABELS[state],
        "ticket_type": _ticket_type(app_id),
        "contacts": {"type": "contact.list", "contacts": [customer.reference()]},
        "admin_assignee_id": "0",
        "team_assignee_id": "0",
        "created_at": created_at,
        "updated_at": created_at if updated_at is None else updated_at,
        "ticket_parts": {"type": "ticket_part.list", "ticket_parts": list(parts), "total_count": len(parts)},
        "open": state != "resolved",
        "snoozed_until": None,
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "category": "Customer",
        "is_shared": True,
    }


def with_part(item: Mapping[str, Any], ticket_part: Mapping[str, Any]) -> dict[str, Any]:
    """The wrapper that topics about one part of a ticket carry."""
    return {"type": "ticket_ticket_part", "ticket": _never_snoozed(item), "ticket_part": dict(ticket_part)}


def as_closed(item: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A ticket as `ticket.closed` carries it: of its contacts it says the role, which `known` contacts have by id."""
    ids = [contact["id"] for contact in item["contacts"]["contacts"]]
    listed = [{"id": one, "role": known.get(one, {}).get("role", "user")} for one in ids]
    return _never_snoozed(item) | {"contacts": {"type": "contact.list", "contacts": listed}}


def _never_snoozed(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "snoozed_until"}


def _ticket_type(app_id: str) -> dict[str, Any]:
    options = {"list_options": [{"label": "High", "id": "opt-high"}, {"label": "Low", "id": "opt-low"}]}
    attributes = [
        _attribute(app_id, 0, "_default_title_", "string", {"multiline": False}),
        _attribute(app_id, 1, "_default_description_", "string", {"multiline": True}),
        _attribute(app_id, 2, "Severity", "list", options),
    ]
    return {
        "type": "ticket_type",
        "id": _TYPE_ID,
        "name": "Problem",
        "description": "Something does not work as it should",
        "icon": "\N{WRENCH}",
        "workspace_id": app_id,
        "archived": False,
        "created_at": _TYPE_MADE,
        "updated_at": _TYPE_MADE,
        "is_internal": False,
        "ticket_type_attributes": {"type": "list", "data": attributes},
        "category": "Customer",
    }


def _attribute(app_id: str, order: int, name: str, data_type: str, options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "ticket_type_attribute",
        "id": str(9_100 + order),
        "workspace_id": app_id,
        "name": name,
        "description": "",
        "data_type": data_type,
        "input_options": dict(options),
        "order": order,
        "required_to_create": False,
        "required_to_create_for_contacts": False,
        "visible_on_create": True,
        "visible_to_contacts": True,
        "default": name.startswith("_default_"),
        "ticket_type_id": int(_TYPE_ID),
        "archived": False,
        "created_at": _TYPE_MADE,
        "updated_at": _TYPE_MADE,
    }
