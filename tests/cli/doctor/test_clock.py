"""Offsets between clocks, from what was seen."""

import pytest

from cli.doctor.clock import Offset, of_intercom, of_redis


@pytest.mark.parametrize(
    ("theirs", "words"),
    [(1010.0, "Redis's clock is 10 s ahead of this machine's"), (990.0, "Redis's clock is 10 s behind this machine's")],
)
def test_a_clock_that_is_off_is_a_warning(theirs: float, words: str) -> None:
    line = of_redis(Offset.between(theirs, 999.9, 1000.1))

    assert (line.verdict, line.words) == ("warning", words)


def test_what_a_slow_answer_leaves_open_is_no_warning() -> None:
    slow = Offset.between(1010.0, 1000.0, 1016.0)

    assert of_redis(slow).verdict == "ok"
    assert slow.certain == 0


def test_a_date_without_fractions_is_between_two_seconds() -> None:
    offset = Offset.between(1000.0, 1000.4, 1000.6, grain=1.0)

    assert (round(offset.seconds, 6), round(offset.doubt, 6)) == (0.0, 0.6)
    assert of_intercom(offset, "q4mx81zt").workspace == "q4mx81zt"
