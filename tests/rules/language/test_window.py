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


def test_all_day_is_all_day() -> None:
    window = Window("wednesday", "UTC", (Opening(frozenset({2}), 0, MIDNIGHT),))
    midnight = datetime(2026, 9, 2, tzinfo=UTC)

    assert midnight in window
    assert midnight + timedelta(hours=23, minutes=59) in window
    assert midnight + timedelta(days=1) not in window


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_are_no_error(year: int) -> None:
    assert datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 23, tzinfo=UTC) not in NIGHT
