"""`autotagger backfill`."""

import json
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import click
from msgspec.structs import replace

from cli import options, process, session
from cli.backfill import show
from cli.operator import operator
from cli.session import Session
from cli.since import WANTED, since, told
from rules.deciding.ruleset import RuleSet
from rules.findings.suggestion import nearest
from rules.language.values import Kind
from rules.reading.loader import load
from rules.telling import report
from rules.telling.report import plural
from state.backfill import Backfill, Backfills, Gone, Progress, job_prefix
from state.budget import Budget
from state.dead import DeadLetters
from workers.backfill.events import Events
from workers.backfill.line import Line
from workers.backfill.run import hand_over, read
from workers.backfill.sweep import LONGEST
from workers.intercom.client import Intercom
from workers.settings import Workspace

GRACE = 180
"""Seconds for which a message may still be on its way: Intercom sends what failed once more, after a minute."""

KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "company")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command was called with."""

    kind: Kind
    since: int
    rules: tuple[str, ...]
    missed: bool
    dry: bool
    yes: bool


@click.command()
@click.option("--since", "begin", type=since, metavar="WHEN", help=f"Look at what changed since then: {WANTED}.")
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
    begin: int | None,
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
    if missed and begin < time.time() - LONGEST - 1:
        raise click.UsageError("--missed looks back 7 days at most: which messages are known is kept for no longer.")
    if not dry:
        options.must_be_able_to_ask(yes=yes)
    wanted = Wanted(kind, begin, tuple(dict.fromkeys(rules)), missed, dry, yes)
    outcome = _run(app_id, wanted, by, as_json=as_json)
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


def _run(app_id: str | None, wanted: Wanted, by: str, *, as_json: bool) -> Outcome:
    try:
        return session.run(app_id, lambda it: _backfill(it, wanted, as_json=as_json), by=by)
    except Gone:
        session.refuse("somebody dropped this backfill, or nobody went on with it for a week")
    except KeyboardInterrupt:
        session.refuse("ended; the same command goes on where this was (backfill --list shows it)")


async def _backfill(it: Session, wanted: Wanted, *, as_json: bool) -> Outcome:
    rules = _rules(it.workspace, wanted)
    backfills = Backfills(it.redis)
    run, asked = await _begun(backfills, it.workspace, wanted)
    async with Intercom(it.workspace.base_url, it.workspace.access_token, connections=1) as intercom:
        budget = Budget(
            it.redis, scope=it.workspace.app_id, limit=it.workspace.calls_per_window, window=it.workspace.window
        )
        until = time.time() - GRACE if asked.missed else float("inf")
        events = Events(run, asked, rules, backfills, Line(intercom, budget), until)
        progress = await show.reading(asked, read(events), await backfills.progress(run))
    if not as_json:
        show.counted(asked, progress)
    if wanted.dry or not progress.jobs:
        await backfills.drop(run)
        return Outcome(progress, agreed=True)
    if not _agreed(run, progress, yes=wanted.yes):
        return Outcome(progress, agreed=False)
    await it.note("backfill", f"{run}: {told_of(asked)}; {plural(progress.jobs, 'job')}")
    await show.handing_over(progress, hand_over(events))
    dead = await DeadLetters(it.redis).ids(job_prefix(asked.app_id, run))
    await backfills.drop(run)
    outcome = Outcome(progress, agreed=True, done=progress.jobs - len(dead), dead=dead)
    _tell(outcome)
    return outcome


async def _begun(backfills: Backfills, workspace: Workspace, wanted: Wanted) -> tuple[str, Backfill]:
    """The one that was begun with the same words, and looks back as far, or else a new one."""
    asked = Backfill(workspace.app_id, wanted.kind, wanted.since, wanted.rules, wanted.missed)
    for run, other in (await backfills.running()).items():
        # A sweep under way has the same words, and looks back some minutes only.
        if other.since <= asked.since and replace(other, since=asked.since) == asked:
            began = told(other.since)
            _say(f"going on with backfill {run}, which looks at what changed since {began} (--drop {run} forgets it)")
            return run, other
    return await backfills.begin(asked), asked


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


def _rules(workspace: Workspace, wanted: Wanted) -> RuleSet:
    """The rules of the workspace; ends the command if they cannot do what is wanted."""
    rule_set = _loaded(workspace.rules)
    known = {rule.id: rule for rule in rule_set.rules}
    for name in wanted.rules:
        if name not in known:
            close = nearest(name, known)
            advice = f'; did you mean "{close}"?' if close else ""
            raise click.BadParameter(f'there is no rule "{name}"{advice}', param_hint="--rule")
        rule = known[name]
        if rule.mode != "live":
            raise click.BadParameter(f'"{name}" is in mode {rule.mode}: it would change nothing', param_hint="--rule")
        if wanted.kind not in rule.applies_to:
            kinds = " and ".join(f"{kind}s" for kind in rule.applies_to).replace("companys", "companies")
            raise click.BadParameter(f'"{name}" is about {kinds}', param_hint="--rule")
    return rule_set


def _loaded(folder: Path) -> RuleSet:
    loaded = load(folder)
    if loaded.rule_set is None:
        errors = [finding for finding in loaded.findings if finding.severity == "error"]
        process.refuse(("the rules have errors, so nothing is decided:", *map(report.as_text, errors)), status=1)
    return loaded.rule_set


def _agreed(run: str, progress: Progress, *, yes: bool) -> bool:
    if yes:
        return True
    with suppress(click.Abort):
        if click.confirm(f"Make {plural(progress.changes, 'change')}?", err=True):
            return True
    _say(f"nothing is changed; it is kept as backfill {run} for a week, and the same command asks again")
    return False


def _tell(outcome: Outcome) -> None:
    if outcome.dead:
        _say(f"{plural(outcome.done, 'job')} done, {plural(len(outcome.dead), 'dead letter')}: `autotagger dead list`")
    else:
        _say(f"{plural(outcome.done, 'job')} done")


def _say(sentence: str) -> None:
    session.say(sentence)
