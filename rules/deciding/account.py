"""Why a condition came out as it did, by the same tests that decided it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.deciding.condition import AllOf, AnyOf, Condition, Test, Verdict, tests
from rules.deciding.decision import Passed
from rules.deciding.predicate import compile_condition
from rules.deciding.view import View
from rules.language.values import Absent, Value
from rules.words.text import Place, Text


@dataclass(frozen=True, slots=True)
class Seen:
    """One test, what it came out as, and the value it saw; a text in the form in which it is read."""

    test: Test
    verdict: Verdict
    value: Value | Absent


def seen(condition: Condition, view: View) -> Iterator[Seen]:
    """Every test of a condition, those too that did not matter for the outcome."""
    for test in tests(condition):
        value = view.value(test.field.path)
        text = view.text(test.field) if isinstance(value, str) else None
        yield Seen(test, test.verdict(view), text.normal if isinstance(text, Text) else value)


def passed(condition: Condition, view: View) -> list[Passed]:
    """The positive tests that made a condition hold, with the words that were found."""
    found: list[Passed] = []
    _note(condition, view, found)
    return found


def _note(condition: Condition, view: View, found: list[Passed]) -> None:
    if isinstance(condition, Test):
        if not condition.negative:
            for phrase, place in condition.seek(view) or ():
                found.append(Passed(condition.field.path, condition.operator, phrase, _span(condition, view, place)))
    elif isinstance(condition, AllOf):
        for part in condition.parts:
            _note(part, view, found)
    elif isinstance(condition, AnyOf):
        for part in condition.parts:
            if compile_condition(part)(view):
                _note(part, view, found)


def needs(condition: Condition, view: View) -> Iterator[str]:
    """The fields that have to be fetched before a condition can be decided that is undecided now."""
    if isinstance(condition, Test):
        yield condition.field.path
    else:
        for part in condition.parts:
            if compile_condition(part)(view) is None:
                yield from needs(part, view)


def _span(test: Test, view: View, place: Place | None) -> tuple[int, int] | None:
    if place is None:
        return None
    text = view.text(test.field)
    return text.span(place) if isinstance(text, Text) else None
