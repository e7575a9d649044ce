from datetime import UTC, date, datetime, timedelta

import pytest

from rules.language.window import MIDNIGHT, Opening, Window

WEEKDAYS = frozenset(range(5))
OFFICE = Window("office", "Europe/Dublin", (Opening(WEEKDAYS, 9 * 60, 18 * 60),), frozenset({date(2026, 12, 25)}))
NIGHT = Window("night", "Asia/Kathmandu", (Opening(frozenset({4}), 22 * 60, 2 * 60),))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param("2026-09-02T09:00:00+01:00", True, id="when it opens"),
        pytest.param("2026-09-02T08:59:59+01:00", False, id="a second before"),
        pytest.param("2026-09-02T17:59:59+01:00", True, id="a second before it closes"),
        pytest.param("2026-09-02T18:00:00+01:00", False, id="when it closes"),
        pytest.param("2026-09-05T12:00:00+01:00", False, id="Saturday"),
        pytest.param("2026-12-25T12:00:00+00:00", False, id="a closed day"),
        pytest.param("2026-01-07T09:00:00+00:00", True, id="winter"),
        pytest.param("2026-07-08T08:00:00+00:00", True, id="summer"),
        pytest.param("2026-10-23T08:00:00+00:00", True, id="before the clocks go back"),
        pytest.param("2026-10-26T08:00:00+00:00", False, id="after the clocks went back"),
    ],
)
def test_it_is_open_by_the_clocks_of_its_place(moment: str, is_open: bool) -> None:
    assert (datetime.fromisoformat(moment) in OFFICE) is is_open


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-09-04T22:00", True),
        ("2026-09-04T21:59", False),
        ("2026-09-05T01:59", True),
        ("2026-09-05T02:00", False),
        ("2026-09-04T01:00", False),
        ("2026-09-05T22:00", False),
    ],
)
def test_it_may_last_until_the_next_morning(local: str, is_open: bool) -> None:
    moment = datetime.fromisoformat(f"{local}:00+05:45")

    assert (moment in NIGHT) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param("2026-03-28T22:00:00+00:00", True, id="the evening before the clocks go forward"),
        pytest.param("2026-03-29T00:59:59+00:00", True, id="the last second before they do"),
        pytest.param("2026-03-29T02:00:00+01:00", False, id="at once after it, when they show 2 o'clock"),
        pytest.param("2026-10-25T01:30:00+01:00", True, id="half past one, before they go back"),
        pytest.param("2026-10-25T01:30:00+00:00", True, id="half past one once more"),
        pytest.param("2026-10-25T02:00:00+00:00", False, id="two o'clock"),
    ],
)
def test_a_night_in_which_the_clocks_change_lasts_as_long_as_the_clocks_say(moment: str, is_open: bool) -> None:
    night = Window("night", "Europe/Dublin", (Opening(frozenset({5}), 22 * 60, 2 * 60),))

    assert (datetime.fromisoformat(moment) in night) is is_open


@pytest.mark.parametrize(
    ("closed", "local", "is_open"),
    [
        pytest.param(date(2026, 9, 5), "2026-09-04T23:00", True, id="the evening before a closed day"),
        pytest.param(date(2026, 9, 5), "2026-09-05T00:00", False, id="its own night"),
        pytest.param(date(2026, 9, 4), "2026-09-04T23:59", False, id="the evening of a closed day"),
        pytest.param(date(2026, 9, 4), "2026-09-05T00:00", True, id="the night behind it"),
    ],
)
def test_a_closed_day_is_closed_from_midnight_to_midnight(closed: date, local: str, is_open: bool) -> None:
    night = Window("night", "Asia/Kathmandu", NIGHT.openings, frozenset({closed}))

    assert (datetime.fromisoformat(f"{local}:00+05:45") in night) is is_open


def test_all_day_is_all_day() -> None:
    window = Window("wednesday", "UTC", (Opening(frozenset({2}), 0, MIDNIGHT),))
    midnight = datetime(2026, 9, 2, tzinfo=UTC)

    assert midnight in window
    assert midnight + timedelta(hours=23, minutes=59) in window
    assert midnight + timedelta(days=1) not in window


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_are_no_error(year: int) -> None:
    assert datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 23, tzinfo=UTC) not in NIGHT
