"""A backfill on its way, for people; what is for programs is left to the command."""

import json
import sys
import time
from collections.abc import AsyncIterator, Mapping

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cli import session, table
from cli.since import told
from rules.telling.report import plural
from state.backfill import Backfill, Handed
from state.backfill import Progress as Read

STUCK = 15.0
"""Seconds without any job done after which it is said that perhaps nobody works."""


def running(found: Mapping[str, Backfill], *, as_json: bool) -> None:
    """The backfills that are not over."""
    if as_json:
        rows = [{"number": run, **_document(asked)} for run, asked in found.items()]
        click.echo(json.dumps(rows, indent=2))
        return
    headings = ("number", "workspace", "kind", "since", "rules", "messages", "dry run")
    table.show(headings, [(run, *_cells(asked)) for run, asked in found.items()])
    if not found:
        session.say("no backfill is under way")


async def reading(asked: Backfill, steps: AsyncIterator[Read], begun: Read) -> Read:
    """Show how the reading goes; how far it has come in the end."""
    last, began = begun, time.time()
    with _bars(TextColumn("reading"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[counts]}")) as bars:
        bar = bars.add_task("", total=max(began - asked.since, 1), counts="")
        async for last in steps:
            done = began if last.position is None else last.position
            counts = f"{last.read:,} read, {last.changes:,} to change, {last.calls:,} calls"
            bars.update(bar, completed=done - asked.since, counts=counts)
    return last


def counted(asked: Backfill, found: Read) -> None:
    """What the reading has come to, in sentences."""
    read = f"{plural(found.read, asked.kind)} read with {plural(found.calls, 'call')}"
    click.echo(f"{read}: {plural(found.events, 'event')} since {told(asked.since)}")
    if not found.jobs:
        click.echo("nothing would change")
        return
    if found.changes:
        click.echo(f"{plural(found.changes, 'change')} to make, which {_takes(found.changes)}")
    if found.changes and asked.kind == "ticket":
        click.echo("some of it may be so already: Intercom does not tell the tags of tickets, and that costs no call")
    if found.open:
        click.echo(
            f"{plural(found.open, 'event')} to be decided with a call or more each, for what the rules ask about"
        )


def question(found: Read) -> str:
    """What somebody is to agree to."""
    if found.handed:
        return f"{found.handed:,} of {plural(found.jobs, 'job')} are with the workers already. Go on?"
    changes = f"make {plural(found.changes, 'change')}" if found.changes else ""
    events = f"decide {plural(found.open, 'event')}" if found.open else ""
    return f"{' and '.join(filter(None, (changes, events))).capitalize()}?"


async def handing_over(found: Read, steps: AsyncIterator[Handed]) -> None:
    """Show how the workers get on."""
    columns = (TextColumn("tagging"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with _bars(*columns) as bars:
        bar = bars.add_task("", total=found.jobs)
        last, since = -1, time.monotonic()
        async for handed in steps:
            done = max(found.jobs - handed.left - handed.waiting, 0)
            bars.update(bar, completed=done)
            if done != last:
                last, since = done, time.monotonic()
            elif time.monotonic() - since > STUCK:
                session.say("the workers have done nothing of it for a while: is one running, and is it let in?")
                since = float("inf")


def _takes(changes: int) -> str:
    return f"{'takes' if changes == 1 else 'take'} {plural(changes, 'call')}"


def _bars(*columns: TextColumn | BarColumn | MofNCompleteColumn | TimeElapsedColumn | TaskProgressColumn) -> Progress:
    """Bars on a terminal, and nothing elsewhere."""
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)


def _cells(asked: Backfill) -> tuple[str, ...]:
    rules = ", ".join(asked.rules) or "all"
    messages, counts = "missed" if asked.missed else "all", "yes" if asked.dry else "no"
    return asked.app_id, asked.kind, told(asked.since), rules, messages, counts


def _document(asked: Backfill) -> dict[str, object]:
    return {
        "workspace": asked.app_id,
        "kind": asked.kind,
        "since": asked.since,
        "rules": list(asked.rules),
        "missed": asked.missed,
        "dry": asked.dry,
    }
