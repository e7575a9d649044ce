"""A condition as one function. Three truth values: what depends on a field not fetched is neither true nor false."""

from collections.abc import Callable

from rules.condition import AllOf, AnyOf, Condition, Test, Verdict
from rules.view import View

Predicate = Callable[[View], Verdict]


def compile_condition(condition: Condition) -> Predicate:
    """The function that tells whether the condition holds for an event."""
    if isinstance(condition, Test):
        return condition.verdict
    parts = tuple(map(compile_condition, condition.parts))
    if isinstance(condition, AllOf):
        return parts[0] if len(parts) == 1 else _all(parts)
    return _any(parts) if isinstance(condition, AnyOf) else _none(parts)


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
