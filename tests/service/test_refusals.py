"""An outage begins with 503 and goes on with 429."""

from service.refusals import Refusals


def test_the_first_hundred_refusals_of_a_short_outage_are_503() -> None:
    refusals = Refusals()

    assert [refusals.status(now / 10) for now in range(102)] == [503] * 100 + [429] * 2


def test_a_long_outage_is_429_however_few_are_refused() -> None:
    refusals = Refusals()

    assert [refusals.status(now) for now in (0.0, 30.0, 30.1, 600.0)] == [503, 503, 429, 429]


def test_the_next_outage_begins_anew() -> None:
    refusals = Refusals()
    for now in range(200):
        refusals.status(float(now))

    refusals.over()

    assert refusals.status(201.0) == 503
