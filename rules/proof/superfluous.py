"""Rules that do nothing besides another one."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from rules.language.group import Group
from rules.language.values import Facts
from rules.proof import cover, subject, told
from rules.proof.subject import Subject
from rules.proof.told import Proof
from rules.proof.wished import Wished
from rules.proof.witness import Witness

MOST_PAIRS = 100_000
"""Pairs of ways in which rules can match that are compared: most rules have one."""

MOST_FOUND = 1_000
"""Superfluous rules after which no more are looked for."""


def look(subjects: Sequence[Subject]) -> Iterator[Proof]:
    """Of each rule that is superfluous the first of those that make it so."""
    near, compared, found = _Near(subjects), 0, 0
    for late, one in enumerate(subjects):
        for early in near.to(one):
            compared += subject.effort(subjects[early], one)
            if compared > MOST_PAIRS or found > MOST_FOUND:
                whether = "whether this rule, and those after it, do anything besides others"
                pairs = f"more than {MOST_PAIRS:,} ways to match would have to be compared"
                yield told.undecided(one.rule, whether, pairs if compared > MOST_PAIRS else "too many did not before")
                return
            proof = _proof(subjects[early], one, earlier=early < late) if early != late else None
            if proof is not None:
                found += 1
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


def _proof(wide: Subject, narrow: Subject, *, earlier: bool) -> Proof | None:
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
    shown = _witness(wide, narrow) if certain else None
    if shown is None:
        whether = f'whether rule "{narrow.rule.id}" does anything besides rule "{wide.rule.id}"'
        return told.undecided(narrow.rule, whether, subject.obstacle(wide.rule, narrow.rule), wide.rule)
    if twins:
        return told.duplicate(narrow.rule, wide.rule, shown)
    return told.shadowed(narrow.rule, wide.rule, shown, same_group=beats)


def _witness(wide: Subject, narrow: Subject) -> Witness | None:
    """An event that both rules match."""

    def confirm(facts: Facts) -> bool:
        return subject.matches(wide.rule, facts) and subject.matches(narrow.rule, facts)

    return subject.first(subject.events(narrow), confirm)
