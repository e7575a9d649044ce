"""`autotagger backfill`."""

import json
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import get_args

import click

from cli import options, session
from cli.backfill import show
from cli.backfill.wanted import Wanted
from cli.backfill.wanted import rules as rules_for
from cli.operator import operator
from cli.session import Session
from cli.since import WANTED, since, told
from rules.language.values import Kind
from rules.telling.report import plural
from state.backfill import Backfill, Backfills, Gone, Over, Progress, job_prefix
from state.dead import DeadLetters
from workers.allowance import open_budget
from workers.backfill.events import Events
from workers.backfill.line import Line
from workers.backfill.run import hand_over, read
from workers.backfill.sweep import LONGEST
from workers.intercom.client import Intercom

GRACE = 180
"""Seconds for which a message may still be on its way: Intercom sends what failed once more, after a minute."""

KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "company")


def _since(text: str) -> tuple[str, int]:
    return text.strip(), since(text)


@click.command()
@click.option("--since", "begin", type=_since, metavar="WHEN", help=f"Look at what changed since then: {WANTED}.")
@click.option("--kind", type=click.Choice(KINDS), help="What to look at; companies cannot be searched by time.")
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only what this rule changes; may be repeated.")
@click.option("--missed", is_flag=True, help="Only customers' messages that nobody has decided on: lost webhooks.")
@click.option("--dry-run", "dry", is_flag=True, help="Count, and change nothing.")
@click.option("--list", "listing", is_flag=True, help="Show the backfills that were begun and are not over.")
@click.option("--drop", metavar="NUMBER", help="Forget one that was begun; what it has handed over is done.")
@options.yes
@operator
@options.workspace
@options.as_json
def backfill(
    begin: tuple[str, int] | None,
    kind: Kind | None,
    rules: tuple[str, ...],
    drop: str | None,
    app_id: str | None,
    by: str,
    *,
    missed: bool,
    dry: bool,
    listing: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Have the rules decide on conversations, tickets or contacts that changed since WHEN.

    First everything is read and counted, and nothing changed: how many changes, and how many calls. Then it asks, and
    the workers make the changes with what live events leave of the rate limit. Ended by Ctrl-C, or killed, it goes on
    where it was when the same command is given again.

    Exits with 0 when all is done, with 1 if something could not be done, or nobody agreed.
    """
    if listing:
        show.running(session.run(app_id, lambda it: Backfills(it.redis).running()), as_json=as_json)
        return
    if drop is not None:
        _say(session.run(app_id, lambda it: _drop(it, drop), by=by))
        return
    if begin is None or kind is None:
        raise click.UsageError("Missing option '--since' or '--kind'.")
    if missed and begin[1] < time.time() - LONGEST - 1:
        raise click.UsageError("--missed looks back 7 days at most: which messages are known is kept for no longer.")
    if not dry:
        options.must_be_able_to_ask(yes=yes)
    wanted = Wanted(kind, *begin, rules, missed, dry, yes)
    try:
        outcome = _backfill(app_id, wanted, by, as_json=as_json)
    except Gone:
        session.refuse("somebody dropped this backfill, or nobody went on with it for a week")
    except KeyboardInterrupt:
        session.refuse("ended; the same command goes on where this was (backfill --list shows it)")
    if as_json:
        click.echo(json.dumps(outcome.document(), indent=2))
    sys.exit(bool(outcome.dead) or not outcome.agreed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a backfill came to. `dead` are the ids of its dead letters; `done` is how many of its jobs were handled."""

    progress: Progress
    agreed: bool
    done: int = 0
    dead: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """For programs."""
        found = self.progress
        return {
            "objects": found.read,
            "events": found.events,
            "jobs": found.jobs,
            "changes": found.changes,
            "undecided": found.open,
            "calls": found.calls,
            "done": self.done,
            "dead": list(self.dead),
        }


def _backfill(app_id: str | None, wanted: Wanted, by: str, *, as_json: bool) -> Outcome:
    run, asked, progress = session.run(app_id, lambda it: _read(it, wanted), by=by)
    if not as_json:
        show.counted(asked, progress)
    if wanted.dry or not progress.jobs:
        session.run(app_id, lambda it: Backfills(it.redis).end(run))
        return Outcome(progress, agreed=True)
    # Between two event loops: within one the first Ctrl-C would not be heard.
    if not wanted.yes and not _agreed(run, progress):
        return Outcome(progress, agreed=False)
    outcome = session.run(app_id, lambda it: _hand_over(it, run, asked, progress), by=by)
    _tell(outcome)
    return outcome


async def _read(it: Session, wanted: Wanted) -> tuple[str, Backfill, Progress]:
    """Read and count everything; which backfill that is, what it looks at, and what that came to."""
    rule_set = rules_for(it.workspace, wanted)
    backfills = Backfills(it.redis)
    run, asked = await _begun(backfills, wanted.asked(it.workspace.app_id, rule_set))
    async with Intercom(it.workspace.base_url, it.workspace.access_token, connections=1) as intercom:
        until = time.time() - GRACE if asked.missed else float("inf")
        events = Events(run, asked, rule_set, backfills, Line(intercom, open_budget(it.workspace, it.redis)), until)
        with suppress(Over):
            await show.reading(asked, read(events), await backfills.progress(run))
    return run, asked, await backfills.progress(run)


async def _hand_over(it: Session, run: str, asked: Backfill, progress: Progress) -> Outcome:
    """Have the workers do it, and wait for them; what it came to."""
    backfills = Backfills(it.redis)
    await it.note("backfill", f"{run}: {told_of(asked)}; {plural(progress.jobs, 'job')}")
    try:
        await show.handing_over(progress, hand_over(backfills, run, asked))
    except Over:
        _say(f"somebody else went on with backfill {run}, too, and it is over")
    dead = await DeadLetters(it.redis).ids(job_prefix(asked.app_id, run))
    await backfills.end(run)
    return Outcome(progress, agreed=True, done=progress.jobs - len(dead), dead=dead)


async def _begun(backfills: Backfills, wanted: Backfill) -> tuple[str, Backfill]:
    """The one that was begun with the same words and rules, or else a new one."""
    before = await backfills.running()
    run = await backfills.join(wanted)
    asked = await backfills.asked(run)
    if asked.rule_set != wanted.rule_set:
        # What came to nothing by the old rules would never be looked at by the new ones.
        _say(f"the rules have changed since backfill {run} was begun, so everything is read anew")
        await backfills.drop(run)
        run = await backfills.join(wanted)
        return run, await backfills.asked(run)
    if run in before:
        _say(f"going on with backfill {run}, since {told(asked.since)} (--drop {run} forgets it)")
    return run, asked


def told_of(asked: Backfill) -> str:
    """What was asked for, in words."""
    rules = f", only {', '.join(asked.rules)}" if asked.rules else ""
    return f"{asked.kind}s since {told(asked.since)}{rules}{', only missed messages' if asked.missed else ''}"


async def _drop(it: Session, run: str) -> str:
    backfills = Backfills(it.redis)
    if run not in await backfills.running():
        session.refuse(f"there is no backfill {run}: `autotagger backfill --list` shows those that there are")
    await it.note("backfill drop", run)
    await backfills.drop(run)
    return f"backfill {run} is forgotten; what it has handed to the workers is done all the same"


def _agreed(run: str, progress: Progress) -> bool:
    try:
        if click.confirm(show.question(progress), err=True):
            return True
    except click.Abort:
        click.echo(err=True)
    done = "no more is handed over" if progress.handed else "nothing is changed"
    _say(f"{done}; it is kept as backfill {run} for a week, and the same command asks again")
    return False


def _tell(outcome: Outcome) -> None:
    if outcome.dead:
        _say(f"{plural(outcome.done, 'job')} done, {plural(len(outcome.dead), 'dead letter')}: `autotagger dead list`")
    else:
        _say(f"{plural(outcome.done, 'job')} done")


def _say(sentence: str) -> None:
    session.say(sentence)
