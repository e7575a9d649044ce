"""Tests of single values that stand in many rules, each tried once in an event and not once for each rule."""

from collections.abc import Callable, Collection, Iterable, Iterator

from rules.deciding.condition import AllOf, Condition, Test, Verdict
from rules.deciding.equality import OneOf
from rules.deciding.view import View
from rules.language.fields import Type
from rules.language.number import Number
from rules.language.values import Absent
from rules.words.budget import Spent


class Gates:
    """The tests that rules must pass whatever else they ask. Immutable.

    Ten thousand rules have a few hundred of them; looking at a rule itself costs more than all of its gates.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        numbers: dict[Test, int] = {}
        self._of = tuple(
            tuple(dict.fromkeys(numbers.setdefault(test, len(numbers)) for test in _needed(condition)))
            for condition in conditions
        )
        self._verdicts = tuple(test.verdict for test in numbers)
        # Kept apart from the tests, which lie all over the memory: to look at one costs more than to decide it.
        self._negative = frozenset(gate for test, gate in numbers.items() if test.negative)
        choices: dict[str, _Choice] = {}
        self._choices = tuple(
            choices.setdefault(test.field.path, _Choice(test.field.path)).file(gate, test.asked)
            if isinstance(test.asked, OneOf) and test.field.markup == "none" and not test.asked.exact_case
            else None
            for test, gate in numbers.items()
        )

    def open(self, places: Iterable[int], view: View) -> Iterator[int]:
        """The places of the rules none of whose gates is certainly closed."""
        known: dict[int, Verdict] = {}
        held: dict[_Choice, Collection[int] | None] = {}
        for place in places:
            for gate in self._of[place]:
                if gate not in known:
                    known[gate] = self._verdict(gate, view, held)
                if known[gate] is False:
                    break
            else:
                yield place

    def _verdict(self, gate: int, view: View, held: dict["_Choice", Collection[int] | None]) -> Verdict:
        choice = self._choices[gate]
        if choice is None:
            return _tried(self._verdicts[gate], view)
        if choice not in held:
            held[choice] = choice.held(view)
        gates = held[choice]
        return None if gates is None else (gate in gates) is (gate not in self._negative)


class _Choice:
    """The gates that ask whether one field is one of some values: one look at the field answers all of them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._texts: dict[str, set[int]] = {}
        self._numbers: dict[Number, set[int]] = {}
        self._answers: dict[bool, set[int]] = {}

    def file(self, gate: int, asked: OneOf) -> "_Choice":
        """Add a gate."""
        for text in asked.texts:
            self._texts.setdefault(text, set()).add(gate)
        for found in asked.numbers:
            self._numbers.setdefault(found, set()).add(gate)
        for answer in asked.answers:
            self._answers.setdefault(answer, set()).add(gate)
        return self

    def held(self, view: View) -> Collection[int] | None:
        """The gates one of whose values it is; None if it was not fetched, or if the budget does not suffice."""
        try:
            value = view.compared(self._path)
        except Spent:
            return None
        if isinstance(value, str):
            return self._texts.get(value, ())
        if isinstance(value, bool):
            return self._answers.get(value, ())
        if isinstance(value, int | float):
            return self._numbers.get(value, ())
        return None if value is Absent.NOT_FETCHED else ()


def _tried(verdict: Callable[[View], Verdict], view: View) -> Verdict:
    """What a test comes out as; None too where the budget does not suffice to say."""
    try:
        return verdict(view)
    except Spent:
        return None


def _needed(condition: Condition) -> Iterator[Test]:
    """The tests without which a condition cannot hold, but for those that search a text."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _needed(part)
    elif isinstance(condition, Test) and condition.field.type is not Type.TEXT:
        yield condition
