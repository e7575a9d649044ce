"""Which tags an object has, as far as a notification tells."""

from collections.abc import Mapping
from typing import Any

from facts import leaf
from rules.language.values import Kind


def present(kind: Kind, item: Mapping[str, Any]) -> frozenset[str] | None:
    """The ids of the tags on the object that an item is about; None if the item does not tell all of them.

    It never does for a ticket, nor for a contact with more than the ten tags that Intercom lists.
    """
    if kind == "conversation":
        return _ids(leaf.inner(item, "tags", "tags"))
    if kind == "contact":
        found = item.get("contact")
        tags = (found if isinstance(found, Mapping) else item).get("tags")
        return None if leaf.inner(tags, "has_more") else _ids(leaf.inner(tags, "data"))
    if kind == "company":
        return _all(item.get("tag_ids"))
    return None


def _ids(tags: object) -> frozenset[str] | None:
    if not isinstance(tags, list):
        return None
    return _all([leaf.inner(tag, "id") for tag in tags])


def _all(ids: object) -> frozenset[str] | None:
    if not isinstance(ids, list):
        return None
    found = [leaf.identifier(one) for one in ids]
    return frozenset(one for one in found if one) if None not in found else None
