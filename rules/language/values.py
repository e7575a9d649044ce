"""Facts: the flat, typed view of one event that rules may read."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["conversation", "ticket", "contact", "company"]
"""What can be tagged, in Intercom's own nouns."""

Value = str | bool | int | float | datetime | tuple[str, ...]
"""What a field may hold. Times are aware; lists are tuples of text; text fields hold the body as Intercom sent it."""


class Absent(enum.Enum):
    """Why a field has no value."""

    MISSING = "missing"
    """The event was asked, and there is none: null, empty or not there."""
    NOT_FETCHED = "not fetched"
    """Nobody has asked Intercom yet: never to be treated as missing."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One event as rules see it.

    `values` maps a field's path (`conversation.state`, `message.text`) to its value; a custom attribute's path is
    `<kind>.attributes.<name>` with the name as `attribute_name` makes it. `not_fetched` holds paths, or whole groups
    such as `contact` or `contact.attributes`, that the event does not carry and Intercom has not been asked for.
    """

    kind: Kind
    values: Mapping[str, Value]
    not_fetched: frozenset[str] = frozenset()

    def get(self, path: str) -> Value | Absent:
        """The value at `path`, or why there is none."""
        value = self.values.get(path)
        if value is not None and value not in ("", ()):
            return value
        if self.not_fetched and path not in self.values:
            group = path
            while group:
                if group in self.not_fetched:
                    return Absent.NOT_FETCHED
                group = group.rpartition(".")[0]
        return Absent.MISSING


def attribute_name(name: str) -> str:
    """The name of a custom attribute or a tag as it is compared: case-folded, white space collapsed."""
    return " ".join(name.split()).casefold()
