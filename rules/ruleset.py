"""All rules together: what they make of one event."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from rules.account import needs, passed
from rules.decision import Action, Change, Decision, Match
from rules.rule import Rule
from rules.values import Facts, Kind
from rules.view import View, views


@dataclass(frozen=True)
class RuleSet:
    """A whole folder of rules, ready to decide. Immutable, so it may be used by many threads and swapped at any time.

    `hash` is short and changes with the content of the files, not with their names. `tags` are the names in
    `tags.yaml`. Rules are in the order of their files and lines.
    """

    hash: str
    rules: tuple[Rule, ...] = field(repr=False)
    tags: tuple[str, ...] = field(repr=False)

    def decide(self, facts: Facts) -> Decision:
        """The changes that the rules ask for. All rules see the same facts; none sees what another one does."""
        ordinary, everything = views(facts)
        matched: list[Rule] = []
        matches: list[Match] = []
        undecided: dict[str, tuple[str, ...]] = {}
        for rule in self._candidates(facts):
            view = everything if rule.names_sender else ordinary
            verdict = rule.predicate(view)
            if verdict:
                matched.append(rule)
                matches.append(_match(rule, view))
            elif verdict is None:
                undecided[rule.id] = tuple(dict.fromkeys(needs(rule.condition, view)))
        changes, conflicts = settle(facts.kind, (rule for rule in matched if rule.mode == "live"))
        return Decision(
            changes,
            _shadow(facts.kind, matched),
            tuple(matches),
            conflicts,
            MappingProxyType(undecided),
        )

    def _candidates(self, facts: Facts) -> Iterator[Rule]:
        """The rules that may match: an index that knows more about them may leave out more of them."""
        return (rule for rule in self._by_kind.get(facts.kind, ()) if rule.concerns(facts))

    @cached_property
    def _by_kind(self) -> Mapping[Kind, tuple[Rule, ...]]:
        active = [rule for rule in self.rules if rule.mode != "disabled"]
        kinds = {kind for rule in active for kind in rule.applies_to}
        return {kind: tuple(rule for rule in active if kind in rule.applies_to) for kind in kinds}


def settle(kind: Kind, matched: Iterable[Rule]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """The changes of matching rules, and the tags they cannot agree on.

    Where one rule adds a tag and another removes it the higher priority wins; with equal ones nothing happens to it.
    """
    wishes: dict[str, dict[Action, list[Rule]]] = {}
    for rule in matched:
        for action, tags in _wishes(rule):
            for tag in tags:
                wishes.setdefault(tag, {}).setdefault(action, []).append(rule)
    changes, conflicts = [], []
    for tag, by_action in wishes.items():
        winner = _winner(by_action)
        if winner is None:
            conflicts.append(tag)
        else:
            changes.append(_change(kind, tag, winner, by_action[winner]))
    return tuple(changes), tuple(conflicts)


def _wishes(rule: Rule) -> tuple[tuple[Action, tuple[str, ...]], ...]:
    return ("add", rule.add), ("remove", rule.remove)


def _winner(by_action: Mapping[Action, list[Rule]]) -> Action | None:
    highest = {action: max(rule.priority for rule in rules) for action, rules in by_action.items()}
    best = max(highest.values())
    winners = [action for action, priority in highest.items() if priority == best]
    return winners[0] if len(winners) == 1 else None


def _change(kind: Kind, tag: str, action: Action, rules: list[Rule]) -> Change:
    admin_id = next((rule.admin_id for rule in rules if rule.admin_id), None)
    return Change(kind, tag, action, tuple(rule.id for rule in rules), admin_id)


def _shadow(kind: Kind, matched: list[Rule]) -> tuple[Change, ...]:
    """What shadow rules would change if all rules were live."""
    shadow = {rule.id for rule in matched if rule.mode == "shadow"}
    if not shadow:
        return ()
    changes, _ = settle(kind, matched)
    return tuple(change for change in changes if shadow.intersection(change.rules))


def _match(rule: Rule, view: View) -> Match:
    return Match(rule.id, rule.mode == "shadow", tuple(passed(rule.condition, view)))
