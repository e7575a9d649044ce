"""`autotagger undo`."""

import asyncio
import json
import sys
import time
from collections import deque
from typing import get_args

import click

from cli import bars, options, session, store
from cli.operator import operator
from cli.rules.pause import advice
from cli.session import Session
from cli.since import WANTED, since
from cli.undo import show
from cli.undo.plan import Plan, planned
from cli.undo.tally import Tally
from cli.undo.waiting import Waiting
from rules.language.values import Kind
from rules.reading.loader import load
from state.pauses import Pauses
from workers.app import create_desk
from workers.intercom.client import Intercom
from workers.intercom.errors import Unauthorized
from workers.metrics import Metrics
from workers.settings import WorkerSettings, Workspace
from workers.undo.plan import Wanted
from workers.undo.run import Moving, Undoer, Work

AT_ONCE = 8
"""Objects at the same time: as many calls fit into a second of Intercom's answers."""
PATIENCE = 300.0
"""Seconds without any progress after which somebody is told to come back later."""

UNTOLD = 2.0
"""Seconds of waiting that nobody need hear of."""


@click.command()
@click.option(
    "--rule",
    "rules",
    required=True,
    multiple=True,
    metavar="ID",
    help="What this rule did; there need be no such rule any more. Repeatable.",
)
@click.option("--since", "begin", type=since, required=True, metavar="WHEN", help=f"From then on: {WANTED}.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(get_args(Kind)), help="Only on these; repeatable.")
@click.option("--dry-run", "dry", is_flag=True, help="Show it, and change nothing.")
@options.yes
@operator
@options.workspace
@options.as_json
def undo(
    rules: tuple[str, ...],
    begin: int,
    kinds: tuple[Kind, ...],
    app_id: str | None,
    by: str,
    *,
    dry: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take back what a rule did since WHEN: take off the tags that it put on, put back those that it took off.

    Shows on how many objects, with how many calls, and what it leaves alone and why; then asks. What a person or
    another rule has to do with is left alone. What is undone counts as a person's doing, so the rule leaves it alone.
    It uses what live events leave of the rate limit. Ended by Ctrl-C, or killed, it goes on when it is given again.

    Exits with 0 when all is done, with 1 if something could not be done, or nobody agreed.
    """
    if not dry:
        options.must_be_able_to_ask(yes=yes)
    settings, workspace = session.chosen(app_id)
    wanted = Wanted(frozenset(rules), begin, frozenset(kinds or get_args(Kind)))
    plan = session.run(app_id, lambda it: planned(it.redis, workspace.app_id, wanted), by=by)
    _check(workspace, wanted, plan)
    if not as_json:
        show.plan(wanted, plan)
    if dry or not plan.targets:
        _tell(workspace, wanted, plan, None, as_json=as_json)
        return
    options.ask(show.question(wanted, plan), yes=yes)
    tally = Tally(len(plan.targets))
    try:
        session.run(app_id, lambda it: _undo(it, settings, wanted, plan, tally), by=by)
    except KeyboardInterrupt:
        session.say("ended")
    finally:
        _tell(workspace, wanted, plan, tally, as_json=as_json)
    sys.exit(not tally.is_whole)


def _tell(workspace: Workspace, wanted: Wanted, plan: Plan, tally: Tally | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(show.document(wanted, workspace.app_id, plan, tally), indent=2))
    elif tally is not None:
        show.tally(wanted, tally)


def _check(workspace: Workspace, wanted: Wanted, plan: Plan) -> None:
    """A rule of which nothing is known is a typo, unless it is among the rules; one that acts on will do it again."""
    rules = load(workspace.rules).rule_set
    modes = {rule.id: rule.mode for rule in rules.rules} if rules else {}
    unknown = sorted(wanted.rules - plan.known - modes.keys())
    if rules is not None and unknown:
        sentence = f'there is no rule "{unknown[0]}", and it has done nothing{advice(unknown[0], rules)}'
        raise click.BadParameter(sentence, param_hint="--rule")
    if plan.targets:
        paused = store.run(lambda redis: Pauses(redis).read()).of(workspace.app_id)
        for rule in sorted(rule for rule in wanted.rules if modes.get(rule) == "live" and rule not in paused):
            session.say(f"rule {rule} goes on with other objects: `autotagger rules pause {rule}` stops it")


async def _undo(it: Session, settings: WorkerSettings, wanted: Wanted, plan: Plan, tally: Tally) -> None:
    await it.note("undo", show.question(wanted, plan))
    url, token = it.workspace.base_url, it.workspace.access_token
    async with Intercom(url, token, timeout=settings.call_timeout, connections=AT_ONCE) as intercom:
        metrics = Metrics()
        desk = create_desk(it.workspace, settings, Moving(Pauses(it.redis), {}, metrics), intercom, it.redis, metrics)
        waiting = Waiting(it.redis, it.workspace, PATIENCE, session.say)
        await _go_through(Undoer(desk, it.redis, wanted, call_timeout=settings.call_timeout), plan, tally, waiting)


async def _go_through(undoer: Undoer, plan: Plan, tally: Tally, waits: Waiting) -> None:
    """Undo it, a few objects at a time. Raises what Intercom said where it is no use to go on."""
    ahead = deque(map(Work, plan.targets))
    progress = time.monotonic()
    with bars.counting("undoing", len(ahead)) as advance:
        while ahead:
            batch = [ahead.popleft() for _ in range(min(AT_ONCE, len(ahead)))]
            await store.whole(undoer.undo(batch), lambda _, batch=batch: tally.take(batch))  # type: ignore[misc]
            later = [work for work in batch if work.wait is not None]
            ahead.extend(later)
            advance(len(batch) - len(later))
            if len(later) < len(batch):
                progress = time.monotonic()
            else:
                _stop_if_hopeless(later, time.monotonic() - progress)
                wait = min(work.wait or 0.0 for work in later)
                if time.monotonic() - progress + wait > UNTOLD:
                    await waits.tell(later)
                await asyncio.sleep(wait)


def _stop_if_hopeless(later: list[Work], seconds: float) -> None:
    """Raise what Intercom refuses until somebody mends it; end the command when nothing has gone on for long."""
    failures = [work.failure for work in later if work.failure is not None]
    for failure in failures:
        if seconds > PATIENCE or isinstance(failure, Unauthorized):
            raise failure
    if seconds > PATIENCE:
        session.refuse(
            f"nothing could be done for {seconds:.0f} s: no slot in the rate budget, no lock was free, or Intercom is "
            "left alone while it fails; `autotagger status` tells"
        )
