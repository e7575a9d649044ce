"""Trying the examples that stand in the rules: each rule alone, in whatever mode it is."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from rules.deciding.account import Seen, seen
from rules.deciding.rule import Example, Rule
from rules.deciding.ruleset import RuleSet
from rules.deciding.view import views
from rules.findings.finding import Finding
from rules.language import fields, topics
from rules.language.operators import described
from rules.language.values import Absent, Facts, Kind
from rules.reading import sheet
from rules.telling import shown
from rules.telling.report import plural

_MESSAGE = "message.text"
_WRONG = {
    "match": "should match but does not",
    "no_match": "should not match but does",
    "known_miss": "now matches what it was known to miss: make it a match example",
    "known_false_alarm": "no longer matches what was a known false alarm: make it a no_match example",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule made of one of its examples. `seen` is every test of the rule, in the order of the file.

    `unheard` is the topic of the example, if the rule does not look at events of that; else None.
    """

    rule: Rule
    example: Example
    matched: bool
    seen: tuple[Seen, ...]
    unheard: str | None = None

    @property
    def as_expected(self) -> bool:
        """Whether that is what the example says. A known failure is expected to go on failing."""
        return self.matched is (self.example.expectation in {"match", "known_false_alarm"})

    @property
    def known(self) -> bool:
        """Whether the example tells of a failure that its author knows."""
        return self.example.expectation in {"known_miss", "known_false_alarm"}


def trials(rule_set: RuleSet) -> Iterator[Outcome]:
    """The outcome of every example."""
    for rule in rule_set.rules:
        for example in rule.examples:
            facts = facts_of(rule, example)
            ordinary, everything = views(facts)
            view = everything if rule.names_sender else ordinary
            unheard = None if rule.concerns(facts) else str(facts.get("event.topic"))
            matched = unheard is None and bool(rule.predicate(view))
            yield Outcome(rule, example, matched, tuple(seen(rule.condition, view)), unheard)


def facts_of(rule: Rule, example: Example) -> Facts:
    """The event that an example describes: what it says, what follows from that, and what every event has."""
    kind = _kind(rule, example)
    return sheet.facts(kind, example.values, topics.likeliest(rule.events or (), kind, example.values))


def _kind(rule: Rule, example: Example) -> Kind:
    """The first kind of object that has all the fields of the example."""
    found = (fields.find(path) for path in example.values)
    given = [field for field in found if field is not None]
    fitting = (kind for kind in rule.applies_to if all(fields.readable(field, kind) for field in given))
    return next(fitting, rule.applies_to[0])


def words(example: Example) -> str:
    """What an example says: a message alone as it is, an event field by field."""
    alone = set(example.values) == {_MESSAGE}
    return ", ".join(
        shown.written(value) if alone else f"{path}: {shown.written(value)}" for path, value in example.values.items()
    )


def failure(outcome: Outcome) -> Finding:
    """An outcome that was not expected, as a finding whose notes are the tests and what they saw."""
    span = outcome.example.span
    return Finding(
        span.file,
        span.line,
        span.column,
        "error",
        "failed-example",
        f'rule "{outcome.rule.id}" {_WRONG[outcome.example.expectation]}',
        end_column=span.end_column,
        source_line=span.source.line(span.line),
        notes=(*_unheard(outcome), *map(_line, outcome.seen)),
        owner=outcome.rule.owner,
    )


def details(outcome: Outcome) -> dict[str, Any]:
    """Why an outcome was not expected, for programs: every test of the rule, what it came out as, what it saw."""
    return {
        "rule": outcome.rule.id,
        "expectation": outcome.example.expectation,
        "matched": outcome.matched,
        "unheard": outcome.unheard,
        "tests": [_plain(one) for one in outcome.seen],
    }


def as_text(finding: Finding) -> str:
    """A failed example for people."""
    place = f"{finding.file}:{finding.line}:{finding.column}"
    notes = (f"   {note}" for note in finding.notes)
    return "\n".join((f"{place}: FAIL {finding.message}", f"{finding.line} | {finding.source_line}", *notes))


def summary(outcomes: Collection[Outcome]) -> str:
    """One line: how much was tried, and what came of it."""
    if not outcomes:
        return "no rule has an example: nothing was tested"
    failed = sum(not outcome.as_expected for outcome in outcomes)
    rules = len({outcome.rule.id for outcome in outcomes})
    tried = f"{plural(len(outcomes), 'example')} of {plural(rules, 'rule')}"
    known = sum(outcome.known and outcome.as_expected for outcome in outcomes)
    return (
        f"{tried}: {f'{failed} failed' if failed else 'all as expected'}{f', {known} known to fail' if known else ''}"
    )


def _unheard(outcome: Outcome) -> Iterator[str]:
    if outcome.unheard is not None:
        yield f"the rule does not look at {outcome.unheard}, whatever its tests say"


def _line(one: Seen) -> str:
    answer = "yes" if one.verdict else "no"
    asked = f"{one.test.field.written} {described(one.test.operator, one.test.written)}"
    return f"line {one.test.span.line}: {asked} -> {answer}   ({shown.value(one.value)})"


def _plain(one: Seen) -> dict[str, Any]:
    return {
        "file": one.test.span.file,
        "line": one.test.span.line,
        "field": one.test.field.path,
        "operator": one.test.operator,
        "wanted": list(one.test.written),
        "verdict": one.verdict,
        "value": shown.plain(one.value),
        "absent": one.value.value if isinstance(one.value, Absent) else None,
    }
