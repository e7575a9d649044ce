"""`autotagger rules diff`."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli import events
from cli.rules import arguments, output
from rules.deciding.ruleset import RuleSet
from rules.telling.report import plural
from rules.trying.diff import Difference, Event, Happening, differences, distinct, examples

_LONGEST = 100
_VERBS = {"add": "added", "remove": "removed", "take back": "taken back"}


@click.command(short_help="Say which tags change if rules OLD become NEW.")
@click.argument("old", type=arguments.FOLDER)
@click.argument("new", type=arguments.FOLDER)
@click.argument("event_files", metavar="[EVENTS]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--samples", default=3, show_default=True, type=click.IntRange(0), help="Events to show for each change.")
@arguments.as_json
def diff(old: Path, new: Path, event_files: tuple[Path, ...], samples: int, *, as_json: bool) -> None:
    """Say what changes for customers if the rules of folder OLD become those of NEW.

    Tried are the examples and scenarios of both, and EVENTS: files, or folders of files, with webhook notifications
    (JSON, or one a line in .jsonl) or `field: value` lines (YAML).
    Exits with 0 if the same tags change, with 1 if not, with 2 if the rules, or all EVENTS, cannot be read.
    """
    before, after = _rules(old), _rules(new)
    read = events.read(event_files)
    output.complain(read.findings)
    if read.findings and not (read.events or read.ignored):
        sys.exit(2)
    tried = distinct((*read.events, *examples(before), *examples(after)))
    found = differences(before, after, tried)
    if as_json:
        click.echo(json.dumps([_as_json(difference) for difference in found], indent=2))
    else:
        for line in _lines(found, samples):
            click.echo(line)
        for line in _summary(found, tried, read.ignored):
            click.echo(line)
    sys.exit(bool(found))


def _rules(folder: Path) -> RuleSet:
    loaded = arguments.loaded(folder)
    if loaded.rule_set is None:
        output.complain(finding for finding in loaded.findings if finding.severity == "error")
        click.echo(f"{folder}: these rules cannot be compared before they are mended", err=True)
        sys.exit(2)
    return loaded.rule_set


def _lines(found: tuple[Difference, ...], samples: int) -> Iterator[str]:
    for difference in found:
        tagged = difference.tagged
        concerned = plural(len(difference.events), "event")
        yield f"{tagged.tag} on the {tagged.kind}: {_said(tagged.old)} before, {_said(tagged.new)} now   ({concerned})"
        yield from (f"   {reason}" for reason in difference.reasons)
        yield from (f"     {_sample(event)}" for event in difference.events[:samples])
        if samples and len(difference.events) > samples:
            yield f"     and {len(difference.events) - samples:,} more"
        yield ""


def _said(happening: Happening | None) -> str:
    return f"{_VERBS[happening.verb]} by {', '.join(happening.rules)}" if happening else "untouched"


def _sample(event: Event) -> str:
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in event.text).split())
    return f"{event.name}: {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}"


def _summary(found: tuple[Difference, ...], tried: tuple[Event, ...], ignored: tuple[str, ...]) -> Iterator[str]:
    for reason, count in Counter(line.rpartition(": ")[2] for line in ignored).items():
        yield f"{plural(count, 'notification')} left out, as the service does: {reason}"
    # Not by their names: several examples may stand on one line.
    different = len({id(event) for difference in found for event in difference.events})
    outcome = f"{different:,} with other tags" if found else "all with the same tags"
    yield f"{plural(len(tried), 'event')} tried: {outcome}"


def _as_json(difference: Difference) -> dict[str, Any]:
    tagged = difference.tagged
    return {
        "kind": tagged.kind,
        "tag": tagged.tag,
        "old": _happening(tagged.old),
        "new": _happening(tagged.new),
        "reasons": list(difference.reasons),
        "events": [event.name for event in difference.events],
    }


def _happening(happening: Happening | None) -> dict[str, Any] | None:
    return {"action": happening.verb, "rules": list(happening.rules)} if happening else None
