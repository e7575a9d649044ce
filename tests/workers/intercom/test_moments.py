"""Days as the search for contacts counts them: `=` finds the whole day, `>` what is later than that day."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.intercom.moments import since_day, since_second
from workers.intercom.query import Filter, Group, Query, check_for_contacts

ZONES = [ZoneInfo(name) for name in ("UTC", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kolkata", "Africa/Cairo")]
MOMENTS = st.floats(min_value=1.0e9, max_value=2.0e9)


def found_by(query: Query, moment: float, timezone: tzinfo) -> bool:
    """Whether the search, as its documentation says, brings a contact of that moment."""
    if isinstance(query, Group):
        return any(found_by(one, moment, timezone) for one in query.filters)
    assert isinstance(query.value, int)
    wanted, found = (datetime.fromtimestamp(one, timezone).date() for one in (query.value, moment))
    return {"=": found == wanted, ">": found > wanted}[query.operator]


def at(text: str, timezone: tzinfo) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=timezone).timestamp()


@pytest.mark.parametrize(
    ("zone", "noon"),
    [
        ("UTC", "2024-08-01T12:00:00+00:00"),
        ("America/Los_Angeles", "2024-08-01T12:00:00-07:00"),
        ("Pacific/Auckland", "2024-08-01T12:00:00+12:00"),
    ],
)
def test_an_hour_of_today_is_the_whole_day_of_the_workspace(zone: str, noon: str) -> None:
    timezone = ZoneInfo(zone)
    now = at("2024-08-01T15:00:00", timezone)

    query = since_day("updated_at", now - 3600, now=now, timezone=timezone)

    assert query == Group("OR", (Filter("updated_at", "=", int(datetime.fromisoformat(noon).timestamp())),))


def test_an_hour_over_midnight_is_two_days() -> None:
    now = at("2024-08-01T00:30:00", UTC)

    query = since_day("updated_at", now - 3600, now=now, timezone=UTC)

    assert [filter_.to_json()["value"] for filter_ in query.filters] == [  # type: ignore[union-attr]
        at("2024-07-31T12:00:00", UTC),
        at("2024-08-01T12:00:00", UTC),
    ]


def test_more_than_fifteen_days_are_all_after_the_day_before() -> None:
    now = at("2024-08-31T09:00:00", UTC)

    query = since_day("created_at", at("2024-08-01T23:59:59", UTC), now=now, timezone=UTC)

    assert query == Filter("created_at", ">", int(at("2024-07-31T12:00:00", UTC)))


@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(start=MOMENTS, span=st.floats(0, 40 * 86_400), share=st.floats(0, 1))
def test_whatever_happened_since_is_found(zone: ZoneInfo, start: float, span: float, share: float) -> None:
    query = since_day("updated_at", start, now=start + span, timezone=zone)

    check_for_contacts(query)
    assert found_by(query, start + span * share, zone)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(start=MOMENTS, span=st.floats(0, 40 * 86_400))
def test_no_day_before_is_asked_for(zone: ZoneInfo, start: float, span: float) -> None:
    midnight = datetime.fromtimestamp(start, zone).replace(hour=0, minute=0, second=0, microsecond=0)

    query = since_day("updated_at", start, now=start + span, timezone=zone)

    assert not found_by(query, (midnight.astimezone(UTC) - timedelta(seconds=1)).timestamp(), zone)


def test_a_clock_that_is_behind_still_asks_for_the_day() -> None:
    now = at("2024-08-01T23:59:59", UTC)

    assert found_by(since_day("updated_at", now + 5, now=now, timezone=UTC), now + 5, UTC)


@pytest.mark.parametrize(("moment", "value"), [(1722500000.0, 1722499999), (1722500000.9, 1722499999)])
def test_seconds_overlap_by_one(moment: float, value: int) -> None:
    assert since_second("updated_at", moment) == Filter("updated_at", ">", value)
