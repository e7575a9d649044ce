"""The rows of the fault matrix that take a few seconds; `make faults` runs all of them, and for longer."""

import pytest

from tests.faults.every_row import ROWS
from tests.faults.matrix import Row, played
from tests.faults.trial import Trial

pytestmark = pytest.mark.alone


@pytest.mark.parametrize("row", [pytest.param(row, id=str(row)) for row in ROWS if row.quick])
async def test_what_is_promised_holds(row: Row) -> None:
    outcome = await played(row, short=True)

    if outcome.missing:
        pytest.skip(outcome.missing)
    assert outcome.broken == ()


def test_every_row_of_the_matrix_is_there() -> None:
    assert {row.number for row in ROWS} == set(range(1, 27))


async def test_a_broken_promise_is_told() -> None:
    async def play(trial: Trial) -> None:
        trial.at_most("tags lost", 2, 0)
        trial.same("dead letters", 0, 0)
        raise ValueError("and more")

    outcome = await played(Row(99, "nothing holds", play, quick=True), short=True)

    assert outcome.verdict == "broken"
    assert outcome.broken == ("tags lost: found 2, wanted at most 0", "it ended with ValueError: and more")
