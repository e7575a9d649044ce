"""What Intercom answers, as values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from workers.intercom.fields import a_text, an_id, an_object, each, id_or_none, ids, inner, text_or_none
from workers.intercom.limits import Limits

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """What was asked for, and what the rate budget wants to know.

    The answer was made between `sent_at` and `received_at`, both on `time.monotonic()`, with this HTTP status.
    """

    value: T_co
    limits: Limits
    sent_at: float
    received_at: float
    status: int = 200

    @property
    def date(self) -> float | None:
        """When the answer was made, in Unix seconds on Intercom's clock; None without a readable Date header."""
        return self.limits.date


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """A part of a list.

    `next` is the cursor to ask on with, None at the end, and where Intercom describes no way to ask on. `total` is how
    many there are on all pages, None where it is not said. `complete` says that nothing comes after this page.
    """

    items: tuple[T_co, ...]
    next: str | None
    total: int | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag. `applied_at` (Unix seconds) and `applied_by` (an admin's id) are known only where it is on an object."""

    id: str
    name: str
    applied_at: int | None = None
    applied_by: str | None = None


@dataclass(frozen=True, slots=True)
class Tagged:
    """What became of tagging by name.

    `reached` are Intercom's ids of the companies or users that were tagged or untagged; None where the answer does not
    say, as before 2.16: there one that does not exist fails the call, from 2.16 on it is passed over.
    """

    tag: Tag
    reached: tuple[str, ...] | None = None


def tag(found: object) -> Tag:
    """One tag. Raises Unreadable without id and name."""
    fields = an_object(found, "a tag")
    applied_at = fields.get("applied_at")
    return Tag(
        id=an_id(fields, "a tag"),
        name=a_text(fields, "name", "a tag"),
        applied_at=applied_at if isinstance(applied_at, int) else None,
        applied_by=id_or_none(inner(fields, "applied_by", "id")),
    )


def tags(found: object) -> tuple[Tag, ...]:
    """All tags of a list. Raises Unreadable when one of them is not a tag."""
    return each(an_object(found, "a list of tags").get("data"), "data", tag)


def tagged(found: object) -> Tagged:
    """A tag, and who was reached. Raises Unreadable without id and name."""
    fields = an_object(found, "a tag")
    listed = [fields[name] for name in ("users", "companies") if isinstance(fields.get(name), list)]
    return Tagged(tag(fields), tuple(one for some in listed for one in ids(some)) if listed else None)


def page(found: object, names: tuple[str, ...], read: Callable[[object], T]) -> Page[T]:
    """A part of a list that stands under one of `names`. Raises Unreadable if one of its elements cannot be read."""
    fields = an_object(found, "a page")
    name = next((name for name in names if name in fields), names[0])
    total, after = fields.get("total_count"), inner(fields, "pages", "next")
    return Page(
        items=each(fields.get(name), name, read),
        next=text_or_none(inner(fields, "pages", "next", "starting_after")),
        total=total if isinstance(total, int) and not isinstance(total, bool) else None,
        complete=not after,
    )
