"""How the fields of Intercom's JSON are read: unknown ones are ignored, a needed one of another type is Unreadable."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from facts import times
from facts.document import Malformed, parse

T = TypeVar("T")

_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


class Unreadable(ValueError):
    """The body is not what the API describes."""


def document(body: bytes) -> dict[str, Any]:
    """The JSON object that every answer of the API is; of a key that comes twice, the last.

    Raises:
        Unreadable: it is something else, or nested or numbered as no honest answer is.
    """
    try:
        return parse(body, _DECODER)
    except Malformed:
        raise Unreadable(f"wanted JSON, found {len(body)} bytes of something else") from None


def an_object(found: object, what: str) -> dict[str, Any]:
    """The object that `found` has to be."""
    if not isinstance(found, dict):
        raise Unreadable(f"wanted an object as {what}, found {type(found).__name__}")
    return found


def an_id(fields: dict[str, Any], what: str) -> str:
    """The id that `what` cannot do without."""
    found = id_or_none(fields.get("id"))
    if found is None:
        raise Unreadable(f'wanted text as "id" of {what}, found {type(fields.get("id")).__name__}')
    return found


def id_or_none(found: object) -> str | None:
    """Ids are text; the recorded examples of the API hold numbers too."""
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return text_or_none(found)


def assignee(found: object) -> str | None:
    """An id, where 0 stands for nobody, as on tickets."""
    return None if found in (0, "0") else id_or_none(found)


def a_text(fields: dict[str, Any], name: str, what: str) -> str:
    """The text that `what` cannot do without."""
    found = fields.get(name)
    if not isinstance(found, str):
        raise Unreadable(f'wanted text as "{name}" of {what}, found {type(found).__name__}')
    return found


def text_or_none(found: object) -> str | None:
    """The text, unless it is empty."""
    return found if isinstance(found, str) and found else None


def flag_or_none(found: object) -> bool | None:
    """True or false, if it is one of them."""
    return found if isinstance(found, bool) else None


def seconds_or_none(found: object) -> int | None:
    """A moment in whole Unix seconds, however it is written."""
    moment = times.unix_seconds(found)
    return None if moment is None else int(moment)


def each(found: object, name: str, read: Callable[[object], T]) -> tuple[T, ...]:
    """All elements of a list. Raises Unreadable if one of them cannot be read."""
    if not isinstance(found, list):
        raise Unreadable(f'wanted a list as "{name}", found {type(found).__name__}')
    return tuple(map(read, found))


def ids(found: object) -> tuple[str, ...]:
    """The ids in a list of ids or of objects that have one; what has none is left out."""
    listed = found if isinstance(found, list) else []
    one_by_one = (id_or_none(one.get("id") if isinstance(one, dict) else one) for one in listed)
    return tuple(one for one in one_by_one if one is not None)


def inner(fields: dict[str, Any], *keys: str) -> object:
    """What stands at the end of the path `keys`; None where the path breaks off."""
    found: object = fields
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found
