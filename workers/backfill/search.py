"""Finding the objects that changed from some time on, in stretches of time, so that it can go on where it was ended.

An object that changes meanwhile moves to a later stretch, and the last stretch ends now: none is overlooked.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.language.values import Kind
from workers.backfill.line import Line
from workers.intercom.answers import Page
from workers.intercom.moments import since_day, since_second
from workers.intercom.objects import Contact, Conversation, Ticket
from workers.intercom.query import Filter, Query, all_of

Found = Conversation | Ticket | Contact

MOST_STRETCHES = 200
SHORTEST = 3_600
"""Seconds of the shortest stretch."""

_CHANGED = "updated_at"


@dataclass(frozen=True, slots=True)
class Stretch:
    """What changed up to `end` (Unix seconds) since the last stretch; `whole` if this is the last of its pages."""

    end: int
    found: Sequence[Found]
    whole: bool


async def changed(
    kind: Kind, since: int, position: int, line: Line, clock: Callable[[], float]
) -> AsyncIterator[Stretch]:
    """All objects of `kind` that changed from `since` on, beginning at `position`, in pages; some may come twice.

    Raises:
        IntercomError: see `Line.call`.
    """
    if kind == "contact":
        async for stretch in _by_day(since, position, line, clock):
            yield stretch
        return
    width = max(SHORTEST, int(clock() - since) // MOST_STRETCHES)
    while True:
        end = min(position + width, int(clock()) + 1)
        last = end > clock()
        # What "greater" and "less" make of the second itself is not certain: a second more on both sides.
        query = all_of(since_second(_CHANGED, position), Filter(_CHANGED, "<", end + 1))
        pages = 0
        async for stretch in _pages(kind, query, end, line):
            pages += 1
            yield stretch
        position = end
        # Between two pages an object may move; with one page the list was of one moment.
        if last and pages == 1:
            return


async def _by_day(since: int, position: int, line: Line, clock: Callable[[], float]) -> AsyncIterator[Stretch]:
    """Contacts are found by calendar day alone, in the workspace's time zone."""
    timezone = await _timezone(line)
    while True:
        now = clock()
        query = since_day(_CHANGED, position, now=position, timezone=timezone)
        end = min(_next_day(position, timezone), int(now) + 1)
        async for stretch in _pages("contact", query, end, line):
            young = [one for one in stretch.found if one.updated_at is None or one.updated_at >= since]
            yield Stretch(stretch.end, young, stretch.whole)
        if end > now:
            return
        position = end


async def _pages(kind: Kind, query: Query, end: int, line: Line) -> AsyncIterator[Stretch]:
    cursor = None
    while True:
        page = await _page(kind, query, cursor, line)
        cursor = page.next
        yield Stretch(end, page.items, whole=cursor is None)
        if cursor is None:
            return


async def _page(kind: Kind, query: Query, cursor: str | None, line: Line) -> Page[Found]:
    match kind:
        case "conversation":
            return await line.call(lambda intercom: intercom.search_conversations(query, starting_after=cursor))
        case "ticket":
            return await line.call(lambda intercom: intercom.search_tickets(query, starting_after=cursor))
        case _:
            return await line.call(lambda intercom: intercom.search_contacts(query, starting_after=cursor))


async def _timezone(line: Line) -> tzinfo:
    name = (await line.call(lambda intercom: intercom.me())).timezone
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _next_day(moment: int, timezone: tzinfo) -> int:
    day = datetime.fromtimestamp(moment, timezone).date() + timedelta(days=1)
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone).timestamp())
