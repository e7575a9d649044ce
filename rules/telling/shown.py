"""Values as people read them, in the words of the rule files."""

from collections.abc import Iterable
from datetime import datetime

from rules.language.quotation import LONGEST, listed
from rules.language.values import Absent, Value

_AROUND = 60

Span = tuple[int, int]


def value(found: Value | Absent, marks: Iterable[Span] = (), mark: tuple[str, str] = ("", "")) -> str:
    """What a test saw, with `mark` around the places of a text that it found. A long value is cut."""
    if isinstance(found, Absent):
        return "not fetched" if found is Absent.NOT_FETCHED else "no value"
    if isinstance(found, str):
        return f"value: '{_marked(found, sorted(set(marks), key=_longest_first), mark)}'"
    return f"value: {written(found)}"


def written(found: Value) -> str:
    """A value as a rule file has it; a text without quotes."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, datetime):
        return found.isoformat()
    return listed(found) if isinstance(found, tuple) else str(found)


def plain(found: Value | Absent) -> bool | float | str | list[str] | None:
    """What a test saw as JSON has it: times in ISO 8601, None where there is no value."""
    if isinstance(found, Absent):
        return None
    if isinstance(found, datetime):
        return found.isoformat()
    return list(found) if isinstance(found, tuple) else found


def _longest_first(mark: Span) -> tuple[int, int]:
    return mark[0], -mark[1]


def _marked(text: str, marks: list[Span], mark: tuple[str, str]) -> str:
    """The text from a little before the first mark, on one line and without what a terminal would obey."""
    first = max(0, marks[0][0] - _AROUND) if marks and len(text) > LONGEST else 0
    last = first + LONGEST
    pieces, at = ["…" if first else ""], first
    for start, end in marks:
        if at <= start and end <= last:
            pieces += [_printable(text[at:start]), mark[0], _printable(text[start:end]), mark[1]]
            at = end
    return "".join((*pieces, _printable(text[at:last]), "…" if last < len(text) else ""))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)
