"""`python -m tests.faults [ROWS] [soak] [--short] [--minutes N]`."""

import asyncio
import signal

import click
from rich.console import Console

from tests.faults.every_row import ROWS
from tests.faults.matrix import Outcome, Row, played
from tests.faults.soak import soak
from tests.faults.table import show

_SOAK = "soak"


@click.command()
@click.argument("wanted", nargs=-1, metavar="[ROWS] [soak]")
@click.option("--short", is_flag=True, help="Seconds instead of minutes, as in `make test`.")
@click.option("--minutes", default=10.0, show_default=True, help="How long the soak lasts.")
def faults(wanted: tuple[str, ...], short: bool, minutes: float) -> None:
    """Try the fault matrix on real processes. ROWS are numbers: all of them and the soak unless given.

    Exits with 1 if a promise was broken.
    """
    rows = _chosen(wanted)
    if not wanted or _SOAK in wanted:
        rows.append(soak(minutes))
    console = Console(width=None if Console().is_terminal else 160)
    outcomes: list[Outcome] = []
    with asyncio.Runner() as runner:
        try:
            runner.run(_try_all(rows, outcomes, console, short=short))
        except (asyncio.CancelledError, KeyboardInterrupt):
            console.print("ended early: what there is so far")
    show(console, outcomes)
    raise SystemExit(len(outcomes) < len(rows) or any(outcome.broken for outcome in outcomes))


def _chosen(wanted: tuple[str, ...]) -> list[Row]:
    known = {str(row.number) for row in ROWS}
    unknown = [name for name in wanted if name not in known | {_SOAK}]
    if unknown:
        raise click.UsageError(f'there is no row "{unknown[0]}": they are {ROWS[0].number} to {ROWS[-1].number}')
    return [row for row in ROWS if not wanted or str(row.number) in wanted]


async def _try_all(rows: list[Row], outcomes: list[Outcome], console: Console, *, short: bool) -> None:
    """Try rows one by one, and add what came of each to `outcomes`."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    for row in rows:
        outcome = await played(row, short=short)
        console.print(f"{outcome.verdict:8}{row} ({outcome.seconds:.0f} s)", highlight=False)
        for promise in outcome.broken:
            console.print(f"        {promise}", highlight=False, markup=False)
        outcomes.append(outcome)


if __name__ == "__main__":
    faults()
