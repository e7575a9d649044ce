"""What became of each rule, and why, in words."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from rules.deciding.condition import Verdict
from rules.deciding.decision import Change, Decision
from rules.deciding.rule import Action, Rule, Wish
from rules.deciding.settlement import Winners, pick
from rules.language.values import Facts
from rules.trying.shadow import Otherwise, otherwise

Fate = Literal["acts", "held back", "shadow", "undecided", "no match", "not concerned", "disabled"]
"""What became of a rule: `held back` matches and changes nothing, because other rules keep it from that."""

Told = tuple[Fate, str]
"""What became of a rule, and why."""

_DOES: dict[Action, tuple[str, str]] = {"add": ("adds", "add"), "remove": ("removes", "remove")}
_OPPOSITE: dict[Action, Action] = {"add": "remove", "remove": "add"}


class Fates:
    """The fates of all rules of one event, from what each came out as and from the decision."""

    def __init__(self, facts: Facts, decision: Decision, verdicts: Iterable[tuple[Rule, Verdict]]) -> None:
        self._facts = facts
        self._decision = decision
        active = [(rule, verdict) for rule, verdict in verdicts if _takes_part(rule, facts)]
        matched = [rule for rule, verdict in active if verdict]
        undecided = [rule for rule, verdict in active if verdict is None]
        self._if_live = pick(matched, undecided)
        self._live = pick(filter(_is_live, matched), filter(_is_live, undecided))

    @property
    def otherwise(self) -> Otherwise | None:
        """What would be different if the rules in shadow mode were live; None where they have nothing to do with it."""
        return otherwise(self._decision, self._if_live.waiting)

    def of(self, rule: Rule, verdict: Verdict) -> Told:
        """What became of a rule that came out so."""
        if self._facts.kind not in rule.applies_to:
            return "not concerned", f"is for a {' or a '.join(rule.applies_to)}, and this is a {self._facts.kind}"
        if rule.mode == "disabled":
            return "disabled", "is disabled" + ("; it would match" if verdict and self._concerns(rule) else "")
        if not self._concerns(rule):
            return "not concerned", f"does not look at {self._facts.get('event.topic')}"
        if rule.id in self._decision.undecided or rule.id in self._decision.unevaluated:
            return "undecided", self._waits(rule, verdict)
        if verdict:
            return self._in_shadow(rule) if rule.mode == "shadow" else self._at_work(rule)
        undecided = "is undecided, but nothing depends on it" if verdict is None else "does not match"
        return "no match", f"{undecided}{self._given_up(rule)}"

    def _concerns(self, rule: Rule) -> bool:
        return rule.concerns(self._facts)

    def _waits(self, rule: Rule, verdict: Verdict) -> str:
        if rule.id in self._decision.unevaluated:
            first = "matches, but waits for a rule of its group" if verdict else "was not evaluated"
            return f"{first}: this event takes more work than the budget of a decision allows"
        first = "matches, but waits for a rule of its group" if verdict else "is undecided"
        return f"{first}: nobody has fetched {' and '.join(self._decision.undecided[rule.id])}"

    def _given_up(self, rule: Rule) -> str:
        settled = self._decision.if_live if rule.mode == "shadow" else self._decision
        tags = [f"its claim on {gone.tag}" for gone in (settled.withdrawals if settled else ()) if gone.rule == rule.id]
        does = "in shadow mode: would give up" if rule.mode == "shadow" else "and gives up"
        return f", {does} {' and '.join(tags)}" if tags else ""

    # Rules that match

    def _at_work(self, rule: Rule) -> Told:
        first = self._live.beaten.get(rule.id)
        if first:
            return "held back", f'matches, but "{first}" of its group acts in its place'
        changes = _asked_for(rule, self._decision.changes)
        lost = self._lost(rule, self._live, self._decision.changes, would=False)
        made = ", ".join(map(self._said, changes))
        return ("acts" if made else "held back"), ", but ".join((f"matches{': ' * bool(made)}{made}", *lost))

    def _in_shadow(self, rule: Rule) -> Told:
        first = self._if_live.beaten.get(rule.id)
        if first:
            return "shadow", f'matches in shadow mode, but "{first}" of its group would act in its place'
        changes = self._decision.if_live.changes if self._decision.if_live else ()
        made = ", ".join(f"{self._said(change)}{self._beside(change)}" for change in _asked_for(rule, changes))
        would = f"matches in shadow mode{': would ' * bool(made)}{made}{self._in_place_of(rule)}"
        return "shadow", ", but ".join((would, *self._lost(rule, self._if_live, changes, would=True)))

    def _beside(self, change: Change) -> str:
        """What the live rules do to the same tag."""
        for live in self._decision.changes:
            if (live.kind, live.tag) == (change.kind, change.tag):
                same = live.action == change.action
                does = _does(live.rules, live.action)
                return (
                    f" (as {_named(live.rules)} {'do' if len(live.rules) > 1 else 'does'} anyway)"
                    if same
                    else f" (though {does} it now)"
                )
        return ""

    def _in_place_of(self, rule: Rule) -> str:
        """The live rules of its group that act now, and would not if it were live."""
        acting = {one.id for one in self._live.rules}
        beaten = [one for one, by in self._if_live.beaten.items() if by == rule.id and one in acting]
        return f", in place of {_named(beaten)} of its group" if beaten else ""

    def _lost(self, rule: Rule, winners: Winners, changes: tuple[Change, ...], *, would: bool) -> Iterator[str]:
        """What it wants and does not get, and who keeps it from that."""
        for wish in rule.wishes(self._facts.kind):
            made = next((one for one in changes if (one.kind, one.tag) == (wish.kind, wish.tag)), None)
            if made is None:
                nothing = "nothing would happen" if would else "nothing happens"
                others = self._against(wish, winners)
                yield f"{nothing} to {wish.tag}: {_does(others, _OPPOSITE[wish.action])} it with the same priority"
            elif made.action != wish.action:
                does = f"would {made.action}" if would else _DOES[made.action][len(made.rules) > 1]
                yield f"{_named(made.rules)} {does} {wish.tag} with a higher priority"

    def _against(self, wish: Wish, winners: Winners) -> list[str]:
        opposite = Wish(wish.kind, wish.tag, _OPPOSITE[wish.action])
        return [rule.id for rule in winners.rules if opposite in rule.wishes(self._facts.kind)]

    def _said(self, change: Change) -> str:
        where = "" if change.kind == self._facts.kind else f" on the {change.kind}"
        return f"{change.action} {change.tag}{where}"


def _takes_part(rule: Rule, facts: Facts) -> bool:
    return facts.kind in rule.applies_to and rule.mode != "disabled" and rule.concerns(facts)


def _is_live(rule: Rule) -> bool:
    return rule.mode == "live"


def _asked_for(rule: Rule, changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if rule.id in change.rules]


def _named(rules: Sequence[str]) -> str:
    return " and ".join(f'"{rule}"' for rule in rules)


def _does(rules: Sequence[str], action: Action) -> str:
    return f"{_named(rules)} {_DOES[action][len(rules) > 1]}"
