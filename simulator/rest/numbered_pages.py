"""Pages by number, as lists of companies have them.

https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/pagination
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from simulator import choices
from simulator.rest.request import Request

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class NumberedPage(Generic[Item]):
    """One page of `total` items: `path` leads to the list."""

    items: Sequence[Item]
    number: int
    size: int
    total: int
    path: str

    def document(self) -> dict[str, Any]:
        """What Intercom says of the pages."""
        pages = -(-self.total // self.size)
        following = f"{self.path}?page={self.number + 1}&per_page={self.size}" if self.number < pages else None
        return {
            "type": "pages",
            "next": following,
            "page": self.number,
            "per_page": self.size,
            "total_pages": pages,
        }


def page_of(items: Sequence[Item], request: Request, *, default: int) -> NumberedPage[Item]:
    """The page that the query asks for with `page` and `per_page`; raises `ApiError` where they are no such numbers."""
    number = _positive(request, "page", 1)
    size = min(_positive(request, "per_page", default), choices.MOST_A_PAGE)
    begin = (number - 1) * size
    return NumberedPage(items[begin : begin + size], number, size, len(items), "/" + "/".join(request.steps))


def _positive(request: Request, name: str, default: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise choices.bad_number(name)
    return int(text)
