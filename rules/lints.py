"""What is allowed in a rule but probably not meant, and rules that can never do anything."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules import fields
from rules.condition import AllOf, AnyOf, Condition, Test, tests
from rules.fields import Carried
from rules.finding import Findings
from rules.rule import Rule
from rules.text import fold
from rules.values import Kind

_SEVERAL = 2


def look(rule: Rule, findings: Findings, *, sound: bool) -> None:
    """Tell what looks wrong in one rule. Of one that is not sound only what does not hang on the faulty part."""
    _any_of_negatives(rule.condition, findings)
    if sound:
        _only_negative(rule, findings)
        _self_untrigger(rule, findings)
        _not_carried(rule, findings)


def _any_of_negatives(condition: Condition, findings: Findings) -> None:
    if isinstance(condition, Test):
        return
    if isinstance(condition, AnyOf) and sum(_negative(part) for part in condition.parts) >= _SEVERAL:
        findings.warning(
            condition.span,
            "any-of-negatives",
            '"any" of two or more "none" tests is almost always true',
            "a message without the first word passes even if it has the second. Use one test with both words, or all:",
        )
    for part in condition.parts:
        _any_of_negatives(part, findings)


def _negative(condition: Condition) -> bool:
    """Whether a condition holds where nothing is: it asks for the absence of things only."""
    if isinstance(condition, Test):
        return condition.negative
    if isinstance(condition, AllOf):
        return all(map(_negative, condition.parts))
    if isinstance(condition, AnyOf):
        return any(map(_negative, condition.parts))
    return not any(map(_negative, condition.parts))


def _only_negative(rule: Rule, findings: Findings) -> None:
    if _negative(rule.condition):
        findings.warning(
            rule.condition.span,
            "only-negative",
            f'rule "{rule.id}" only says what must not be there: it matches every event without these fields',
            "add a test of what must be there, such as   message.text: {exists: yes}",
        )


def _self_untrigger(rule: Rule, findings: Findings) -> None:
    own = {fold(tag): tag for tag in (*rule.add, *rule.remove)}
    tagged = {f"{kind}.tags" for kind in rule.applies_to}
    for test in tests(rule.condition):
        written = [own[fold(value)] for value in test.written if fold(value) in own]
        if test.field.path in tagged and written:
            message = f'rule "{rule.id}" tests the tag "{written[0]}", which it changes itself'
            note = "adding a tag that is there, or removing one that is not, does nothing: the test is not needed"
            findings.warning(test.span, "self-untrigger", message, note)


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """What a condition can come out as, when fields that no notification carries are never known."""

    true: bool
    false: bool


def _not_carried(rule: Rule, findings: Findings) -> None:
    for test, kinds in _unread(rule):
        if any(_outcomes(rule.condition, kind).true for kind in rule.applies_to):
            message = f'"{test.field.path}" is not in the notifications about a {kinds}: {Carried.NEVER.value}'
            note = f'where it depends on this field, rule "{rule.id}" is left undecided and changes nothing'
            findings.warning(test.span, "costly-field", message, note)
        else:
            message = f'rule "{rule.id}" can never match: "{test.field.path}" {Carried.NEVER.value}'
            findings.error(test.span, "never-decided", message)


def _unread(rule: Rule) -> Iterator[tuple[Test, str]]:
    for test in tests(rule.condition):
        kinds = [kind for kind in rule.applies_to if _never(test, kind)]
        if kinds:
            yield test, " or a ".join(kinds)


def _never(test: Test, kind: Kind) -> bool:
    return fields.readable(test.field, kind) and fields.carried(test.field, kind) is Carried.NEVER


def _outcomes(condition: Condition, kind: Kind) -> _Outcomes:
    if isinstance(condition, Test):
        decided = not _never(condition, kind)
        return _Outcomes(decided, decided)
    parts = [_outcomes(part, kind) for part in condition.parts]
    if isinstance(condition, AllOf):
        return _Outcomes(all(part.true for part in parts), any(part.false for part in parts))
    any_of = _Outcomes(any(part.true for part in parts), all(part.false for part in parts))
    return any_of if isinstance(condition, AnyOf) else _Outcomes(any_of.false, any_of.true)
