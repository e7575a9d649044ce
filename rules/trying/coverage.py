"""How much of a rule set its examples and scenarios try."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.deciding.condition import Test, tests
from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet
from rules.deciding.view import views
from rules.findings.finding import Finding
from rules.findings.source import Span
from rules.language.operators import described
from rules.telling.report import plural
from rules.trying.rehearsal import Played
from rules.trying.trial import Outcome

_BOTH = frozenset({True, False})


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    covered: int
    all: int

    @property
    def percent(self) -> float:
        """The share in percent; all of nothing is everything."""
        return 100 * self.covered / self.all if self.all else 100.0

    def of(self, noun: str) -> str:
        """The share for people; never rounded up to everything."""
        return f"{self.covered:,} of {plural(self.all, noun)} ({int(self.percent)} %)"


@dataclass(frozen=True, slots=True)
class Coverage:
    """A rule is covered that was seen matching and not matching, a test that was seen holding and not holding.

    `gaps` are the rules and tests that were not. Rules that are disabled do not count.
    """

    rules: Share
    tests: Share
    gaps: tuple[Finding, ...]

    @property
    def percent(self) -> float:
        """The lower of both shares."""
        return min(self.rules.percent, self.tests.percent)


def measure(rule_set: RuleSet, outcomes: Iterable[Outcome], played: Iterable[Played]) -> Coverage:
    """What examples and scenarios have covered."""
    seen = _Seen()
    for outcome in outcomes:
        seen.of_rule(outcome.rule, outcome.matched)
        for one in outcome.seen:
            seen.of_test(one.test, one.verdict)
    for scene in played:
        seen.of_scene(rule_set, scene)
    rules = [rule for rule in rule_set.rules if rule.mode != "disabled"]
    inside = list({id(test): test for rule in rules for test in tests(rule.condition)}.values())
    of_rules = [gap for rule in rules if (gap := seen.rule_gap(rule))]
    of_tests = [gap for test in inside if (gap := seen.test_gap(test))]
    gaps = sorted((*of_rules, *of_tests), key=lambda gap: (gap.file, gap.line, gap.column))
    return Coverage(
        Share(len(rules) - len(of_rules), len(rules)),
        Share(len(inside) - len(of_tests), len(inside)),
        tuple(gaps),
    )


class _Seen:
    """What rules and tests have come out as. A test of a named condition is one test, wherever that is used."""

    def __init__(self) -> None:
        self._rules: dict[str, set[bool]] = {}
        self._tests: dict[int, set[bool]] = {}

    def of_rule(self, rule: Rule, matched: bool | None) -> None:
        """Note what a rule came out as; undecided is neither."""
        if matched is not None:
            self._rules.setdefault(rule.id, set()).add(matched)

    def of_test(self, test: Test, held: bool | None) -> None:
        """Note what a test came out as."""
        if held is not None:
            self._tests.setdefault(id(test), set()).add(held)

    def of_scene(self, rule_set: RuleSet, played: Played) -> None:
        """What every rule makes of the event of a scenario."""
        facts = played.facts
        ordinary, everything = views(facts)
        for rule in rule_set.rules:
            if facts.kind in rule.applies_to and rule.concerns(facts):
                view = everything if rule.names_sender else ordinary
                self.of_rule(rule, rule.predicate(view))
                for test in tests(rule.condition):
                    self.of_test(test, test.verdict(view))

    def rule_gap(self, rule: Rule) -> Finding | None:
        """What a rule was never seen to do, if there is anything."""
        lacking = _BOTH - self._rules.get(rule.id, set())
        if not lacking:
            return None
        never = "tried at all" if lacking == _BOTH else "seen matching" if True in lacking else "seen not matching"
        return _gap(rule.span, f'rule "{rule.id}" is never {never}')

    def test_gap(self, test: Test) -> Finding | None:
        """What a test was never seen to do, if there is anything."""
        lacking = _BOTH - self._tests.get(id(test), set())
        if not lacking:
            return None
        never = "tried at all" if lacking == _BOTH else "seen to hold" if True in lacking else "seen to fail"
        asked = f"{test.field.written} {described(test.operator, test.written)}"
        return _gap(test.span, f"this test is never {never}: {asked}")


def _gap(span: Span, message: str) -> Finding:
    line = span.source.line(span.line)
    return Finding(span.file, span.line, span.column, "error", "not-covered", message, None, span.end_column, line)
