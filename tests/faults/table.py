"""The matrix with its figures, for people."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.faults.matrix import Outcome

_COLUMNS = ("row", "fault", "sent", "acked", "lost", "wrong", "repeated", "window", "worst answer", "took", "promises")
_COLOURS = {"held": "green", "broken": "red", "skipped": "yellow"}


def show(console: Console, outcomes: Iterable[Outcome]) -> None:
    """The table; below it what did not hold, and what could not be shown here."""
    table = Table()
    for name in _COLUMNS:
        table.add_column(name, justify="left" if name in {"fault", "promises"} else "right")
    shown = list(outcomes)
    for outcome in shown:
        table.add_row(*_cells(outcome))
    console.print(table)
    for outcome in shown:
        for line in (*outcome.broken, *filter(None, [outcome.missing])):
            console.print(f"  row {outcome.row}: {escape(line)}", highlight=False, soft_wrap=True)


def _cells(outcome: Outcome) -> tuple[str, ...]:
    tally = outcome.tally
    counts = (tally.sent, tally.acked, tally.lost, tally.wrong, tally.repeated)
    return (
        str(outcome.row.number),
        outcome.row.what,
        *(f"{count:,}" for count in counts),
        f"{tally.window}/{tally.limit}" if tally.limit else "",
        f"{tally.worst * 1e3:,.0f} ms" if tally.worst else "",
        f"{outcome.seconds:.0f} s",
        f"[{_COLOURS[outcome.verdict]}]{outcome.verdict}[/]",
    )
