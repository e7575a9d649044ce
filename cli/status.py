"""`autotagger status`: how the fleet gets on, in a line and then in figures."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator

import click

from cli import options, process, store, table
from cli.pause import document as paused_document
from cli.settings import SettingsError, limits
from rules.telling.report import plural
from state.budget import Budget, Snapshot
from state.checks import NEARLY_FULL
from state.pauses import EVERYTHING
from state.status import LOOKED_AT, MINUTES, Status, Workspace, look

LATE = 60.0
"""Seconds that the oldest job may wait for a worker before that is told."""

UNKNOWN = "no worker keeps in Redis whether Intercom refuses its token: its log and metrics tell"


@click.command()
@options.as_json
def status(*, as_json: bool) -> None:
    """Say in a line whether all is well, then in figures how the fleet gets on.

    Needs Redis; where workspaces are configured, they are shown though nothing came of them, and with their budget.
    Exits with 1 if something is to be looked at: dead letters, jobs that wait for over a minute, a pause, a full Redis,
    an Intercom that has told the fleet to wait.
    """
    try:
        known = limits(os.environ)
    except SettingsError as error:
        process.refuse(error.mistakes)
    found = store.run(
        lambda redis: look(
            redis,
            {
                app_id: Budget(redis, scope=app_id, limit=most, window=window)
                for app_id, (most, window) in known.items()
            },
        )
    )
    troubles = tuple(_troubles(found))
    if as_json:
        click.echo(json.dumps(_document(found, troubles), indent=2))
    else:
        click.echo("; ".join(troubles) or "all is well")
        _show(found)
    sys.exit(bool(troubles))


def _troubles(found: Status) -> Iterator[str]:
    """What is to be looked at, the worst first."""
    if found.memory is not None and found.memory >= NEARLY_FULL:
        yield f"Redis is nearly full ({found.memory:.0%} of its memory): webhooks are refused"
    if EVERYTHING in found.paused.workspaces:
        yield f"tagging is paused by {found.paused.workspaces[EVERYTHING]}"
    for one in found.workspaces:
        if one.app_id in found.paused.workspaces:
            yield f"tagging in workspace {one.app_id} is paused by {found.paused.workspaces[one.app_id]}"
        if one.oldest is not None and one.oldest > LATE and found.paused.tagging(one.app_id) is None:
            works = "" if one.running else ", and none of its jobs runs"
            yield f"workspace {one.app_id}: {plural(one.due, 'job')} due, the oldest for {_length(one.oldest)}{works}"
        if one.budget and one.budget.blocked:
            yield f"workspace {one.app_id}: Intercom has the fleet wait for {one.budget.blocked:.0f} s"
    for app_id, rule in found.paused.rules:
        yield f"workspace {app_id}: rule {rule} is paused"
    if found.dead:
        yield plural(found.dead, "dead letter")


def _show(found: Status) -> None:
    table.show(("", ""), list(_lines(found)))


def _lines(found: Status) -> Iterator[tuple[str, str]]:
    for one in found.workspaces:
        yield from _workspace(found, one)
    yield "dead letters", _counted(found.dead, found.letters)
    if found.memory is not None:
        yield "Redis's memory", f"{found.memory:.0%} in use"
    for (app_id, rule), pause in found.paused.rules.items():
        yield "paused rule", f"{rule} in workspace {app_id}, by {pause}"
    yield "refused workspaces", UNKNOWN
    if found.partial:
        yield "note", f"there is too much to look at: reasons are those of {LOOKED_AT:,}, and rates are at least so"


def _workspace(found: Status, one: Workspace) -> Iterator[tuple[str, str]]:
    yield "workspace", one.app_id
    last = "none yet" if one.last_webhook is None else f"{_length(max(found.now - one.last_webhook, 0))} ago"
    yield "  last webhook", f"{last} (of those that were stored)"
    yield "  received, tagged", f"{one.received:.1f} and {one.tagged:.1f} a minute, over {MINUTES} minutes"
    oldest = "" if one.oldest is None else f", the oldest for {_length(one.oldest)}"
    yield "  jobs", f"{one.due:,} due{oldest}; {one.running:,} running; {one.deferred:,} deferred"
    yield "  failing now", _counted(one.failing.total(), one.failing)
    yield "  calls", _budget(one.budget)
    yield "  rules", one.rule_set or "not known: they have decided on nothing lately"
    if (pause := found.paused.tagging(one.app_id)) is not None:
        yield "  paused", f"by {pause}"


def _budget(budget: Snapshot | None) -> str:
    if budget is None:
        return "not known: none within an hour, or no settings of this workspace are here"
    if not budget.aligned:
        return f"paced, until Intercom's windows are known; at most {budget.limit:,} in one"
    return f"{budget.used:,} of {budget.limit:,} in the window under way; others made {budget.others:,} in the last"


def _counted(total: int, reasons: Counter[str]) -> str:
    told = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common())
    return f"{total:,} ({told})" if told else f"{total:,}"


def _length(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _document(found: Status, troubles: tuple[str, ...]) -> dict[str, object]:
    return {
        "well": not troubles,
        "verdict": list(troubles),
        "at": options.iso(found.now),
        "workspaces": [_of_workspace(one) for one in found.workspaces],
        "dead_letters": {"count": found.dead, "reasons": dict(found.letters)},
        "paused": paused_document(found.paused),
        "redis_memory": found.memory,
        "partial": found.partial,
    }


def _of_workspace(one: Workspace) -> dict[str, object]:
    budget = one.budget
    return {
        "workspace": one.app_id,
        "received_per_minute": one.received,
        "tagged_per_minute": one.tagged,
        "last_webhook_at": None if one.last_webhook is None else options.iso(one.last_webhook),
        "due": one.due,
        "oldest_due_seconds": one.oldest,
        "running": one.running,
        "deferred": one.deferred,
        "failing": dict(one.failing),
        "budget": budget
        and {
            "used": budget.used if budget.aligned else None,
            "limit": budget.limit,
            "others": budget.others,
            "blocked_seconds": budget.blocked,
        },
        "rule_set": one.rule_set,
        "refused": None,
    }
