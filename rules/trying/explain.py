"""Why every rule did, or did not, do something about an event."""

from dataclasses import dataclass
from typing import Literal

from rules.deciding.condition import Condition, Test, Verdict
from rules.deciding.decision import Change, Decision
from rules.deciding.predicate import Predicate, compile_condition
from rules.deciding.rule import Rule, Wish
from rules.deciding.ruleset import RuleSet
from rules.deciding.view import View, views
from rules.language.values import Absent, Facts, Value
from rules.words.text import Text

Fate = Literal["acts", "held back", "shadow", "undecided", "no match", "not concerned", "disabled"]
"""What became of a rule: `held back` matches and changes nothing, because other rules keep it from that."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a test found: as the rule writes it, and where it stands if the value is a text."""

    phrase: str
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, what it came out as, and the same for its parts.

    `needed` tells whether the outcome of the whole was settled only after it. `value` is what a test saw, a text in the
    form in which it is read; `found` what it looks for and has found, also where it must not be there.
    """

    condition: Condition
    verdict: Verdict
    needed: bool
    parts: tuple["Asked", ...] = ()
    value: Value | Absent = Absent.MISSING
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one rule, why in words, and every test of it; None where it is for other kinds of objects."""

    rule: Rule
    fate: Fate
    reason: str
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision, and the story of every rule in the order of the files."""

    facts: Facts
    decision: Decision
    stories: tuple[Story, ...]


def explain(rule_set: RuleSet, facts: Facts) -> Explanation:
    """What the rules make of an event, and why."""
    decision = rule_set.decide(facts)
    ordinary, everything = views(facts)
    stories = (_story(rule, everything if rule.names_sender else ordinary, facts, decision) for rule in rule_set.rules)
    return Explanation(facts, decision, tuple(stories))


def _story(rule: Rule, view: View, facts: Facts, decision: Decision) -> Story:
    if facts.kind not in rule.applies_to:
        wanted = " or a ".join(rule.applies_to)
        return Story(rule, "not concerned", f"is for a {wanted}, and this is a {facts.kind}", None)
    asked = _Recorder().record(rule.condition, view)
    return Story(rule, *_fate(rule, asked.verdict, facts, decision), asked)


class _Recorder:
    """Notes what the evaluator makes of each part of a condition; asks those parts that it had no need of."""

    def __init__(self) -> None:
        self._verdicts: dict[int, Verdict] = {}

    def record(self, condition: Condition, view: View) -> Asked:
        """Evaluate a condition, and tell of all its parts."""
        compile_condition(condition, self._noting)(view)
        return self._asked(condition, view)

    def _noting(self, condition: Condition, predicate: Predicate) -> Predicate:
        def noting(view: View) -> Verdict:
            verdict = self._verdicts[id(condition)] = predicate(view)
            return verdict

        return noting

    def _asked(self, condition: Condition, view: View) -> Asked:
        needed = id(condition) in self._verdicts
        verdict = self._verdicts[id(condition)] if needed else compile_condition(condition)(view)
        if isinstance(condition, Test):
            return Asked(condition, verdict, needed, (), *_seen(condition, view))
        return Asked(condition, verdict, needed, tuple(self._asked(part, view) for part in condition.parts))


def _seen(test: Test, view: View) -> tuple[Value | Absent, tuple[Found, ...]]:
    value = view.value(test.field.path)
    text = view.text(test.field) if isinstance(value, str) else None
    hits = test.seek(view) or ()
    if not isinstance(text, Text):
        return value, tuple(Found(hit.phrase, None) for hit in hits)
    return text.normal, tuple(Found(hit.phrase, text.span(hit.place) if hit.place else None) for hit in hits)


def _fate(rule: Rule, verdict: Verdict, facts: Facts, decision: Decision) -> tuple[Fate, str]:
    if rule.mode == "disabled":
        return "disabled", "is disabled" + ("; it would match" if verdict and rule.concerns(facts) else "")
    if not rule.concerns(facts):
        return "not concerned", f"does not look at {facts.get('event.topic')}"
    if rule.id in decision.undecided:
        needs = " and ".join(decision.undecided[rule.id])
        first = "matches, but waits for a rule of its group" if verdict else "is undecided"
        return "undecided", f"{first}: nobody has fetched {needs}"
    if not verdict:
        given_up = [f"its claim on {gone.tag}" for gone in decision.withdrawals if gone.rule == rule.id]
        gives_up = f", and gives up {' and '.join(given_up)}" if given_up else ""
        undecided = "is undecided, but nothing depends on it" if verdict is None else "does not match"
        return "no match", undecided + gives_up
    return _matching(rule, facts, decision)


def _matching(rule: Rule, facts: Facts, decision: Decision) -> tuple[Fate, str]:
    beaten_by = next(match.beaten_by for match in decision.matches if match.rule == rule.id)
    if beaten_by:
        return "held back", f'matches, but "{beaten_by}" of its group acts in its place'
    changes = decision.shadow if rule.mode == "shadow" else decision.changes
    conflicts = decision.if_live.conflicts if rule.mode == "shadow" and decision.if_live else decision.conflicts
    mine = [change for change in changes if rule.id in change.rules]
    made = [_change(change, facts) for change in mine]
    lost = [_lost(wish, conflicts) for wish in rule.wishes(facts.kind) if not _won(wish, mine)]
    if rule.mode == "shadow":
        would = [f"would {', '.join(made)}"] if made else []
        return "shadow", _sentence("matches in shadow mode", would, lost)
    return ("acts" if made else "held back"), _sentence("matches", made, lost)


def _sentence(start: str, made: list[str], lost: list[str]) -> str:
    return ", but ".join((": ".join((start, *([", ".join(made)] if made else []))), *lost))


def _change(change: Change, facts: Facts) -> str:
    where = "" if change.kind == facts.kind else f" on the {change.kind}"
    return f"{change.action} {change.tag}{where}"


def _won(wish: Wish, changes: list[Change]) -> bool:
    return any((change.kind, change.tag, change.action) == tuple(wish) for change in changes)


def _lost(wish: Wish, conflicts: tuple[str, ...]) -> str:
    if wish.tag in conflicts:
        return f"nothing happens to {wish.tag}, because a rule of the same priority wants the opposite"
    return f"{wish.tag} is decided by a rule of higher priority"
