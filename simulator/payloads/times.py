"""Times as Intercom writes them."""

from datetime import UTC, datetime


def iso_utc(seconds: float) -> str:
    """As in the statistics of a notified conversation: `2024-08-01T08:13:20.000Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def iso_offset(seconds: float) -> str:
    """As in a notified contact or company: `2024-08-01T08:13:20.240+00:00`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
