"""One call of the API, before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workers.intercom.errors import IntercomError, Rejected

LARGEST_ANSWER: Final = 1024 * 1024
LARGEST_LIST: Final = 16 * LARGEST_ANSWER
"""For lists, and for what holds some: the list of tags has no pages, and a conversation brings up to 500 parts."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent, and what is special about its answer.

    `missing` is what a 404 means that does not say what is missing. `largest` is the most bytes that an answer may
    have. `bodiless` lets an answer without a body pass for an empty object.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    missing: type[IntercomError] = Rejected
    largest: int = LARGEST_ANSWER
    bodiless: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
