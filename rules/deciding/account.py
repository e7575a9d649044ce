"""Why a condition came out as it did, by the same tests that decided it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.deciding.condition import AllOf, Condition, NoneOf, Test, Verdict, tests
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


def passed(condition: Condition, view: View) -> Iterator[Passed]:
    """The positive tests that made a condition hold, with the words that were found."""
    if isinstance(condition, Test):
        yield from _found(condition, view)
    elif not isinstance(condition, NoneOf):
        for part in condition.parts:
            if isinstance(condition, AllOf) or compile_condition(part)(view):
                yield from passed(part, view)


def needs(condition: Condition, view: View) -> Iterator[str]:
    """The fields that have to be fetched before a condition can be decided that is undecided now."""
    if isinstance(condition, Test):
        yield condition.field.path
    else:
        for part in condition.parts:
            if compile_condition(part)(view) is None:
                yield from needs(part, view)


def _found(test: Test, view: View) -> Iterator[Passed]:
    for hit in () if test.negative else test.seek(view) or ():
        yield Passed(test.field.path, test.operator, hit.phrase, _span(test, view, hit.place))


def _span(test: Test, view: View, place: Place | None) -> tuple[int, int] | None:
    text = view.text(test.field) if place else None
    return text.span(place) if place and isinstance(text, Text) else None
