"""All rules together: what they make of one event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from rules.deciding import reads
from rules.deciding.account import needs, passed
from rules.deciding.decision import Decision, Match, Passed, Settled
from rules.deciding.index import Index
from rules.deciding.rule import Rule
from rules.deciding.scenario import Scenario
from rules.deciding.settlement import Winners, pick, settle
from rules.deciding.view import View, views
from rules.language.limits import Limits
from rules.language.values import Absent, Facts, Kind
from rules.words.budget import MATCH, STEPS, Budget, Spent

_WRITTEN = ("message.text", "message.full_text", "message.subject", "message.links", "message.attachments")


@dataclass(frozen=True)
class RuleSet:
    """A whole folder of rules, ready to decide. Immutable, so it may be used by many threads and swapped at any time.

    `hash` is short and changes with the content of the files, not with their names. `tags` are the names in
    `tags.yaml`. Rules are in the order of their files and lines. `scenarios` are what they should do together.
    """

    hash: str
    rules: tuple[Rule, ...] = field(repr=False)
    tags: tuple[str, ...] = field(repr=False)
    scenarios: tuple[Scenario, ...] = field(default=(), repr=False)

    def decide(self, facts: Facts, budget: Budget | None = None) -> Decision:
        """The changes that the rules ask for. All rules see the same facts; none sees what another one does.

        Spends no more than the `budget`, by default of `STEPS`: what it does not suffice for is `unevaluated`.
        """
        event = _Event(facts, budget or Budget(STEPS))
        for rule in self._candidates(event):
            event.evaluate(rule)
        return event.decision(self._withdrawing.get(facts.kind, ()))

    def prepare(self) -> "RuleSet":
        """Work out now what the first event would otherwise wait for."""
        for index in self.indexes.values():
            index.prepare()
        return self

    @cached_property
    def limits(self) -> Mapping[str, Limits]:
        """The rules that are to be stopped at a limit, by their ids."""
        return MappingProxyType({rule.id: rule.limits for rule in self.rules if rule.limits is not None})

    @cached_property
    def indexes(self) -> Mapping[Kind, Index]:
        """By kind of object, the active rules, to be found by what an event holds."""
        return MappingProxyType({kind: Index(rules, kind) for kind, rules in self._by_kind.items()})

    def _candidates(self, event: "_Event") -> Iterable[Rule]:
        """In their order, at least the rules that match, or that depend on something that has not been fetched."""
        index = self.indexes.get(event.facts.kind)
        found = index.candidates(event.ordinary, event.everything) if index else ()
        return (rule for rule in found if rule.concerns(event.facts))

    @cached_property
    def _withdrawing(self) -> Mapping[Kind, tuple[Rule, ...]]:
        by_kind = self._by_kind.items()
        return {kind: tuple(rule for rule in rules if rule.if_unmatched == "remove") for kind, rules in by_kind}

    @cached_property
    def reading_tags(self) -> frozenset[Kind]:
        """The kinds of objects whose own tags some active rule asks about, for events about them."""
        return frozenset(
            kind for kind, rules in self._by_kind.items() if any(rule.asks(f"{kind}.tags") for rule in rules)
        )

    @cached_property
    def _by_kind(self) -> Mapping[Kind, tuple[Rule, ...]]:
        active = [rule for rule in self.rules if rule.mode != "disabled"]
        kinds = {kind for rule in active for kind in rule.applies_to}
        return {kind: tuple(rule for rule in active if kind in rule.applies_to) for kind in kinds}


class _Event:
    """One event on its way to a decision: what the rules that were evaluated came out as."""

    def __init__(self, facts: Facts, budget: Budget) -> None:
        self.facts = facts
        self.ordinary, self.everything = views(facts, budget)
        self._budget = budget
        self._matched: list[Rule] = []
        self._passed: dict[str, tuple[Passed, ...]] = {}
        self._open: list[Rule] = []
        self._asked: dict[str, tuple[str, ...]] = {}

    def evaluate(self, rule: Rule) -> None:
        """Find out whether a rule matches, and why."""
        view = self._view(rule)
        try:
            self._budget.spend(rule.steps)
            verdict = rule.predicate(view)
            if verdict:
                self._budget.spend(MATCH)
                self._passed[rule.id] = tuple(passed(rule.condition, view))
            elif verdict is None:
                self._asked[rule.id] = tuple(needs(rule.condition, view))
        except Spent:
            verdict = None
        if verdict:
            self._matched.append(rule)
        elif verdict is None:
            self._open.append(rule)

    def decision(self, withdrawing: Sequence[Rule]) -> Decision:
        """What the evaluated rules come to. Those `withdrawing` give up their tags where they do not match."""
        unmatched = tuple(self._unmatched(withdrawing))
        everything = pick(self._matched, self._open)
        only_live = all(rule.mode == "live" for rule in (*self._matched, *self._open))
        live = everything if only_live else pick(filter(_is_live, self._matched), filter(_is_live, self._open))
        settled = settle(self.facts.kind, live.rules, filter(_is_live, unmatched))
        waiting = tuple(self._waiting(live, everything)) if everything.waiting or live.waiting else ()
        undecided = self._needs(live, waiting)
        return Decision(
            settled.changes,
            tuple(self._match(rule, everything if rule.mode == "shadow" else live) for rule in self._matched),
            settled.conflicts,
            settled.withdrawals,
            undecided,
            reads.needs(undecided, self.facts) if undecided else (),
            self._if_live(everything, unmatched),
            tuple(sorted(self.ordinary.mismatched | self.everything.mismatched)),
            self._unevaluated(live, waiting),
        )

    def _view(self, rule: Rule) -> View:
        return self.everything if rule.names_sender else self.ordinary

    def _unmatched(self, withdrawing: Sequence[Rule]) -> Iterator[Rule]:
        """The rules that look at this event and certainly do not match it; without a message, not those about one."""
        others = {rule.id for rule in (*self._matched, *self._open)} if withdrawing else set()
        for rule in withdrawing:
            if rule.id not in others and rule.concerns(self.facts):
                view = self._view(rule)
                if not rule.reads_message or any(not isinstance(view.value(path), Absent) for path in _WRITTEN):
                    yield rule

    def _if_live(self, everything: Winners, unmatched: tuple[Rule, ...]) -> Settled | None:
        if all(map(_is_live, self._matched)) and all(map(_is_live, unmatched)):
            return None
        return settle(self.facts.kind, everything.rules, unmatched)

    def _needs(self, live: Winners, waiting: Sequence[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
        """Rules that are not decided, and those that wait for one of their group, with the fields that would help."""
        asked = {
            rule.id: reads.cheapest_first(self._asked[rule.id], self.facts)
            for rule in self._open
            if rule.id in self._asked and rule.id not in live.moot
        }
        return MappingProxyType(asked | {rule: asked[by] for rule, by in waiting if by in self._asked})

    def _unevaluated(self, live: Winners, waiting: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """Rules for which the budget did not suffice, and those that wait for one of their group."""
        itself = (rule.id for rule in self._open if rule.id not in self._asked and rule.id not in live.moot)
        return (*itself, *(rule for rule, by in waiting if by not in self._asked))

    def _waiting(self, live: Winners, everything: Winners) -> Iterator[tuple[str, str]]:
        """Matching rules that wait for one of their group, and for which."""
        for rule in self._matched:
            by = (everything if rule.mode == "shadow" else live).waiting.get(rule.id)
            if by:
                yield rule.id, by

    def _match(self, rule: Rule, winners: Winners) -> Match:
        beaten_by = winners.beaten.get(rule.id)
        return Match(rule.id, rule.mode == "shadow", self._passed[rule.id], beaten_by, rule.limits)


def _is_live(rule: Rule) -> bool:
    return rule.mode == "live"
