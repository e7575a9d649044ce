"""A rule to reason about: the ways in which it can match, without those that cannot be."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from rules.deciding.asked import During, Needles
from rules.deciding.condition import Test, tests
from rules.deciding.rule import Rule
from rules.deciding.view import views
from rules.language import topics
from rules.language.values import Facts, Kind, Value
from rules.proof import clash, ways, wished, witness
from rules.proof.clash import Clash
from rules.proof.ways import TOPIC, TooMany, Way
from rules.proof.wished import Wished
from rules.proof.witness import Confirm, Witness
from rules.reading.sheet import facts
from rules.words.pattern import Pattern

_TRIED = 8
"""Ways for which an event is looked for."""

_PAIRS = 1_024


@dataclass(frozen=True)
class Subject:
    """`ways` are by kind of object, `wishes` what it does.

    `clashes` are why there are no other ways. Too many of them are none at all, and `too_many`. `looked_at` is how many
    there were to look at, those included that cannot be.
    """

    rule: Rule
    ways: Mapping[Kind, tuple[Way, ...]] = field(repr=False)
    wishes: frozenset[Wished] = field(repr=False)
    clashes: tuple[Clash, ...] = field(default=(), repr=False)
    too_many: bool = False
    looked_at: int = 0

    @property
    def dead(self) -> bool:
        """Whether no event at all can make the rule match."""
        return not self.too_many and not any(self.ways.values())

    @cached_property
    def effects(self) -> tuple[object, ...]:
        """What the rule does and how, for comparing."""
        rule = self.rule
        manner = (rule.group, rule.mode, rule.priority, rule.limits, rule.if_unmatched, rule.admin_id)
        return (*manner, self.wishes)


def of(rule: Rule) -> Subject:
    """What can be said of a rule."""
    possible: dict[Kind, tuple[Way, ...]] = {}
    clashes: dict[Clash, None] = {}
    looked_at = 0
    try:
        for kind in rule.applies_to:
            found = [(way, clash.of(way)) for way in ways.of(rule, kind)]
            possible[kind] = tuple(way for way, against in found if against is None)
            clashes.update((against, None) for _, against in found if against is not None)
            looked_at += len(found)
    except TooMany:
        return replace(unlooked(rule), looked_at=ways.MOST)
    return Subject(rule, possible, wished.wishes(rule), tuple(clashes), looked_at=looked_at)


def unlooked(rule: Rule) -> Subject:
    """A rule of which nothing is said, for it would take too long."""
    return Subject(rule, {}, wished.wishes(rule), too_many=True)


def matches(rule: Rule, event: Facts) -> bool:
    """Whether the rule, in whatever mode, matches an event."""
    ordinary, everything = views(event)
    view = everything if rule.names_sender else ordinary
    return event.kind in rule.applies_to and rule.concerns(event) and rule.predicate(view) is True


def events(subject: Subject) -> Iterator[tuple[Kind, Mapping[str, Value]]]:
    """Events that are likely to match the rule: those made for it, and its own examples."""
    for kind, row in subject.ways.items():
        for way in row[:_TRIED]:
            values = witness.event(way, kind)
            if values is not None:
                yield kind, values
    yield from examples(subject.rule)


def examples(rule: Rule) -> Iterator[tuple[Kind, Mapping[str, Value]]]:
    """The events that the author of a rule says it matches."""
    for example in rule.examples:
        if example.expectation in {"match", "known_false_alarm"}:
            for kind in rule.applies_to:
                topic = topics.likeliest(rule.events or (), kind, example.values)
                yield kind, {**({TOPIC: topic} if topic else {}), **example.values}


def seen_matching(subject: Subject) -> bool:
    """Whether there is an event that the rule was seen to match."""
    return any(matches(subject.rule, facts(kind, values)) for kind, values in events(subject))


def first(found: Iterable[tuple[Kind, Mapping[str, Value]]], confirm: Confirm) -> Witness | None:
    """The first of some events that is confirmed, as a fact sheet."""
    for kind, values in found:
        shown = witness.written(values, kind, confirm)
        if shown is not None:
            return shown
    return None


def effort(one: Subject, other: Subject) -> int:
    """How many pairs of ways there are to compare, at least one."""
    return max(1, sum(len(row) * len(other.ways.get(kind, ())) for kind, row in one.ways.items()))


def pairs(one: Subject, other: Subject, kind: Kind) -> Iterator[Way]:
    """The ways in which both rules can match one event, as far as is known. Raises `TooMany`."""
    mine, others = one.ways.get(kind, ()), other.ways.get(kind, ())
    if len(mine) * len(others) > _PAIRS:
        raise TooMany
    for first in mine:
        for second in others:
            shared = [path for path in first if path in second and first[path] != second[path]]
            both = ways.together(first, second)
            if clash.of(both, shared) is None:
                yield both


def obstacle(*rules: Rule) -> str:
    """What about some rules makes it hard to be sure of them."""
    asked = [test for rule in rules for test in tests(rule.condition)]
    if any(map(is_pattern, asked)):
        return "what patterns match is not worked out"
    if any(isinstance(test.asked, During) for test in asked):
        return "which times windows have in common is not worked out"
    return "no event was found that shows it, and nothing that rules it out"


def is_pattern(test: Test) -> bool:
    """Whether a test asks for patterns."""
    return isinstance(test.asked, Needles) and any(isinstance(needle, Pattern) for needle in test.asked.needles)
