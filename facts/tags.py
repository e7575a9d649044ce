"""Which tags an object has, as far as a notification tells."""

from collections.abc import Mapping
from typing import Any, Final

from facts import leaf
from rules.language.values import Kind

CONTACT_TAG_IDS: Final = "contact.tags.id"
COMPANY_TAG_IDS: Final = "company.tags.id"
"""Not fetched as long as nobody has told which tags there are; else only their names have to be looked up."""


def present(kind: Kind, item: Mapping[str, Any]) -> frozenset[str] | None:
    """The ids of the tags on the object that an item is about, or that is the item; None if it does not tell all.

    It never does for a ticket, nor for a contact with more than the ten tags that Intercom lists. Of a company
    notifications list ids, the API objects.
    """
    if kind == "conversation":
        return _ids(leaf.inner(item, "tags", "tags"))
    if kind == "contact":
        found = item.get("contact")
        tags = (found if isinstance(found, Mapping) else item).get("tags")
        return None if leaf.inner(tags, "has_more") else _ids(leaf.inner(tags, "data"))
    if kind == "company":
        return _all(item["tag_ids"]) if "tag_ids" in item else _ids(leaf.inner(item, "tags", "tags"))
    return None


def without(kind: Kind, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item that says nothing of the tags on the object of that kind that it is about, or that it is."""
    if kind == "contact" and isinstance(item.get("contact"), Mapping):
        return {**item, "contact": without(kind, item["contact"])}
    return {name: value for name, value in item.items() if name not in {"tags", "tag_ids"}}


def _ids(tags: object) -> frozenset[str] | None:
    if not isinstance(tags, list):
        return None
    return _all([leaf.inner(tag, "id") for tag in tags])


def _all(ids: object) -> frozenset[str] | None:
    if not isinstance(ids, list):
        return None
    found = [leaf.identifier(one) for one in ids]
    return frozenset(one for one in found if one) if None not in found else None
