"""`autotagger rules explain`."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cli import events
from cli.rules import arguments, output
from rules.deciding.condition import AllOf, AnyOf, Test, Verdict
from rules.deciding.decision import Change, Decision, Settled, Withdrawal
from rules.deciding.ruleset import RuleSet
from rules.findings.suggestion import nearest
from rules.language.operators import described
from rules.language.values import Absent
from rules.telling import shown
from rules.trying.explain import Asked, Explanation, Story
from rules.trying.explain import explain as explained
from rules.trying.fate import Fate
from rules.trying.shadow import Otherwise

_FATES: tuple[Fate, ...] = ("acts", "held back", "shadow", "undecided", "no match", "not concerned", "disabled")
_COLOURS: dict[Fate, str] = {"acts": "green", "held back": "yellow", "shadow": "cyan", "undecided": "yellow"}
_ANSWERS: dict[Verdict, str] = {True: "yes", False: "no", None: "undecided"}


@click.command(short_help="Say what each rule makes of an EVENT, and why.")
@arguments.folder
@click.argument("event", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only this rule; may be given several times.")
@arguments.as_json
def explain(folder: Path, event: Path, only: tuple[str, ...], *, as_json: bool) -> None:
    """Say what the rules of FOLDER make of an EVENT, and why: every rule, every test, the value that it saw.

    EVENT is a file: a webhook notification as Intercom sends it (JSON), or `field: value` lines (YAML).
    Exits with 1 if the rules or the event cannot be read.
    """
    loaded = arguments.loaded(folder)
    read = events.read((event,))
    output.complain(finding for finding in loaded.findings if finding.severity == "error")
    output.complain(read.findings)
    if loaded.rule_set is None or any(finding.severity == "error" for finding in read.findings):
        sys.exit(1)
    _known(only, loaded.rule_set)
    for reason in read.ignored:
        click.echo(f"{reason}: the service does nothing with this notification", err=as_json)
    explanations = [(one.name, explained(loaded.rule_set, one.facts)) for one in read.events]
    if as_json:
        click.echo(json.dumps([_as_json(name, told, only) for name, told in explanations], indent=2))
        return
    for name, told in explanations:
        for line in _lines(name, told, only, _style()):
            click.echo(line)


def _known(only: tuple[str, ...], rule_set: RuleSet) -> None:
    ids = [rule.id for rule in rule_set.rules]
    for name in only:
        if name not in ids:
            close = nearest(name, ids)
            advice = f'; did you mean "{close}"?' if close else ""
            raise click.BadParameter(f'there is no rule "{name}"{advice}', param_hint="--rule")


# For people


@dataclass(frozen=True, slots=True)
class _Style:
    """How things stand out: by colours on a terminal, by signs elsewhere."""

    colours: bool

    @property
    def mark(self) -> tuple[str, str]:
        return ("\x1b[1;33m", "\x1b[0m") if self.colours else ("«", "»")

    def said(self, text: str, **how: Any) -> str:  # noqa: ANN401 - click's options
        return click.style(text, **how) if self.colours else text


def _style() -> _Style:
    return _Style(sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def _lines(name: str, told: Explanation, only: tuple[str, ...], style: _Style) -> Iterator[str]:
    topic, time = told.facts.get("event.topic"), told.facts.get("event.time")
    when = f" at {time.isoformat()}" if isinstance(time, datetime) else ""
    yield style.said(f"{name}: {topic} about a {told.facts.kind}{when}", bold=True)
    yield from (f"   {line}" for line in _outcome(told))
    stories = [story for fate in _FATES for story in told.stories if story.fate == fate]
    detailed = True
    for story in stories:
        if not only or story.rule.id in only:
            if detailed or story.asked:
                yield ""
            detailed = story.asked is not None
            yield from _story(story, style)


def _outcome(told: Explanation) -> Iterator[str]:
    decision = told.decision
    for change in decision.changes:
        yield f"{_change(change, told)}   ({', '.join(change.rules)})"
    for tag in decision.conflicts:
        yield f"nothing happens to {tag}: rules of the same priority disagree"
    for gone in decision.withdrawals:
        yield f"claim on {gone.tag} given up   ({gone.rule})"
    for need in decision.needs:
        yield f"to be fetched: {need.read}, for {', '.join(need.fields)}   ({', '.join(need.rules)})"
    for path in decision.mismatched:
        yield f"{path} is of another type than a test needs, which therefore does not hold"
    if not decision.changes:
        yield "no tag is changed"
    difference = told.otherwise
    if difference is not None:
        yield f"if the rules in shadow mode were live:{'' if difference else ' the same'}"
        yield from (f"   {line}" for line in _otherwise(difference, told))


def _otherwise(difference: Otherwise, told: Explanation) -> Iterator[str]:
    for change in difference.more:
        yield f"{_change(change, told)}   ({', '.join(change.rules)})"
    for change in (one for one in difference.fewer if one.tag not in difference.conflicts):
        yield f"not {_change(change, told)}   ({', '.join(change.rules)})"
    for change in difference.open:
        yield f"undecided: {_change(change, told)}   ({', '.join(change.rules)})"
    for tag in difference.conflicts:
        yield f"nothing happens to {tag}: rules of the same priority disagree"
    for gone in difference.withdrawals:
        yield f"claim on {gone.tag} given up   ({gone.rule})"


def _change(change: Change, told: Explanation) -> str:
    where = "" if change.kind == told.facts.kind else f" on the {change.kind}"
    return f"{change.action} {change.tag}{where}"


def _story(story: Story, style: _Style) -> Iterator[str]:
    span, owner = story.rule.span, " ".join((story.rule.owner or "").split())
    title = style.said(story.rule.id, bold=True, fg=_COLOURS.get(story.fate))
    yield f"{title} ({span.file}:{span.line}{f', {owner}' if owner else ''}) {story.reason}"
    if story.asked is not None:
        yield from _asked(story.asked, style, 1, top=True)


def _asked(asked: Asked, style: _Style, depth: int, *, top: bool = False) -> Iterator[str]:
    """A condition and its parts. A block of several tests needs no line of its own at the top."""
    indent = "   " * depth
    condition = asked.condition
    if isinstance(condition, Test):
        seen = shown.value(asked.value, (found.span for found in asked.found if found.span), style.mark)
        wanted = f"{condition.field.written} {described(condition.operator, condition.written)}"
        line = f"{indent}line {condition.span.line}: {wanted} -> {_answer(asked)}"
        yield style.said(f"{line}   ({seen})", dim=True) if not asked.needed else f"{line}   ({seen})"
        return
    joint = "all" if isinstance(condition, AllOf) else "any" if isinstance(condition, AnyOf) else "none"
    hidden = joint == "all" and (top or len(asked.parts) == 1)
    if not hidden:
        yield f"{indent}line {condition.span.line}: {joint} of these -> {_answer(asked)}"
    for part in asked.parts:
        yield from _asked(part, style, depth if hidden else depth + 1, top=hidden)


def _answer(asked: Asked) -> str:
    return _ANSWERS[asked.verdict] + ("" if asked.needed else ", not needed")


# For programs


def _as_json(name: str, told: Explanation, only: tuple[str, ...]) -> dict[str, Any]:
    decision = told.decision
    return {
        "event": name,
        "kind": told.facts.kind,
        "topic": shown.plain(told.facts.get("event.topic")),
        **_settled_as_json(decision),
        "shadow": [_change_as_json(change) for change in decision.shadow],
        "if_live": _if_live_as_json(told),
        "undecided": {rule: list(needed) for rule, needed in decision.undecided.items()},
        "needs": [
            {"read": need.read, "calls": need.calls, "fields": list(need.fields), "rules": list(need.rules)}
            for need in decision.needs
        ],
        "mismatched": list(decision.mismatched),
        "rules": [_story_as_json(story) for story in told.stories if not only or story.rule.id in only],
    }


def _if_live_as_json(told: Explanation) -> dict[str, Any] | None:
    """The whole second decision, and how it differs from the first."""
    if_live, difference = told.decision.if_live, told.otherwise
    if if_live is None or difference is None:
        return None
    differs = {
        "more": [_change_as_json(change) for change in difference.more],
        "fewer": [_change_as_json(change) for change in difference.fewer],
        "conflicts": list(difference.conflicts),
        "withdrawals": list(map(_withdrawal_as_json, difference.withdrawals)),
        "undecided": [_change_as_json(change) for change in difference.open],
    }
    return {**_settled_as_json(if_live), "differs": differs}


def _settled_as_json(settled: Decision | Settled) -> dict[str, Any]:
    return {
        "changes": list(map(_change_as_json, settled.changes)),
        "conflicts": list(settled.conflicts),
        "withdrawals": list(map(_withdrawal_as_json, settled.withdrawals)),
    }


def _withdrawal_as_json(gone: Withdrawal) -> dict[str, Any]:
    return {"kind": gone.kind, "tag": gone.tag, "rule": gone.rule}


def _change_as_json(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "tag": change.tag, "action": change.action, "rules": list(change.rules)}


def _story_as_json(story: Story) -> dict[str, Any]:
    return {
        "rule": story.rule.id,
        "owner": story.rule.owner,
        "file": story.rule.span.file,
        "line": story.rule.span.line,
        "fate": story.fate,
        "reason": story.reason,
        "condition": _asked_as_json(story.asked) if story.asked else None,
    }


def _asked_as_json(asked: Asked) -> dict[str, Any]:
    condition = asked.condition
    outcome = {"line": condition.span.line, "verdict": asked.verdict, "needed": asked.needed}
    if not isinstance(condition, Test):
        joint = "all" if isinstance(condition, AllOf) else "any" if isinstance(condition, AnyOf) else "none"
        return {"joint": joint, **outcome, "parts": [_asked_as_json(part) for part in asked.parts]}
    return {
        "field": condition.field.path,
        "operator": condition.operator,
        "wanted": list(condition.written),
        **outcome,
        "value": shown.plain(asked.value),
        "absent": asked.value.value if isinstance(asked.value, Absent) else None,
        "found": [{"phrase": found.phrase, "span": found.span} for found in asked.found],
    }
