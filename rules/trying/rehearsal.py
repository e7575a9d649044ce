"""Playing scenarios: what all rules together make of an event, beside what is expected of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.deciding.decision import Decision
from rules.deciding.effect import Effect, effects
from rules.deciding.ruleset import RuleSet
from rules.deciding.scenario import Scenario
from rules.findings.finding import Finding
from rules.findings.source import Span
from rules.language.values import Facts
from rules.reading import sheet
from rules.telling.report import plural


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that was not met: its key in the file, such as `expect.add`, and both sides of it."""

    place: str
    what: str
    expected: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def message(self) -> str:
        """The same in words."""
        return f"{self.what}: {', '.join(self.found) or 'none'}; expected: {', '.join(self.expected) or 'none'}"


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario and what came of it."""

    scenario: Scenario
    facts: Facts
    decision: Decision
    differences: tuple[Difference, ...]

    @property
    def as_expected(self) -> bool:
        """Whether every expectation was met."""
        return not self.differences


def play(rule_set: RuleSet) -> Iterator[Played]:
    """The outcome of every scenario of a rule set."""
    for scenario in rule_set.scenarios:
        facts = facts_of(scenario)
        decision = rule_set.decide(facts)
        yield Played(scenario, facts, decision, tuple(_differences(scenario, facts, decision)))


def facts_of(scenario: Scenario) -> Facts:
    """The event that a scenario describes."""
    return sheet.facts(scenario.kind, scenario.values)


def _differences(scenario: Scenario, facts: Facts, decision: Decision) -> Iterator[Difference]:
    expected = scenario.expected
    made = effects(decision, facts)
    for kind, tags in ((scenario.kind, expected.own), *expected.elsewhere.items()):
        prefix = "expect" if tags is expected.own else f"expect.{kind}"
        if tags.add is not None:
            yield from _compared(f"{prefix}.add", "tags added", tags.add, _tags(made, kind, added=True))
        if tags.remove is not None:
            yield from _compared(f"{prefix}.remove", "tags removed", tags.remove, _tags(made, kind, added=False))
    matched = tuple(match.rule for match in decision.matches)
    for place, what, wanted, found in (
        ("expect.matched", "rules that match", expected.matched, matched),
        ("expect.acted", "rules that act", expected.acted, decision.acted),
    ):
        if wanted is not None:
            yield from _compared(place, what, wanted, found)


def _tags(made: tuple[Effect, ...], kind: str, *, added: bool) -> tuple[str, ...]:
    return tuple(effect.tag for effect in made if effect.kind == kind and (effect.verb == "add") is added)


def _compared(place: str, what: str, wanted: tuple[str, ...], found: tuple[str, ...]) -> Iterator[Difference]:
    """Both as sets: the order of tags and rules means nothing."""
    if set(wanted) != set(found):
        yield Difference(place, what, wanted, found)


def failure(played: Played) -> Finding:
    """A scenario that did not come out as expected, as a finding whose notes are the differences."""
    scenario = played.scenario
    found = [_note(scenario, difference) for difference in played.differences]
    undecided = [f'rule "{rule}" is undecided: {", ".join(on)}' for rule, on in played.decision.undecided.items()]
    conflicts = [f'rules disagree about "{tag}", so nothing happens to it' for tag in played.decision.conflicts]
    span = scenario.span
    return Finding(
        span.file,
        span.line,
        span.column,
        "error",
        "failed-scenario",
        f'test "{scenario.name}" does not come out as expected',
        end_column=span.end_column,
        source_line=span.source.line(span.line),
        notes=(*found, *undecided, *conflicts),
    )


def details(played: Played) -> dict[str, Any]:
    """Why a scenario did not come out as expected, for programs."""
    return {
        "scenario": played.scenario.name,
        "differences": [
            {
                "line": span.line if (span := _place(played.scenario, difference)) else None,
                "key": difference.place,
                "expected": list(difference.expected),
                "found": list(difference.found),
            }
            for difference in played.differences
        ],
        "undecided": {rule: list(needed) for rule, needed in played.decision.undecided.items()},
        "conflicts": list(played.decision.conflicts),
    }


def _note(scenario: Scenario, difference: Difference) -> str:
    span = _place(scenario, difference)
    return f"line {span.line}: {difference.message}" if span else difference.message


def _place(scenario: Scenario, difference: Difference) -> Span | None:
    top = ".".join(difference.place.split(".")[:2])
    return scenario.places.get(difference.place) or scenario.places.get(top)


def summary(played: tuple[Played, ...]) -> str:
    """One line: how many there were, and what came of them."""
    failed = sum(not one.as_expected for one in played)
    return f"{plural(len(played), 'scenario')}: {f'{failed} failed' if failed else 'all as expected'}"
