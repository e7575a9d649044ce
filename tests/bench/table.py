"""Results, for people."""

from rich.console import Console
from rich.table import Table

from tests.bench.result import Goal, Result, Row

_HEADINGS = ("what", "median", "p99", "unit", "ratio")


def show(console: Console, name: str, result: Result) -> None:
    """The table of one bench, then its goals and notes."""
    table = Table(title=f"{name}: {result.title}", title_justify="left", title_style="bold")
    cells = [_cells(row) for row in result.rows]
    shown = [heading for heading in _HEADINGS if any(row[heading] for row in cells)]
    for heading in shown:
        table.add_column(heading, justify="left" if heading in {"what", "unit"} else "right")
    for row in cells:
        table.add_row(*(row[heading] for heading in shown))
    console.print(table)
    for goal in result.goals:
        console.print(_goal(goal), highlight=False)
    for note in result.notes:
        console.print(f"  note: {note}", highlight=False)
    console.print()


def _cells(row: Row) -> dict[str, str]:
    return {
        "what": row.what,
        "median": number(row.median),
        "p99": "" if row.p99 is None else number(row.p99),
        "unit": row.unit,
        "ratio": "" if row.ratio is None else f"{row.ratio:.2f} x {row.to}",
    }


def number(value: float) -> str:
    """Three digits that mean something."""
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _goal(goal: Goal) -> str:
    bound = "at least" if goal.least else "at most"
    verdict = "[green]met[/green]" if goal.met else "[red]missed[/red]"
    return f"  goal {verdict}: {goal.what} {number(goal.found)} {goal.unit}, wanted {bound} {number(goal.wanted)}"
