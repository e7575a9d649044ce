"""What a rule makes of fields that have no value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rules.deciding.condition import AllOf, AnyOf, Condition, NoneOf, Test
from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet
from rules.deciding.view import views
from rules.findings.finding import Findings
from rules.language import fields
from rules.language.fields import Field, Type
from rules.language.values import Absent, Facts
from rules.reading import sheet

MOST_PLAYED = 20_000
"""Matches in scenarios that are counted."""


def look(rule_set: RuleSet, findings: Findings) -> None:
    """Tell of tests that hold where a field has no value, in rules that may then match.

    How often that is so is told of the rule's own examples and of the scenarios: nobody keeps what rules matched.
    """
    doubtful = [(rule, found) for rule in rule_set.rules if (found := tuple(_doubtful(rule)))]
    played = _played(rule_set) if doubtful else {}
    for rule, found in doubtful:
        matched = (*_examples(rule), *played.get(rule.id, ()))
        for test in found:
            path = test.field.path
            message = f'rule "{rule.id}" may match where "{path}" has no value: this test holds there'
            note = f"if it should not, add   {path}: {{exists: yes}}"
            findings.info(test.span, "negative-on-optional", message, *_share(path, matched), note)


def _doubtful(rule: Rule) -> Iterator[Test]:
    """The tests that may make a rule match for want of a value, unless all of the rule is about what is not there."""
    if only_negative(rule.condition):
        return
    for test in _helpful(rule.condition, negated=False):
        if not _never_empty(test.field) and may_hold_without(rule.condition, test.field.path):
            yield test


def only_negative(condition: Condition) -> bool:
    """Whether a condition holds where nothing is: it asks for the absence of things only."""
    if isinstance(condition, Test):
        return condition.negative
    if isinstance(condition, AllOf):
        return all(map(only_negative, condition.parts))
    if isinstance(condition, AnyOf):
        return any(map(only_negative, condition.parts))
    return not any(map(only_negative, condition.parts))


def may_hold_without(condition: Condition, *paths: str) -> bool:
    """Whether a condition may hold in an event in which these fields have no value."""
    return _outcomes(condition, paths).true


def _never_empty(field: Field) -> bool:
    """Whether a value is always there, or its absence says what an empty one would: a list of nothing."""
    return fields.always(field) or field.type is Type.LIST


def _helpful(condition: Condition, *, negated: bool) -> Iterator[Test]:
    """The tests that help a condition to hold where their field has no value."""
    if isinstance(condition, Test):
        if condition.negative is not negated:
            yield condition
        return
    for part in condition.parts:
        yield from _helpful(part, negated=negated is not isinstance(condition, NoneOf))


# How often


def _share(path: str, matched: Sequence[Facts]) -> Iterator[str]:
    """In how many of the events that the rule was seen to match the field has no value."""
    if matched:
        lacking = sum(isinstance(facts.get(path), Absent) for facts in matched)
        advice = "" if lacking else "; write one, to say what should happen there"
        yield f"examples and scenarios that match: {len(matched)}, without a value: {lacking}{advice}"


def _examples(rule: Rule) -> Iterator[Facts]:
    """The events of its own examples that a rule matches."""
    topic = min(rule.events) if rule.events else None
    for example in rule.examples:
        tried = (sheet.facts(kind, example.values, topic) for kind in rule.applies_to)
        yield from islice((facts for facts in tried if _matches(rule, facts)), 1)


def _matches(rule: Rule, facts: Facts) -> bool:
    ordinary, everything = views(facts)
    return rule.concerns(facts) and rule.predicate(everything if rule.names_sender else ordinary) is True


def _played(rule_set: RuleSet) -> Mapping[str, Sequence[Facts]]:
    """By rule, the events of the scenarios that it matches; the first ones, where there are very many."""
    played: dict[str, list[Facts]] = {}
    count = 0
    for scenario in rule_set.scenarios:
        facts = sheet.facts(scenario.kind, scenario.values)
        for match in rule_set.decide(facts).matches:
            played.setdefault(match.rule, []).append(facts)
            count += 1
        if count > MOST_PLAYED:
            break
    return played


# What may come out


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """What a condition can come out as."""

    true: bool
    false: bool


def _outcomes(condition: Condition, missing: Sequence[str]) -> _Outcomes:
    """Every test can come out as anything, but for those of fields that have no value."""
    if isinstance(condition, Test):
        if condition.field.path in missing:
            return _Outcomes(true=condition.negative, false=not condition.negative)
        return _Outcomes(true=True, false=True)
    parts = [_outcomes(part, missing) for part in condition.parts]
    if isinstance(condition, AllOf):
        return _Outcomes(all(part.true for part in parts), any(part.false for part in parts))
    any_of = _Outcomes(any(part.true for part in parts), all(part.false for part in parts))
    return any_of if isinstance(condition, AnyOf) else _Outcomes(any_of.false, any_of.true)
