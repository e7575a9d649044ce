"""Single values of Intercom's objects. Each reader takes whatever stood there; None means there is no such value."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rules.language.values import Value

_LARGEST: Final = 2**63 - 1
"""Integers beyond 64 bits count as odd, so that a value means the same before and after the queue."""


def text(value: object) -> str | None:
    """Text that is not empty."""
    return value if isinstance(value, str) and value else None


def identifier(value: object) -> str | None:
    """An id, which Intercom sends as text or as a number, as text."""
    found = number(value)
    return text(value) if found is None else str(found)


def number(value: object) -> int | float | None:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, float) or abs(value) <= _LARGEST else None


def flag(value: object) -> bool | None:
    """Yes or no."""
    return value if isinstance(value, bool) else None


def names(value: object) -> tuple[str, ...] | None:
    """The names in a list of named objects."""
    return _tuple(text(entry.get("name")) for entry in objects(value))


def state(value: object) -> str | None:
    """A ticket's state: up to API version 2.11 a text, from 2.12 an object with that text as its category."""
    return text(value.get("category")) if isinstance(value, Mapping) else text(value)


def domain(value: object) -> str | None:
    """What follows the @ of an e-mail address."""
    return text(value.rpartition("@")[2]) if isinstance(value, str) and "@" in value else None


def attribute(value: object) -> Value | None:
    """A custom attribute: text, number, yes or no, or a list of texts or numbers."""
    if isinstance(value, list):
        return _tuple(identifier(entry) for entry in value)
    return flag(value) if isinstance(value, bool) else text(value) or number(value)


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def is_empty_list(value: object) -> bool:
    """Whether a list of references, of which Intercom sends only the first few, says that there are none."""
    return inner(value, "data") == [] and not inner(value, "has_more")


def inner(record: object, *keys: str) -> object:
    """What stands at the end of a path of keys; None if the path breaks off."""
    for key in keys:
        if not isinstance(record, Mapping):
            return None
        record = record.get(key)
    return record


def _tuple(texts: Iterable[str | None]) -> tuple[str, ...] | None:
    return tuple(entry for entry in texts if entry) or None
