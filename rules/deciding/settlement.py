"""What matching rules come to together: groups, priorities, and what is given up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rules.deciding.decision import Change, Settled, Withdrawal
from rules.deciding.rule import Action, Rule
from rules.language.group import Group
from rules.language.values import Kind


class Winners(NamedTuple):
    """The rules that may act; of the others, by their ids, the one that acts, or may yet act, in their place.

    `moot` are undecided ones that would not act in any case.
    """

    rules: tuple[Rule, ...]
    beaten: Mapping[str, str]
    waiting: Mapping[str, str]
    moot: frozenset[str]


def pick(matched: Iterable[Rule], undecided: Iterable[Rule]) -> Winners:
    """Of each group the first rule that matches, in the order of the file.

    As long as one before it is undecided nobody knows whether it is the first: it waits for that one.
    """
    acting: list[Rule] = []
    first: dict[Group, Rule] = {}
    beaten, waiting = {}, {}
    undecided = tuple(undecided)
    blocked = _earliest(undecided)
    for rule in matched:
        group = rule.group
        if group is None:
            acting.append(rule)
        elif group in first:
            beaten[rule.id] = first[group].id
        elif group in blocked and _before(blocked[group], rule):
            waiting[rule.id] = blocked[group].id
        else:
            first[group] = rule
            acting.append(rule)
    moot = (rule.id for rule in undecided if _moot(rule, first))
    return Winners(tuple(acting), beaten, waiting, frozenset(moot))


def _moot(rule: Rule, first: Mapping[Group, Rule]) -> bool:
    """Whether nothing depends on a rule: another one acts in its place, and it has nothing to give up."""
    winner = first.get(rule.group) if rule.group else None
    return winner is not None and _before(winner, rule) and rule.if_unmatched == "keep"


def _earliest(rules: Iterable[Rule]) -> dict[Group, Rule]:
    earliest: dict[Group, Rule] = {}
    for rule in rules:
        if rule.group is not None:
            earliest.setdefault(rule.group, rule)
    return earliest


def _before(one: Rule, other: Rule) -> bool:
    return (one.span.line, one.span.column) < (other.span.line, other.span.column)


def settle(kind: Kind, matched: Iterable[Rule], unmatched: Iterable[Rule] = ()) -> Settled:
    """The changes of the rules that may act, the tags they cannot agree on, and what the others give up.

    Where one rule adds a tag and another removes it the higher priority wins; with equal ones nothing happens to it.
    """
    wishes: dict[tuple[Kind, str], dict[Action, list[Rule]]] = {}
    for rule in matched:
        for target, tag, action in rule.wishes(kind):
            wishes.setdefault((target, tag), {}).setdefault(action, []).append(rule)
    changes, conflicts = [], []
    for (target, tag), by_action in wishes.items():
        winner = _winner(by_action)
        if winner is None:
            conflicts.append(tag)
        else:
            changes.append(_change(target, tag, winner, by_action[winner]))
    withdrawals = (Withdrawal(kind, tag, rule.id) for rule in unmatched for tag in rule.add)
    return Settled(tuple(changes), tuple(dict.fromkeys(conflicts)), tuple(withdrawals))


def _winner(by_action: Mapping[Action, Sequence[Rule]]) -> Action | None:
    if len(by_action) == 1:
        return next(iter(by_action))
    highest = {action: max(rule.priority for rule in rules) for action, rules in by_action.items()}
    best = max(highest.values())
    winners = [action for action, priority in highest.items() if priority == best]
    return winners[0] if len(winners) == 1 else None


def _change(kind: Kind, tag: str, action: Action, rules: Sequence[Rule]) -> Change:
    admin_id = next((rule.admin_id for rule in rules if rule.admin_id), None)
    return Change(kind, tag, action, tuple(rule.id for rule in rules), admin_id)
