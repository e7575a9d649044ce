"""One notification in the shape of each payload version.

Made by changing a notification of 2.10: what differs, and since when, is Intercom's changelog of each version,
https://developers.intercom.com/docs/references/2.15/changelog
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from rules.words.html import to_text

VERSIONS = ("2.10", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16")

Item = dict[str, Any]


def in_version(topic: str, item: Item, version: str) -> Item:
    """The item of a 2.10 notification, changed in place, as a workspace on `version` is sent it."""
    minor = int(version.partition(".")[2])
    for since, change in _CHANGES:
        if minor >= since:
            change(topic, item)
    return {"ticket": item} if minor >= 15 and topic == "ticket.closed" else item


def in_unix_seconds(item: Item) -> Item:
    """Every time that is ISO 8601 as a whole number of Unix seconds."""
    for found in _objects(item):
        for key, value in found.items():
            if _is_iso(value):
                found[key] = int(datetime.fromisoformat(value).timestamp())
    return item


def in_iso(item: Item) -> Item:
    """Every time that is in Unix seconds as ISO 8601."""
    for found in _objects(item):
        for key, value in found.items():
            if key.endswith(("_at", "_since", "_until")) and isinstance(value, int):
                found[key] = datetime.fromtimestamp(value).astimezone().isoformat(timespec="milliseconds")
    return item


def in_whole_seconds(item: Item) -> Item:
    """Every ISO 8601 time without its milliseconds, as Unix seconds have none."""
    for found in _objects(item):
        for key, value in found.items():
            if _is_iso(value):
                found[key] = datetime.fromisoformat(value).replace(microsecond=0).isoformat()
    return item


def with_numbers_for_ids(item: Item) -> Item:
    """Every id that consists of digits as a number."""
    return _ids(item, lambda value: int(value) if isinstance(value, str) and value.isdecimal() else value)


def with_texts_for_ids(item: Item) -> Item:
    """Every id as text."""
    return _ids(item, lambda value: str(value) if isinstance(value, int) else value)


def _ids(item: Item, change: Callable[[Any], Any]) -> Item:
    for found in _objects(item):
        for key, value in found.items():
            if key == "id" or (key.endswith("_id") and key != "app_id"):
                found[key] = change(value)
            elif key == "tag_ids":
                found[key] = [change(one) for one in value]
    return item


def _is_iso(value: object) -> bool:
    return isinstance(value, str) and value[4:5] == "-" and value[10:11] == "T"


def _objects(found: object) -> Iterator[Item]:
    """An object and all objects in it, but for custom attributes, which are the customer's own."""
    if isinstance(found, list):
        for entry in found:
            yield from _objects(entry)
    if isinstance(found, dict):
        yield found
        for key, value in found.items():
            if key not in {"custom_attributes", "ticket_attributes"}:
                yield from _objects(value)


def _state_as_object(_: str, item: Item) -> None:
    for ticket in (found for found in _objects(item) if found.get("type") == "ticket" and "ticket_state" in found):
        ticket["ticket_state"] = {
            "type": "ticket_state",
            "id": "41",
            "category": ticket["ticket_state"],
            "internal_label": ticket.pop("ticket_state_internal_label"),
            "external_label": ticket.pop("ticket_state_external_label"),
        }


def _parts_say_more(_: str, item: Item) -> None:
    for part in (found for found in _objects(item) if found.get("type") == "conversation_part"):
        part |= {"state": "open", "tags": [{"type": "tag", "id": "880013", "name": "Of the part"}]}
        part |= {"event_details": None, "email_message_metadata": None, "app_package_code": None}


def _authors_may_be_an_ai_agent(_: str, item: Item) -> None:
    for part in (found for found in _objects(item) if found.get("type") in {"conversation_part", "ticket_part"}):
        part["author"] |= {"from_ai_agent": False, "is_ai_answer": False}
        if part["part_type"] == "ticket_attribute_updated_by_admin":
            part["updated_attribute_data"] = {"attribute": {"type": "attribute", "id": "603", "label": "Severity"}}


def _bodies_are_plain(topic: str, item: Item) -> None:
    if not topic.startswith("conversation"):
        return
    for found in _objects(item):
        for key in ("body", "subject"):
            if isinstance(found.get(key), str):
                found[key] = to_text(found[key], quotes=True).strip()


def _ids_are_of_other_types(_: str, item: Item) -> None:
    for found in _objects(item):
        if found.get("type") == "ticket" and "admin_assignee_id" in found:
            found["admin_assignee_id"] = int(found["admin_assignee_id"])
            found["team_assignee_id"] = int(found["team_assignee_id"])
        if found.get("type") == "contact" and isinstance(found.get("owner_id"), int):
            found["owner_id"] = str(found["owner_id"])


_CHANGES: tuple[tuple[int, Callable[[str, Item], None]], ...] = (
    (12, _state_as_object),
    (13, _parts_say_more),
    (14, _authors_may_be_an_ai_agent),
    (15, _bodies_are_plain),
    (16, _ids_are_of_other_types),
)
