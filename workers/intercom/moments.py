"""Moments as searches understand them: to the second for conversations and tickets, by calendar day for contacts.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/contacts/searchcontacts
"""

import math
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from workers.intercom.query import MOST_FILTERS, Filter, Query, any_of

_DAY = timedelta(days=1)


def since_second(field: str, moment: float) -> Filter:
    """Conversations or tickets whose `field` is at `moment` (Unix seconds) or later, and maybe a second earlier.

    Intercom calls `>` "greater (or equal)", so this asks from the second before on; the caller drops what is too early
    and what it has seen.
    """
    return Filter(field, ">", math.floor(moment) - 1)


def since_day(field: str, moment: float, *, now: float, timezone: tzinfo) -> Query:
    """Contacts whose `field` is on the calendar day of `moment` or later, up to the day of `now` (both Unix seconds).

    `timezone` is the workspace's (`Me.timezone`). The search cannot tell hours, so it also finds contacts of the same
    day before `moment`: the caller drops them by the contact's own time, which has seconds. Up to 15 days are asked for
    one by one; more with `>`, which on a date begins with the day after the one that is named.
    """
    first, last = (datetime.fromtimestamp(one, UTC).astimezone(timezone).date() for one in (moment, now))
    count = (last - first).days + 1
    if count > MOST_FILTERS:
        return Filter(field, ">", _noon(first - _DAY, timezone))
    return any_of(*(Filter(field, "=", _noon(first + number * _DAY, timezone)) for number in range(max(count, 1))))


def _noon(day: date, timezone: tzinfo) -> int:
    """A second that is on that day in spite of all changes of clocks, which are made at night."""
    return int(datetime.combine(day, time(12), timezone).timestamp())
