"""Named times of the week, such as support hours."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MIDNIGHT = 24 * 60
"""Minutes of a day."""


@dataclass(frozen=True, slots=True)
class Opening:
    """From one minute of some days to another, which itself belongs no longer to it.

    `days` are those it begins on, 0 for Monday. `start` and `end` are minutes after midnight; where `end` is not after
    `start` it is on the next day.
    """

    days: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True)
class Window:
    """The times of the week that have one name, by the clocks of one place.

    On the dates in `closed_on` it is closed from midnight to midnight, whatever began the evening before.
    """

    name: str
    timezone: str
    openings: tuple[Opening, ...]
    closed_on: frozenset[date] = field(default=frozenset())

    def __contains__(self, moment: datetime) -> bool:
        try:
            local = moment.astimezone(self._zone)
            before = (local - timedelta(days=1)).weekday()
        except OverflowError:
            return False
        if local.date() in self.closed_on:
            return False
        minute = local.hour * 60 + local.minute
        return any(_open(opening, local.weekday(), before, minute) for opening in self.openings)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _open(opening: Opening, today: int, yesterday: int, minute: int) -> bool:
    if opening.end > opening.start:
        return today in opening.days and opening.start <= minute < opening.end
    return (today in opening.days and minute >= opening.start) or (yesterday in opening.days and minute < opening.end)
