"""Why every rule did, or did not, do something about an event."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rules.deciding.asked import Needles
from rules.deciding.condition import Condition, Test, Verdict
from rules.deciding.decision import Decision
from rules.deciding.predicate import Predicate, compile_condition
from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet
from rules.deciding.view import View, views
from rules.language.values import Absent, Facts, Value
from rules.trying.fate import Fate, Fates
from rules.trying.shadow import Otherwise
from rules.words.budget import STEPS, Budget, Spent
from rules.words.text import Text

_DECISIONS = 4
"""How many decisions an explanation may cost: it asks every rule, and each of its tests."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a test found: as the rule writes it, and where it stands if the value is a text."""

    phrase: str
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, what it came out as, and the same for its parts.

    `needed` tells whether the outcome of the whole was settled only after it. `value` is what a test saw, a text in the
    form in which it is read; `found` what it looks for and has found, also where it must not be there.
    """

    condition: Condition
    verdict: Verdict
    needed: bool
    parts: tuple["Asked", ...] = ()
    value: Value | Absent = Absent.MISSING
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one rule, why in words, and every test of it; None where it is for other kinds of objects."""

    rule: Rule
    fate: Fate
    reason: str
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision, how it would be if all rules were live, and the story of every rule in the order of the files."""

    facts: Facts
    decision: Decision
    otherwise: Otherwise | None
    stories: tuple[Story, ...]


def explain(rule_set: RuleSet, facts: Facts, budget: Budget | None = None) -> Explanation:
    """What the rules make of an event, and why.

    Beside the budget of the decision it spends no more than `budget`, by default of several decisions. Tests for which
    that does not suffice are told without what they found, and come out as undecided.
    """
    decision = rule_set.decide(facts)
    budget = budget or Budget(_DECISIONS * STEPS)
    ordinary, everything = views(facts, budget)
    records = [_record(rule, everything if rule.names_sender else ordinary, facts) for rule in rule_set.rules]
    asked = [recorded for recorded, _ in records]
    matched = {match.rule for match in decision.matches}
    verdicts = [
        _decided(rule, decision, matched) if spent else recorded.verdict if recorded else False
        for rule, (recorded, spent) in zip(rule_set.rules, records, strict=True)
    ]
    fates = Fates(facts, decision, zip(rule_set.rules, verdicts, strict=True))
    stories = (
        Story(rule, *fates.of(rule, verdict), recorded)
        for rule, verdict, recorded in zip(rule_set.rules, verdicts, asked, strict=True)
    )
    return Explanation(facts, decision, fates.otherwise, tuple(stories))


def _record(rule: Rule, view: View, facts: Facts) -> tuple[Asked | None, bool]:
    """What a rule asks, and whether the budget did not suffice for all of it."""
    recorder = _Recorder()
    recorded = recorder.record(rule.condition, view) if facts.kind in rule.applies_to else None
    return recorded, recorder.spent


def _decided(rule: Rule, decision: Decision, matched: Collection[str]) -> Verdict:
    """What a rule came out as where only the decision says so, which has a budget of its own."""
    if rule.id in matched:
        return True
    # Of those of a group that nothing depends on the decision says nothing.
    open_ = rule.id in decision.undecided or rule.id in decision.unevaluated or rule.group is not None
    return None if open_ else False


class _Recorder:
    """Notes what the evaluator makes of each part of a condition; asks those parts that it had no need of.

    `spent` tells whether the budget did not suffice for some part, which is then undecided.
    """

    def __init__(self) -> None:
        self._verdicts: dict[int, Verdict] = {}
        self.spent = False

    def record(self, condition: Condition, view: View) -> Asked:
        """Evaluate a condition, and tell of all its parts."""
        compile_condition(condition, self._noting)(view)
        return self._asked(condition, view)

    def _noting(self, condition: Condition, predicate: Predicate) -> Predicate:
        def noting(view: View) -> Verdict:
            verdict = self._verdicts[id(condition)] = self._affordable(predicate, view)
            return verdict

        return noting

    def _affordable(self, predicate: Predicate, view: View) -> Verdict:
        try:
            return predicate(view)
        except Spent:
            self.spent = True
            return None

    def _asked(self, condition: Condition, view: View) -> Asked:
        needed = id(condition) in self._verdicts
        verdict = self._verdicts[id(condition)] if needed else self._affordable(compile_condition(condition), view)
        if isinstance(condition, Test):
            return Asked(condition, verdict, needed, (), *self._seen(condition, view))
        return Asked(condition, verdict, needed, tuple(self._asked(part, view) for part in condition.parts))

    def _seen(self, test: Test, view: View) -> tuple[Value | Absent, tuple[Found, ...]]:
        try:
            return _seen(test, view)
        except Spent:
            self.spent = True
            return view.value(test.field.path), ()


def _seen(test: Test, view: View) -> tuple[Value | Absent, tuple[Found, ...]]:
    value = view.value(test.field.path)
    text = view.text(test.field) if isinstance(value, str) else None
    if not isinstance(text, Text):
        return value, tuple(Found(hit.phrase, None) for hit in test.seek(view) or ())
    if isinstance(test.asked, Needles):
        return text.normal, tuple(_all_found(test.asked, text))
    return text.normal, tuple(Found(hit.phrase, None) for hit in test.seek(view) or ())


def _all_found(asked: Needles, text: Text) -> Iterator[Found]:
    """Everything that is there, where one would have been enough, and where one more would have been needed."""
    for needle in asked.needles:
        place = needle.find(text)
        if place is not None:
            yield Found(needle.text, text.span(place))
