"""Times as Intercom writes them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facts.times import latest, moment, unix_seconds

NOON = datetime(2025, 8, 11, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        1754913600,
        1754913600.0,
        "1754913600",
        "1754913600.0",
        1754913600000,
        "1754913600000",
        "2025-08-11T12:00:00Z",
        "2025-08-11T12:00:00.000+00:00",
        "2025-08-11T14:00:00+02:00",
        "2025-08-11T12:00:00",
        "2025-08-11 12:00:00",
    ],
    ids=repr,
)
def test_every_spelling_is_the_same_time(written: Any) -> None:
    assert moment(written) == NOON


def test_milliseconds_are_kept() -> None:
    assert moment("2025-08-11T12:00:00.240+00:00") == NOON.replace(microsecond=240_000)


def test_times_are_aware() -> None:
    found = moment("2025-08-11")

    assert found == datetime(2025, 8, 11, tzinfo=UTC)
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "absurd",
    [
        *(
            None,
            True,
            False,
            0,
            -1,
            -1754913600,
            10**14,
            10**20,
            10**400,
            1e300,
            float("inf"),
            float("nan"),
            b"1754913600",
        ),
        *("", " ", "0", "-5", "yesterday", "1e9", "17549136000000000", "²", "١٧٥٤٩١٣٦٠٠", "1" * 1000),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "2025-13-01", "12:00"),
        *([], {}, [1754913600], {"at": 1754913600}),
    ],
    ids=lambda absurd: repr(absurd)[:30],
)
def test_what_is_no_time_is_none(absurd: Any) -> None:
    assert moment(absurd) is None


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(st.integers() | st.floats() | st.text() | st.datetimes().map(str) | st.binary() | st.none())
def test_nothing_raises(written: object) -> None:
    found = moment(written)

    assert (found is None) == (unix_seconds(written) is None)


@pytest.mark.parametrize(
    ("times", "place"),
    [([5, 7, 6], 1), ([7, 7], 1), ([None, 3, "x"], 1), ([None, None], 1), ([9], 0), (["2025-08-11", 5], 0)],
    ids=repr,
)
def test_the_latest_is_the_last_of_equals(times: list[Any], place: int) -> None:
    assert latest(times) == place
