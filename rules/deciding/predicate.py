"""A condition as one function. Three truth values: what depends on a field not fetched is neither true nor false."""

from collections.abc import Callable

from rules.deciding.asked import Needles
from rules.deciding.condition import AllOf, AnyOf, Condition, Test, Verdict
from rules.deciding.view import View
from rules.words.pattern import Pattern

Predicate = Callable[[View], Verdict]

Recorder = Callable[[Condition, Predicate], Predicate]
"""Stands between a condition and its predicate, and may note what comes out; it must not change it."""


def compile_condition(condition: Condition, recorder: Recorder | None = None) -> Predicate:
    """The function that tells whether the condition holds for an event."""
    predicate = _compiled(condition, recorder)
    return recorder(condition, predicate) if recorder else predicate


def _compiled(condition: Condition, recorder: Recorder | None) -> Predicate:
    if isinstance(condition, Test):
        return condition.verdict
    # The order of the parts changes nothing but the time it takes.
    parts = tuple(compile_condition(part, recorder) for part in sorted(condition.parts, key=_cost))
    if isinstance(condition, AllOf):
        return parts[0] if len(parts) == 1 else _all(parts)
    return _any(parts) if isinstance(condition, AnyOf) else _none(parts)


def _cost(condition: Condition) -> int:
    """For comparing: looking at a value is cheaper than searching a text, and words are cheaper than patterns."""
    if not isinstance(condition, Test):
        return sum(map(_cost, condition.parts))
    if not isinstance(condition.asked, Needles):
        return 1
    patterns = sum(isinstance(needle, Pattern) for needle in condition.asked.needles)
    return 3 * len(condition.asked.needles) + 30 * patterns


def _all(parts: tuple[Predicate, ...]) -> Predicate:
    def predicate(view: View) -> Verdict:
        verdict: Verdict = True
        for part in parts:
            held = part(view)
            if held is False:
                return False
            verdict = verdict and held
        return verdict

    return predicate


def _any(parts: tuple[Predicate, ...]) -> Predicate:
    def predicate(view: View) -> Verdict:
        verdict: Verdict = False
        for part in parts:
            held = part(view)
            if held is True:
                return True
            if held is None:
                verdict = None
        return verdict

    return predicate


def _none(parts: tuple[Predicate, ...]) -> Predicate:
    any_of = _any(parts)

    def predicate(view: View) -> Verdict:
        held = any_of(view)
        return None if held is None else not held

    return predicate
