"""The figures for people: as wide as the terminal, at most 120 columns; unbroken lines where nobody sees them."""

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from cli.settings.forms import printable
from cli.status import circuits
from cli.status.amounts import counted, length
from cli.status.verdict import refusals
from rules.telling.report import plural
from state.processes import Process
from state.status import LOOKED_AT, MINUTES, Status, Workspace

WIDEST = 120
LABEL = 20
"""Columns of the names on the left."""
SHOWN = 20
"""Most processes that are shown."""

_ROWS = (
    ("received", "received", None),
    ("refused", "refused", None),
    ("jobs done", "ended", "done"),
    ("jobs given up", "ended", "dead"),
    ("tags changed", "tagged", None),
)


def show(found: Status) -> None:
    """Print them."""
    for line in _by_minute(found):
        click.echo(line)
    click.echo()
    for label, text in _fleet(found):
        item_of(label, text)
    for one in found.workspaces:
        click.echo()
        for label, text in _workspace(found, one):
            item_of(label, text)


def headline(text: str) -> None:
    """The one line, as far as it fits into one."""
    _wrapped(printable(text), "", "")


def item(text: str, remedy: str) -> None:
    """One thing to look at, and what to do about it."""
    _wrapped(printable(text), "- ", "  ")
    if remedy:
        _wrapped(printable(remedy), "  -> ", "     ")


def item_of(label: str, text: str) -> None:
    """A figure and its name."""
    _wrapped(printable(text), f"{label:{LABEL}}", " " * LABEL)


def _wrapped(text: str, first: str, others: str) -> None:
    if not sys.stdout.isatty():
        click.echo(f"{first}{text}".rstrip())
        return
    width = min(shutil.get_terminal_size().columns, WIDEST)
    lines = textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(lines) if lines else first.rstrip())


def _by_minute(found: Status) -> Iterator[str]:
    last = int(found.now // 60)
    times = [f"{datetime.fromtimestamp(60 * (last - back), UTC):%H:%M}" for back in range(MINUTES - 1, 0, -1)]
    yield _row("time (UTC)", [*times, "now"])
    for label, what, how in _ROWS:
        sums = [
            sum(count for one, count in minute.items() if one.what == what and how in {None, one.how})
            for minute in found.minutes
        ]
        yield _row(label, [f"{count:,}" for count in sums])


def _row(label: str, cells: list[str]) -> str:
    return f"{label:{LABEL}}" + "".join(f"{cell:>9}" for cell in cells)


def _fleet(found: Status) -> Iterator[tuple[str, str]]:
    if received := _without_job(found):
        yield "received, no job", f"{counted(received)} (in {MINUTES} min)"
    if refused := refusals(found):
        yield "refused", f"{counted(refused)} (in {MINUTES} min)"
    yield "given up", f"{found.dead:,} ({counted(found.letters)})" if found.dead else "none"
    if found.memory is not None:
        yield "Redis's memory", f"{found.memory:.0%} in use"
    for circuit in found.circuits:
        yield "stopped calls", circuits.line(found, circuit)
    for process in found.processes[:SHOWN]:
        yield process.kind, _process(process)
    if len(found.processes) > SHOWN:
        yield "", f"and {len(found.processes) - SHOWN:,} more"
    if found.partial:
        yield "note", f"there is too much to look at: reasons are those of {LOOKED_AT:,}"


def _without_job(found: Status) -> Counter[str]:
    """The webhooks of the last minutes that were answered 200 and led to no job, by why."""
    received: Counter[str] = Counter()
    for minute in found.minutes:
        for one, count in minute.items():
            if one.what == "received" and one.how != "stored":
                received[one.how] += count
    return received


def _process(process: Process) -> str:
    rules = ", ".join(
        f"{at_work.rule_set or 'none'}" + (f" in {app_id}" if len(process.workspaces) > 1 else "")
        for app_id, at_work in process.workspaces.items()
    )
    told = [f"{process.host} process {process.pid}", f"version {process.version}", f"up {length(process.up)}"]
    return ", ".join([*told, f"rules {rules}"] if rules else told)


def _workspace(found: Status, one: Workspace) -> Iterator[tuple[str, str]]:
    yield "workspace", one.app_id
    yield "  last webhook", "none yet" if one.last_webhook is None else f"{length(found.now - one.last_webhook)} ago"
    oldest = "" if one.oldest is None else f", the oldest for {length(one.oldest)}"
    older = one.age is not None and one.age >= (one.oldest or 0) + 1
    put_back = f"; the oldest came {length(one.age or 0)} ago" if older else ""
    yield "  jobs", f"{one.due:,} due{oldest}; {one.running:,} running; {one.deferred:,} for later{put_back}"
    failing = one.failing
    if failing.reasons:
        text = f"{failing.reasons.total():,}, for up to {length(failing.longest)}: {counted(failing.reasons)}"
        yield "  failing now", text
    else:
        yield "  failing now", "none"
    yield "  calls to Intercom", _budget(one)
    yield "  rules", _rules(one)
    if (pause := found.paused.tagging(one.app_id)) is not None:
        yield "  paused", f"by {pause}"
    for (app_id, rule), pause in found.paused.rules.items():
        if app_id == one.app_id:
            yield "  paused rule", f"{rule}, {pause.told}"


def _budget(one: Workspace) -> str:
    budget = one.budget
    if budget is None:
        return "none within an hour"
    if not budget.aligned:
        return f"paced until Intercom tells its limit, {budget.limit:,} in {one.window:g} s at most"
    used = f"{budget.used:,} of {budget.limit:,} in the {one.window:g} s under way"
    return f"{used}, {budget.others:,} by others in those before"


def _rules(one: Workspace) -> str:
    sets = Counter(at_work.rule_set or "none" for at_work in one.workers.values())
    told = [f"{name} on {plural(count, 'worker')}" for name, count in sets.most_common()]
    return ", ".join(told) or "no worker works for it"
