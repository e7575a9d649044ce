"""Rules that do nothing besides another one."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from rules.deciding.ruleset import RuleSet
from rules.language.group import Group
from rules.language.values import Facts
from rules.proof import cover, subject, told
from rules.proof.subject import Subject
from rules.proof.told import Proof
from rules.proof.wished import Wished
from rules.proof.witness import Witness

MOST_PAIRS = 100_000
"""Pairs of rules that are compared."""


def look(rule_set: RuleSet, subjects: Sequence[Subject]) -> Iterator[Proof]:
    """Of each rule that is superfluous the first of those that make it so."""
    near, compared = _Near(subjects), 0
    for late, one in enumerate(subjects):
        for early in near.to(one):
            compared += 1
            if compared > MOST_PAIRS:
                whether = "whether this rule, and those after it, do anything besides others"
                yield told.undecided(one.rule, whether, f"more than {MOST_PAIRS:,} pairs of rules would be compared")
                return
            proof = _proof(rule_set, subjects[early], one, earlier=early < late) if early != late else None
            if proof is not None:
                yield proof
                break


class _Near:
    """The rules that may make another one superfluous: of its group, or with something to do in common."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._groups: dict[Group, list[int]] = {}
        self._wishes: dict[Wished, list[int]] = {}
        for at, one in enumerate(subjects):
            if one.rule.group:
                self._groups.setdefault(one.rule.group, []).append(at)
            for wish in one.wishes:
                self._wishes.setdefault(wish, []).append(at)

    def to(self, one: Subject) -> Iterable[int]:
        """The places of those rules, and of itself."""
        rarest = min((self._wishes[wish] for wish in one.wishes), key=len, default=[])
        group = self._groups[one.rule.group] if one.rule.group else []
        return dict.fromkeys(chain(group, rarest))


def _proof(rule_set: RuleSet, wide: Subject, narrow: Subject, *, earlier: bool) -> Proof | None:
    beats, replaces = cover.may_beat(wide.rule, narrow.rule), cover.may_replace(wide, narrow)
    alike = cover.same_effects(wide, narrow)
    if not (beats or replaces or (alike and earlier)):
        return None
    certain = cover.covers(wide, narrow)
    if certain is False:
        return None
    twins = alike and cover.covers(narrow, wide) is True
    if not (beats or replaces or twins) or (twins and not earlier):
        return None  # of two that are alike the later one is told
    shown = _witness(rule_set, wide, narrow) if certain else None
    if shown is None:
        whether = f'whether rule "{narrow.rule.id}" does anything besides rule "{wide.rule.id}"'
        return told.undecided(narrow.rule, whether, subject.obstacle(wide.rule, narrow.rule), wide.rule)
    if twins:
        return told.duplicate(narrow.rule, wide.rule, shown)
    return told.shadowed(narrow.rule, wide.rule, shown, same_group=beats)


def _witness(rule_set: RuleSet, wide: Subject, narrow: Subject) -> Witness | None:
    """An event that both rules match, and that the whole set decides so."""

    def confirm(facts: Facts) -> bool:
        matched = {match.rule for match in rule_set.decide(facts).matches}
        return {wide.rule.id, narrow.rule.id} <= matched

    return subject.first(subject.events(narrow), confirm)
