"""Calendar days in the time zone of the workspace, by which contacts are searched.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/contacts/searchcontacts
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Day(NamedTuple):
    """From `start` to just before `end`, in Unix seconds; 23 to 25 hours long."""

    start: float
    end: float


def day_of(moment: int, timezone: str) -> Day:
    """The day that a moment (Unix seconds) falls on; raises OverflowError or ValueError beyond the calendar."""
    zone = ZoneInfo(timezone)
    date = datetime.fromtimestamp(moment, zone).date()
    return Day(
        datetime.combine(date, time(), zone).timestamp(),
        datetime.combine(date + timedelta(days=1), time(), zone).timestamp(),
    )
