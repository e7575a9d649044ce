"""Trying the examples that stand in the rules: each rule alone, in whatever mode it is."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from rules import fields, html
from rules.account import Seen, seen
from rules.finding import Finding
from rules.operators import described
from rules.report import plural
from rules.rule import Example, Rule
from rules.ruleset import RuleSet
from rules.topics import TOPICS
from rules.values import Absent, Facts, Kind, Value
from rules.view import views

FIXED: Mapping[str, Value] = MappingProxyType(
    {
        "event.time": datetime(2026, 9, 2, 12, tzinfo=UTC),  # a Wednesday
        "event.attempt": 1,
        "message.from": "customer",
    },
)
"""What every event has, and examples need not say."""

_MOST_SHOWN = 200
_WRONG = {
    "match": "should match but does not",
    "no_match": "should not match but does",
    "known_miss": "now matches what it was known to miss: make it a match example",
    "known_false_alarm": "no longer matches what was a known false alarm: make it a no_match example",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule made of one of its examples. `seen` is every test of the rule, in the order of the file."""

    rule: Rule
    example: Example
    matched: bool
    seen: tuple[Seen, ...]

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
            matched = rule.concerns(facts) and bool(rule.predicate(view))
            yield Outcome(rule, example, matched, tuple(seen(rule.condition, view)))


def facts_of(rule: Rule, example: Example) -> Facts:
    """The event that an example describes: what it says, what follows from that, and what every event has."""
    kind = _kind(rule, example)
    topic = min(rule.events) if rule.events else TOPICS[kind][0]
    return Facts(kind, {**FIXED, "event.topic": topic, **_derived(example.values), **example.values})


def _kind(rule: Rule, example: Example) -> Kind:
    """The first kind of object that has all the fields of the example."""
    found = (fields.find(path) for path in example.values)
    given = [field for field in found if field is not None]
    fitting = (kind for kind in rule.applies_to if all(fields.readable(field, kind) for field in given))
    return next(fitting, rule.applies_to[0])


def _derived(values: Mapping[str, Value]) -> dict[str, Value]:
    derived: dict[str, Value] = {}
    text, email = values.get("message.text"), values.get("contact.email")
    if isinstance(text, str):
        derived = {"message.full_text": text, "message.links": html.links(text)}
    if isinstance(email, str) and "@" in email:
        derived["contact.email_domain"] = email.rpartition("@")[2]
    return derived


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
        notes=tuple(map(_line, outcome.seen)),
    )


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


def _line(one: Seen) -> str:
    answer = "yes" if one.verdict else "no"
    asked = f"{one.test.field.path} {described(one.test.operator, one.test.written)}"
    return f"line {one.test.span.line}: {asked} -> {answer}   ({_shown(one.value)})"


def _shown(value: Value | Absent) -> str:
    if isinstance(value, Absent):
        return "no value"
    if isinstance(value, bool):
        return f"value: {'yes' if value else 'no'}"
    if isinstance(value, datetime):
        return f"value: {value.isoformat()}"
    shown = repr(list(value) if isinstance(value, tuple) else value)
    return f"value: {shown if len(shown) <= _MOST_SHOWN else shown[:_MOST_SHOWN] + '…'}"
