"""What a notification looks like in each payload version, which is the API version of the app in the Developer Hub.

Everything is built in the shape of 2.10 and changed from there: https://developers.intercom.com/docs/references/2.15/changelog
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

from simulator.payloads.changes import author_may_be_an_ai_agent, part_says_more, state_is_an_object
from simulator.payloads.plain_text import plain_text

PayloadVersion = Literal["2.10", "2.11", "2.12", "2.13", "2.14", "2.15"]

VERSIONS: Sequence[PayloadVersion] = get_args(PayloadVersion)
"""All that can be chosen, the oldest first."""

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
    ("2.12", "ticket", state_is_an_object),
    ("2.13", "conversation_part", part_says_more),
    ("2.14", "conversation_part", author_may_be_an_ai_agent),
    ("2.14", "ticket_part", author_may_be_an_ai_agent),
    ("2.15", "conversation", _words_are_plain),
)
