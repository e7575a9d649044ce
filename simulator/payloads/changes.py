"""What became of objects after 2.10, in REST answers and notifications alike.

https://developers.intercom.com/docs/references/2.12/changelog and those of 2.13 and 2.14
"""

from collections.abc import Mapping
from typing import Any

_STATES = {"submitted": "101", "in_progress": "102", "waiting_on_customer": "103", "resolved": "104"}
"""Ids of ticket states; every workspace has its own."""


def state_is_an_object(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """2.12: the state of a ticket says its id, category and labels."""
    if "ticket_state_internal_label" not in ticket:
        return dict(ticket)
    state = {
        "type": "ticket_state",
        "id": _STATES.get(ticket["ticket_state"], "109"),
        "category": ticket["ticket_state"],
        "internal_label": ticket["ticket_state_internal_label"],
        "external_label": ticket["ticket_state_external_label"],
    }
    gone = {"ticket_state_internal_label", "ticket_state_external_label"}
    return {key: state if key == "ticket_state" else value for key, value in ticket.items() if key not in gone}


def part_says_more(part: Mapping[str, Any]) -> dict[str, Any]:
    """2.13: parts of conversations have more fields; nothing is in them here."""
    more: dict[str, Any] = {
        "state": None,
        "tags": [],
        "event_details": None,
        "email_message_metadata": None,
        "app_package_code": None,
    }
    return {**part, **more}


def author_may_be_an_ai_agent(part: Mapping[str, Any]) -> dict[str, Any]:
    """2.14: the author of a part may be an AI agent; here none is."""
    return {**part, "author": {**part.get("author", {}), "from_ai_agent": False, "is_ai_answer": False}}
