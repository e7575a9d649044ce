"""Times as Intercom writes them: Unix seconds in one topic, ISO-8601 in another."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

_MILLISECONDS_FROM: Final = 10**11
"""Unix seconds reach this in the year 5138, Unix milliseconds reached it in 1973."""

_NUMBER: Final = re.compile(r"[0-9]{1,14}(\.[0-9]{1,9})?", re.ASCII)
_LONGEST: Final = len("2026-01-10T04:22:28.240000000+00:00")


def moment(value: object) -> datetime | None:
    """The aware UTC time of Unix seconds or milliseconds (number or text) or of ISO-8601 text, without offset as UTC.

    None for everything else, and for times outside the years 1970 to 5138. Never raises.
    """
    seconds = unix_seconds(value)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def unix_seconds(value: object) -> int | float | None:
    """The Unix seconds of what `moment` takes."""
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if value < _MILLISECONDS_FROM:
        return _plausible(value)
    return value / 1000 if value < _MILLISECONDS_FROM * 1000 else None


def latest(values: Iterable[object]) -> int:
    """Where in `values`, which must not be empty, the latest time stands: the last of equals. Odd ones are oldest."""
    return max((unix_seconds(value) or 0, place) for place, value in enumerate(values))[1]


def _of_text(text: str) -> int | float | None:
    if len(text) > _LONGEST:
        return None
    if _NUMBER.fullmatch(text):
        return unix_seconds(float(text))
    try:
        time = datetime.fromisoformat(text)
        return _plausible((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def _plausible(seconds: float) -> int | float | None:
    return seconds if 0 < seconds < _MILLISECONDS_FROM else None
