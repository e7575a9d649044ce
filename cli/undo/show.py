"""An undo in sentences and as JSON: what it will do, and what it did."""

from collections import Counter
from collections.abc import Mapping

import click

from cli import options, session
from cli.since import told
from cli.undo.plan import Plan
from cli.undo.tally import Tally
from rules.telling.report import plural
from workers.undo.plan import Wanted


def plan(wanted: Wanted, found: Plan) -> None:
    """What will be done, for people."""
    since = told(wanted.since)
    if not found.targets:
        click.echo(f"there is nothing to undo of what {named(wanted)} did since {since}")
    else:
        click.echo(f"{named(wanted)} since {since}: {plural(len(found.targets), 'object')} to undo it on")
        _counts("takes off", found.removed)
        _counts("puts back", found.added)
        click.echo(f"takes at least {plural(found.calls, 'call')} to Intercom")
        for target, signs in found.samples:
            click.echo(f"  {target.kind}:{target.id}  {'  '.join(signs)}")
        if len(found.targets) > len(found.samples):
            click.echo(f"  and {len(found.targets) - len(found.samples):,} more")
        if found.tickets:
            click.echo(f"{plural(found.tickets, 'ticket')}: what people did there since cannot be seen")
    left(found.left)


def question(wanted: Wanted, found: Plan) -> str:
    """What somebody is to agree to."""
    changes = plural(found.removed.total() + found.added.total(), "change")
    return f"undoes what {named(wanted)} did since {options.iso(wanted.since)}: {changes} on " + plural(
        len(found.targets), "object"
    )


def named(wanted: Wanted) -> str:
    """The rules, in words."""
    return f"rule{'s' if len(wanted.rules) > 1 else ''} {', '.join(sorted(wanted.rules))}"


def tally(wanted: Wanted, done: Tally) -> None:
    """What was done, for people."""
    click.echo(f"{plural(done.removed, 'tag')} taken off, {plural(done.added, 'tag')} put back")
    left(done.left)
    for target, tag, why in done.refused:
        session.say(f"{target.kind}:{target.id}: {tag} could not be changed: {why}")
    if done.not_reached:
        rules = " ".join(f"--rule {rule}" for rule in sorted(wanted.rules))
        again = f"autotagger undo {rules} --since {options.iso(wanted.since)}"
        session.say(f"{plural(done.not_reached, 'object')} left: `{again}` goes on with them")


def left(counts: Counter[str]) -> None:
    """What is left alone, and why."""
    for why, count in counts.most_common():
        session.say(f"{plural(count, 'tag')} left alone: {why}")


def document(wanted: Wanted, app_id: str, found: Plan, done: Tally | None) -> Mapping[str, object]:
    """Both, for programs; `done` is null where nothing was begun."""
    return {
        "workspace": app_id,
        "rules": sorted(wanted.rules),
        "since": options.iso(wanted.since),
        "objects": len(found.targets),
        "remove": dict(found.removed),
        "add": dict(found.added),
        "calls": found.calls,
        "left_alone": dict(found.left),
        "samples": [
            {"target": f"{target.kind}:{target.id}", "changes": list(signs)} for target, signs in found.samples
        ],
        "done": done
        and {
            "removed": done.removed,
            "added": done.added,
            "left_alone": dict(done.left),
            "refused": len(done.refused),
            "not_reached": done.not_reached,
        },
    }


def _counts(how: str, counts: Counter[str]) -> None:
    if counts:
        click.echo(f"{how} {', '.join(f'{tag} ({count:,})' for tag, count in counts.most_common())}")
