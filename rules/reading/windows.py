"""Reading `windows:`: named times of the week."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from rules.findings.finding import Findings
from rules.language.window import DAYS, MIDNIGHT, Opening, Window
from rules.reading import document, shapes
from rules.reading.document import Entry, Node, Scalar

_KEYS = ("timezone", "open", "closed_on")
_OPENING_KEYS = ("days", "from", "to")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)
_NAMES = {name: at for at, day in enumerate(DAYS) for name in (day, f"{day}day")} | {
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "saturday": 5,
}


def read(entry: Entry, findings: Findings) -> Window | None:
    """The window that an entry of `windows:` describes, or None and findings."""
    name, before = entry.key.text, findings.errors
    block = shapes.block(entry.value, f'window "{name}"', findings)
    known = shapes.known(block, _KEYS, "a window", findings) if block else ()
    given = {one.key.text: one.value for one in known}
    for key in ("timezone", "open"):
        if block and key not in given:
            findings.error(entry.key.span, "missing-key", f'window "{name}" has no "{key}"')
    timezone = _timezone(given["timezone"], findings) if "timezone" in given else None
    openings = tuple(_openings(given["open"], findings)) if "open" in given else ()
    closed = frozenset(_dates(given["closed_on"], findings)) if "closed_on" in given else frozenset()
    if timezone is None or not openings or findings.errors > before:
        return None
    return Window(name, timezone, openings, closed)


def _timezone(node: Node, findings: Findings) -> str | None:
    name = shapes.text(node, '"timezone"', findings)
    if name is None:
        return None
    try:
        return ZoneInfo(name.text).key
    except (ValueError, OSError, KeyError):
        message = f'there is no time zone "{name.text}"'
        note = "time zones are called by a city, such as Europe/Dublin, or UTC"
        findings.unknown(name.span, "unknown-timezone", message, name.text, _timezones(), note)
        return None


@cache
def _timezones() -> frozenset[str]:
    """The names of all time zones, which takes a walk through the files of the system."""
    return frozenset(available_timezones())


def _openings(node: Node, findings: Findings) -> Iterator[Opening]:
    for item in shapes.items(node, '"open"', findings):
        block = shapes.block(item, 'an entry of "open"', findings)
        if block is not None:
            yield from _opening(block, findings)


def _opening(block: document.Mapping, findings: Findings) -> Iterator[Opening]:
    given = {entry.key.text: entry.value for entry in shapes.known(block, _OPENING_KEYS, '"open"', findings)}
    for key in _OPENING_KEYS:
        if key not in given:
            findings.error(block.span, "missing-key", f'there is no "{key}" in this block')
    if len(given) < len(_OPENING_KEYS):
        return
    days = frozenset(_days(given["days"], findings))
    start, end = (_minute(given[key], f'"{key}"', findings) for key in ("from", "to"))
    if start == end and start is not None:
        message = "it would close the moment it opens: all day is from 00:00 to 24:00"
        findings.error(given["to"].span, "never-matches", message)
    elif days and start is not None and end is not None:
        yield Opening(days, start, end)


def _days(node: Node, findings: Findings) -> Iterator[int]:
    for item in shapes.texts(node, '"days"', findings):
        first, _, last = (part.strip() for part in item.text.casefold().partition("-"))
        if first in _NAMES and (last in _NAMES or not last):
            length = (_NAMES[last or first] - _NAMES[first]) % len(DAYS)
            yield from ((_NAMES[first] + day) % len(DAYS) for day in range(length + 1))
        else:
            note = "days are written as mon, mon-fri or [mon, wed]"
            findings.unknown(item.span, "unknown-value", f'unknown day "{item.text}"', item.text, DAYS, note)


def _minute(node: Node, what: str, findings: Findings) -> int | None:
    text = shapes.text(node, what, findings)
    found = _CLOCK.fullmatch(text.text) if text else None
    minute = int(found[1]) * 60 + int(found[2]) if found else MIDNIGHT + 1
    if minute <= MIDNIGHT:
        return minute
    if text is not None:
        findings.error(text.span, "not-a-time", f'{what} needs a time of day such as 09:00, not "{text.text}"')
    return None


def _dates(node: Node, findings: Findings) -> Iterator[date]:
    for item in shapes.texts(node, '"closed_on"', findings):
        found = day(item)
        if found is not None:
            yield found
        else:
            message = f'"closed_on" needs dates such as 2026-12-25, not "{item.text}"'
            findings.error(item.span, "not-a-time", message)


_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def day(node: Scalar) -> date | None:
    """The date that a text names as year, month and day, or None."""
    try:
        return date.fromisoformat(node.text) if _DATE.fullmatch(node.text) else None
    except ValueError:
        return None
