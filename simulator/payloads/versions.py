"""What a notification looks like in each payload version, which is the API version of the app in the Developer Hub.

Everything is built in the shape of 2.10 and changed from there: https://developers.intercom.com/docs/references/2.15/changelog
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

from simulator.payloads.plain_text import plain_text

PayloadVersion = Literal["2.10", "2.11", "2.12", "2.13", "2.14", "2.15"]

VERSIONS: Sequence[PayloadVersion] = get_args(PayloadVersion)
"""All that can be chosen, the oldest first."""

_STATES = {"submitted": "101", "in_progress": "102", "waiting_on_customer": "103", "resolved": "104"}

Change = Callable[[Mapping[str, Any]], dict[str, Any]]


def in_version(topic: str, item: Mapping[str, Any], version: PayloadVersion) -> Mapping[str, Any]:
    """The `data.item` of a notification in the shape of 2.10, as `version` has it; the item itself is left alone."""
    place = VERSIONS.index(version)
    for since, kind, change in _CHANGES:
        if place >= VERSIONS.index(since):
            item = _changed(item, kind, change)
    if topic == "ticket.closed" and place >= VERSIONS.index("2.15"):
        return {"ticket": item}
    return item


def _changed(found: Any, kind: str, change: Change) -> Any:  # noqa: ANN401 - JSON
    """The same with every object in it changed whose `type` is `kind`."""
    if isinstance(found, list | tuple):
        return [_changed(entry, kind, change) for entry in found]
    if not isinstance(found, Mapping):
        return found
    kept = found if found.get("type") != kind else change(found)
    return {key: _changed(value, kind, change) if key not in _THEIR_OWN else value for key, value in kept.items()}


_THEIR_OWN = {"custom_attributes", "ticket_attributes"}
"""What is below these is the customers', whatever it looks like."""


def _state_is_an_object(ticket: Mapping[str, Any]) -> dict[str, Any]:
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


def _part_says_more(part: Mapping[str, Any]) -> dict[str, Any]:
    more: dict[str, Any] = {
        "state": None,
        "tags": [],
        "event_details": None,
        "email_message_metadata": None,
        "app_package_code": None,
    }
    return {**part, **more}


def _author_may_be_an_ai_agent(part: Mapping[str, Any]) -> dict[str, Any]:
    return {**part, "author": {**part.get("author", {}), "from_ai_agent": False, "is_ai_answer": False}}


def _words_are_plain(conversation: Mapping[str, Any]) -> dict[str, Any]:
    said = dict(conversation)
    if "source" in said:
        said["source"] = _plain(said["source"])
    parts = said.get("conversation_parts")
    if parts is not None:
        said["conversation_parts"] = {**parts, "conversation_parts": list(map(_plain, parts["conversation_parts"]))}
    return said


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    return {key: plain_text(value) if key in {"body", "subject"} and value else value for key, value in message.items()}


_CHANGES: Sequence[tuple[PayloadVersion, str, Change]] = (
    ("2.12", "ticket", _state_is_an_object),
    ("2.13", "conversation_part", _part_says_more),
    ("2.14", "conversation_part", _author_may_be_an_ai_agent),
    ("2.14", "ticket_part", _author_may_be_an_ai_agent),
    ("2.15", "conversation", _words_are_plain),
)
