"""Points in time and lengths of time as people write them."""

import re
from datetime import UTC, datetime, timedelta

_LENGTH = re.compile(r"(\d{1,5})\s*(m|h|d|w)", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def read(text: str) -> datetime | None:
    """The time an ISO 8601 text names, or None. A date is its midnight; without a time zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def length(text: str) -> timedelta | None:
    """The length of time that `90m`, `12h`, `7d` or `2w` names, or None."""
    found = _LENGTH.fullmatch(text.strip())
    return int(found[1]) * _UNITS[found[2]] if found else None


def of(value: object) -> datetime | None:
    """The time that a field's value is: a time, or the Unix seconds in which attributes keep theirs."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return read(value) if isinstance(value, str) else None
