"""What `=`, `>`, `~` and the other operators mean.

A field may have several values, as a conversation has several tags: then one that fits is enough, and the negative
operators want that none fits.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.search.days import Day
from simulator.search.fields import Field, Searched, Type

Test = Callable[[Sequence[Any]], bool]

_EQUALITY = ("=", "!=", "IN", "NIN")
_ORDER = (">", "<")
_ORDER_OR_EQUAL = (">=", "<=")
_TEXT = ("~", "!~", "^", "$")
_ALLOWED: Mapping[Type, Sequence[str]] = {
    "text": (*_EQUALITY, *_TEXT),
    "number": (*_EQUALITY, *_ORDER),
    "flag": _EQUALITY,
    "time": (*_EQUALITY, *_ORDER),
    "day": ("=", *_ORDER),
    "tag": ("=", "!="),
}


def allowed(kind: Searched, field: Field, type_: Type) -> Sequence[str]:
    """The operators that a field of that type takes."""
    also = (kind, field.name) == ("ticket", "created_at") or (kind, type_) == ("contact", "number")
    return (*_ALLOWED[type_], *_ORDER_OR_EQUAL) if also else _ALLOWED[type_]


def test_of(operator: str, wanted: Any) -> Test:  # noqa: ANN401 - JSON
    """The test of a field's values; `wanted` is of the field's type, a list of such for IN and NIN."""
    if operator in _NEGATIVE:
        positive = test_of(_NEGATIVE[operator], wanted)
        return lambda values: not positive(values)
    if wanted is None:
        return lambda values: not values
    single = _day_test(operator, wanted) if isinstance(wanted, Day) else _TESTS[operator](wanted)
    return lambda values: any(map(single, values))


_NEGATIVE = {"!=": "=", "NIN": "IN", "!~": "~"}


def _day_test(operator: str, day: Day) -> Callable[[float], bool]:
    match operator:
        case "=":
            return lambda moment: day.start <= moment < day.end
        case ">":
            return lambda moment: moment >= day.end
        case _:
            return lambda moment: moment < day.start


_TESTS: Mapping[str, Callable[[Any], Callable[[Any], bool]]] = {
    "=": lambda wanted: lambda value: bool(value == wanted),
    "IN": lambda wanted: lambda value: value in wanted,
    ">": lambda wanted: lambda value: bool(value > wanted),
    "<": lambda wanted: lambda value: bool(value < wanted),
    ">=": lambda wanted: lambda value: bool(value >= wanted),
    "<=": lambda wanted: lambda value: bool(value <= wanted),
    "~": lambda wanted: lambda value: wanted.casefold() in value.casefold(),
    "^": lambda wanted: lambda value: value.casefold().startswith(wanted.casefold()),
    "$": lambda wanted: lambda value: value.casefold().endswith(wanted.casefold()),
}
