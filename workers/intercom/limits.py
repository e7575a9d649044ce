"""What an answer's headers say about the rate limit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
_CLOCK_SLACK = 2.0
"""Seconds by which a Date header may run ahead of the clock that made X-RateLimit-Reset."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Intercom's rate-limit headers; None where one is missing or cannot be true.

    `limit` and `remaining` are calls. Whether they speak of the 10-second window or of the minute is not documented.
    `reset` and `date` are Unix seconds on Intercom's clock, `retry_after` is seconds from the answer on.
    https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting
    """

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    date: float | None = None
    retry_after: float | None = None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "Limits":
        """Read the headers of any answer, looked up by lower-case name. Never raises."""
        date = _moment(headers.get("date"))
        return cls(
            limit=_count(headers.get("x-ratelimit-limit"), least=1),
            remaining=_count(headers.get("x-ratelimit-remaining"), least=0),
            reset=_not_before(date, _number(headers.get("x-ratelimit-reset"))),
            date=date,
            retry_after=_retry_after(headers.get("retry-after"), date),
        )


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and _NUMBER.fullmatch(text.strip()) else None


def _count(text: str | None, *, least: int) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number >= least else None


def _moment(text: str | None) -> float | None:
    """An HTTP date as Unix seconds; one without a zone is UTC, as HTTP says."""
    if text is None or len(text) > len("Wednesday, 09 November 1994 08:49:37 +0000"):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _not_before(date: float | None, reset: float | None) -> float | None:
    past = date is not None and reset is not None and reset < date - _CLOCK_SLACK
    return None if past else reset


def _retry_after(text: str | None, date: float | None) -> float | None:
    """Seconds, or a date, which without a Date header to compare it with says nothing."""
    seconds = _number(text)
    until = None if seconds is not None else _moment(text)
    if until is not None and date is not None:
        seconds = until - date
    return seconds if seconds is not None and seconds >= 0 else None
