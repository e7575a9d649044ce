"""The rows by their numbers: `row` makes a function one, `played` tries it."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.trial import NotHere, Tally, Trial
from tests.redis_server import NoServerError

Play = Callable[[Trial], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the matrix; several share a `number` where a fault has variants. `quick` ones are tests too."""

    number: int
    what: str
    play: Play
    quick: bool

    def __str__(self) -> str:
        return f"{self.number} {self.what}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a row: `missing` says why it could not be shown here, `broken` which promises did not hold."""

    row: Row
    tally: Tally
    broken: tuple[str, ...]
    seconds: float
    missing: str = ""

    @property
    def verdict(self) -> str:
        """In a word."""
        if self.missing:
            return "skipped"
        return "broken" if self.broken else "held"


_LONGEST = 400
"""Characters of an error that are shown: the last ones, which of a process that did not start say why."""

ROWS: list[Row] = []


def row(number: int, what: str, *, quick: bool = True) -> Callable[[Play], Play]:
    """Make a function a row of the matrix."""

    def enter(play: Play) -> Play:
        ROWS.append(Row(number, what, play, quick))
        return play

    return enter


async def played(found: Row, *, short: bool) -> Outcome:
    """Try a row; whatever goes wrong in it is a broken promise."""
    began = time.monotonic()
    missing, broken = "", list[str]()
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        async with contextlib.AsyncExitStack() as stack:
            trial = Trial(short, Path(folder), stack)
            try:
                await found.play(trial)
            except (NotHere, NoServerError) as reason:
                missing = str(reason)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the other rows are to be tried all the same
                broken = [f"it ended with {type(error).__name__}: {str(error)[-_LONGEST:]}"]
    return Outcome(found, trial.tally, (*trial.broken(), *broken), time.monotonic() - began, missing)
