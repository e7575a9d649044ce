"""Pages of what a search finds, one after the other by a cursor.

https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/pagination
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from simulator import choices
from simulator.errors import parameter_missing
from simulator.search.fields import Searched
from simulator.search.query import read_query
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace

DEFAULT_SIZE: Mapping[Searched, int] = {"conversation": 20, "ticket": 20, "contact": 50}


class Place(NamedTuple):
    """Where something stands among what is found: the newest change comes first."""

    untouched_since: float
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `total` is how many the search finds in all, `following` the cursor of the next page, if any."""

    found: Sequence[Tagged]
    total: int
    number: int
    size: int
    following: str | None

    def document(self) -> dict[str, Any]:
        """What Intercom says of the pages; the last one has no `next`."""
        pages = {
            "type": "pages",
            "page": self.number,
            "per_page": self.size,
            "total_pages": -(-self.total // self.size),
        }
        if self.following is None:
            return pages
        return pages | {"next": {"per_page": self.size, "starting_after": self.following}}


def answer_search(workspace: Workspace, kind: Searched, fields: Mapping[str, Any], *, now: float) -> Page:
    """The page that the body of a search asks for, at `now` in Unix seconds; raises `ApiError` for a bad one."""
    if "query" not in fields:
        raise parameter_missing("query")
    matches = read_query(workspace, kind, fields["query"])
    size, number, after = _pagination(fields.get("pagination"), DEFAULT_SIZE[kind])
    seen = now - workspace.contacts_appear_after if kind == "contact" else now
    found = [tagged for tagged in workspace.every(kind) if tagged.since <= seen and matches(tagged)]
    found.sort(key=_place)
    left = [tagged for tagged in found if after is None or _place(tagged) > after]
    shown = left[:size]
    following = _cursor(number + 1, _place(shown[-1])) if len(left) > size else None
    return Page(shown, len(found), number, size, following)


def _place(tagged: Tagged) -> Place:
    return Place(-tagged.item.get("updated_at", 0), tagged.id)


def _pagination(wanted: object, default: int) -> tuple[int, int, Place | None]:
    """Size of the page, its number, and after which place it begins."""
    if wanted is None:
        return default, 1, None
    if not isinstance(wanted, dict):
        raise choices.bad_number("pagination")
    size = wanted.get("per_page")
    if size is None:
        size = default
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= choices.MOST_A_PAGE:
        raise choices.bad_number("per_page")
    cursor = wanted.get("starting_after")
    if cursor is None:
        return size, 1, None
    return size, *_read_cursor(cursor)


def _cursor(number: int, place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((number, place.untouched_since, place.id))).decode()


def _read_cursor(cursor: object) -> tuple[int, Place]:
    try:
        text = base64.b64decode(str(cursor), altchars=b"-_", validate=True)
        number, since, object_id = msgspec.json.decode(text, type=tuple[int, float, str])
    except (msgspec.DecodeError, UnicodeDecodeError, UnicodeEncodeError, binascii.Error, ValueError):
        raise choices.bad_number("starting_after") from None
    return number, Place(since, object_id)
