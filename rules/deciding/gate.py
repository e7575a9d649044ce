"""Tests of single values that stand in many rules, each tried once in an event and not once for each rule."""

from collections.abc import Callable, Iterable, Iterator

from rules.deciding.condition import AllOf, Condition, Test, Verdict
from rules.deciding.view import View
from rules.language.fields import Type
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

    def open(self, places: Iterable[int], view: View) -> Iterator[int]:
        """The places of the rules none of whose gates is certainly closed."""
        known: dict[int, Verdict] = {}
        verdicts = self._verdicts
        for place in places:
            for gate in self._of[place]:
                if gate not in known:
                    known[gate] = _tried(verdicts[gate], view)
                if known[gate] is False:
                    break
            else:
                yield place


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
