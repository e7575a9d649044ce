"""Rules of one priority that can match the same event, of which one adds a tag that the other removes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rules.deciding.decision import Decision
from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet
from rules.language.values import Facts, Kind
from rules.proof import subject, told, witness
from rules.proof.subject import Subject
from rules.proof.told import Proof
from rules.proof.ways import TooMany, Way
from rules.proof.wished import Wished
from rules.proof.witness import Witness

MOST_PAIRS = 20_000
"""Pairs of ways to match, of rules with contrary effects, that are looked at: most rules have one."""

MOST_SEARCHES = 250
"""Pairs of them for which events are looked for."""

MOST_MATCHES = 50_000
"""Rules that match these events, all taken together: with very many alike every event takes long to decide."""

_TRIED = 6


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two rules with contrary effects: on which tags, by the kind of the event."""

    adding: Subject
    removing: Subject
    tags: Mapping[Kind, tuple[str, ...]]


class _Search:
    """Decisions of the whole set, and how many rules matched in all of them."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set
        self.matches = 0

    def decide(self, facts: Facts) -> Decision:
        decision = self._rule_set.decide(facts)
        self.matches += len(decision.matches)
        return decision


def look(rule_set: RuleSet, subjects: Sequence[Subject]) -> Iterator[Proof]:
    """Each pair of rules that disagree, once."""
    compared, searches, search = 0, 0, _Search(rule_set)
    for pair in _pairs(subjects):
        adding, removing = pair.adding.rule, pair.removing.rule
        if compared >= MOST_PAIRS or searches >= MOST_SEARCHES or search.matches >= MOST_MATCHES:
            reason = "there are too many pairs of rules with contrary effects to look at each"
            yield told.undecided(removing, "whether this rule, and those after it, disagree with others", reason)
            return
        compared += subject.effort(*_both(pair))
        try:
            ways = {kind: list(islice(subject.pairs(*_both(pair), kind), _TRIED)) for kind in pair.tags}
        except TooMany:
            yield told.undecided(removing, _whether(pair), "they can match in too many ways", adding)
            continue
        if any(ways.values()):
            searches += 1
            yield _proof(search, pair, ways)


def _both(pair: _Pair) -> tuple[Subject, Subject]:
    return pair.adding, pair.removing


def _pairs(subjects: Sequence[Subject]) -> Iterator[_Pair]:
    wishing: dict[Wished, list[int]] = {}
    for at, one in enumerate(subjects):
        for wish in one.wishes:
            wishing.setdefault(wish, []).append(at)
    told_of: set[tuple[int, int]] = set()
    for wish, adding in wishing.items():
        removing = wishing.get(wish.contrary, ()) if wish.action == "add" else ()
        for first in adding:
            for second in removing:
                one, other = subjects[first], subjects[second]
                if (first, second) not in told_of and _may_disagree(one.rule, other.rule):
                    told_of.add((first, second))
                    yield _Pair(one, other, _contrary(one, other))


def _may_disagree(adding: Rule, removing: Rule) -> bool:
    same_group = adding.group is not None and adding.group == removing.group
    return adding.id != removing.id and adding.priority == removing.priority and not same_group


def _contrary(adding: Subject, removing: Subject) -> Mapping[Kind, tuple[str, ...]]:
    tags: dict[Kind, list[str]] = {}
    for wish in sorted(adding.wishes):
        if wish.action == "add" and wish.contrary in removing.wishes:
            tags.setdefault(wish.event, []).append(wish.tag)
    return {kind: tuple(dict.fromkeys(row)) for kind, row in tags.items()}


def _proof(search: _Search, pair: _Pair, ways: Mapping[Kind, Sequence[Way]]) -> Proof:
    adding, removing = pair.adding.rule, pair.removing.rule
    for kind, row in ways.items():
        for tag in pair.tags[kind]:
            shown = _witness(search, pair, tag, kind, row)
            if shown is not None:
                return told.conflict(adding, removing, tag, shown)
    return told.undecided(removing, _whether(pair), subject.obstacle(adding, removing), adding)


def _whether(pair: _Pair) -> str:
    return f'whether rules "{pair.adding.rule.id}" and "{pair.removing.rule.id}" disagree about one event'


def _witness(search: _Search, pair: _Pair, tag: str, kind: Kind, row: Sequence[Way]) -> Witness | None:
    """An event that both rules match, and on which the whole set cannot decide about the tag."""
    rules = (pair.adding.rule, pair.removing.rule)

    def confirm(facts: Facts) -> bool:
        decision = search.decide(facts)
        acting = {match.rule for match in decision.matches if match.beaten_by is None}
        in_shadow = any(rule.mode == "shadow" for rule in rules)
        conflicts = decision.if_live.conflicts if in_shadow and decision.if_live else decision.conflicts
        return {rule.id for rule in rules} <= acting and tag in conflicts

    made = ((kind, values) for way in row if (values := witness.event(way, kind)) is not None)
    found = subject.first(made, confirm)
    return found or subject.first((one for rule in rules for one in subject.examples(rule) if one[0] == kind), confirm)
