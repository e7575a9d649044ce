"""What Intercom answers, as values. Unknown fields are ignored; a needed one of another type is Unreadable."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from workers.intercom.limits import Limits

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Unreadable(ValueError):
    """The body is not what the API describes."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """What was asked for, and what the rate budget wants to know.

    The answer was made between `sent_at` and `received_at`, both on `time.monotonic()`.
    """

    value: T_co
    limits: Limits
    sent_at: float
    received_at: float


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag. `applied_at` (Unix seconds) and `applied_by` (an admin's id) are known only where it is on an object."""

    id: str
    name: str
    applied_at: int | None = None
    applied_by: str | None = None


@dataclass(frozen=True, slots=True)
class Me:
    """Whom the access token belongs to; `app_id` is the workspace as webhooks name it."""

    admin_id: str
    app_id: str | None
    region: str | None


def document(body: bytes) -> dict[str, Any]:
    """The JSON object that every answer of the API is.

    Raises:
        Unreadable: it is something else.
    """
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Unreadable(f"wanted JSON, found {len(body)} bytes of something else") from None
    return _object(found, "the answer")


def tag(found: object) -> Tag:
    """One tag. Raises Unreadable without id and name."""
    fields = _object(found, "a tag")
    applied_at, applied_by = fields.get("applied_at"), fields.get("applied_by")
    return Tag(
        id=_id(fields, "a tag"),
        name=_text(fields, "name", "a tag"),
        applied_at=applied_at if isinstance(applied_at, int) else None,
        applied_by=_id_or_none(applied_by.get("id")) if isinstance(applied_by, dict) else None,
    )


def tags(found: object) -> tuple[Tag, ...]:
    """All tags of a list. Raises Unreadable when one of them is not a tag."""
    return _each(_object(found, "a list of tags").get("data"), tag)


def me(found: object) -> Me:
    """The admin behind the token. Raises Unreadable without an id."""
    fields = _object(found, "an admin")
    app = fields.get("app")
    app = app if isinstance(app, dict) else {}
    return Me(
        admin_id=_id(fields, "an admin"),
        app_id=_text_or_none(app.get("id_code")),
        region=_text_or_none(app.get("region")),
    )


def _each(found: object, read: Callable[[object], T]) -> tuple[T, ...]:
    if not isinstance(found, list):
        raise Unreadable(f'wanted a list as "data", found {type(found).__name__}')
    return tuple(map(read, found))


def _object(found: object, what: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise Unreadable(f"wanted an object as {what}, found {type(found).__name__}")
    return found


def _id(fields: dict[str, Any], what: str) -> str:
    found = _id_or_none(fields.get("id"))
    if found is None:
        raise Unreadable(f'wanted text as "id" of {what}, found {type(fields.get("id")).__name__}')
    return found


def _id_or_none(found: object) -> str | None:
    """Ids are text; the recorded examples of the API hold numbers too."""
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return _text_or_none(found)


def _text(fields: dict[str, Any], name: str, what: str) -> str:
    found = fields.get(name)
    if not isinstance(found, str):
        raise Unreadable(f'wanted text as "{name}" of {what}, found {type(found).__name__}')
    return found


def _text_or_none(found: object) -> str | None:
    return found if isinstance(found, str) and found else None
