"""Rows for people: a table on a terminal, aligned lines without a heading everywhere else."""

import sys
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.settings.forms import printable


def show(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of as many cells as there are headings. What a terminal would take for a command is escaped."""
    cells = [[printable(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        _lines(cells)
        return
    # Texts, since in plain strings rich would read [brackets] as styles.
    table = Table(*headings, box=None, pad_edge=False)
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table)


def _lines(cells: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
