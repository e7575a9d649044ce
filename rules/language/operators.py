"""The words of a test: which there are, on what, and what they take."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.language.fields import Type
from rules.language.quotation import listed


class Takes(enum.Enum):
    """What is written behind an operator; the value is how we call it in sentences."""

    PHRASES = "a list of words or phrases"
    PIECES = "a list of texts"
    PATTERNS = "a list of patterns"
    VALUES = "a list of values"
    VALUE = "one value"
    NUMBER = "a number"
    BOUNDS = "two numbers, as in [1, 10]"
    COUNT = "a whole number"
    TIME = "a time such as 2026-09-01 or 2026-09-01T18:00:00+02:00"
    LENGTH = "a length of time such as 90m, 12h, 7d or 2w"
    ANSWER = "yes or no"
    WINDOW = "the name of a window"


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator. `negates` names its positive twin, of which it is exactly the negation."""

    name: str
    takes: Takes
    negates: str | None = None


_OPERATORS = (
    Operator("mentions_any", Takes.PHRASES),
    Operator("mentions_all", Takes.PHRASES),
    Operator("mentions_none", Takes.PHRASES, negates="mentions_any"),
    Operator("contains_any", Takes.PIECES),
    Operator("contains_all", Takes.PIECES),
    Operator("contains_none", Takes.PIECES, negates="contains_any"),
    Operator("starts_with_any", Takes.PIECES),
    Operator("ends_with_any", Takes.PIECES),
    Operator("matches_any", Takes.PATTERNS),
    Operator("matches_none", Takes.PATTERNS, negates="matches_any"),
    Operator("is", Takes.VALUE),
    Operator("is_not", Takes.VALUE, negates="is"),
    Operator("in", Takes.VALUES),
    Operator("not_in", Takes.VALUES, negates="in"),
    Operator("at_least", Takes.NUMBER),
    Operator("at_most", Takes.NUMBER),
    Operator("above", Takes.NUMBER),
    Operator("below", Takes.NUMBER),
    Operator("between", Takes.BOUNDS),
    Operator("has_any", Takes.VALUES),
    Operator("has_all", Takes.VALUES),
    Operator("has_none", Takes.VALUES, negates="has_any"),
    Operator("count_at_least", Takes.COUNT),
    Operator("count_at_most", Takes.COUNT, negates="count_above"),
    Operator("before", Takes.TIME),
    Operator("after", Takes.TIME),
    Operator("within_last", Takes.LENGTH),
    Operator("older_than", Takes.LENGTH),
    Operator("during", Takes.WINDOW),
    Operator("not_during", Takes.WINDOW, negates="during"),
    Operator("exists", Takes.ANSWER),
)

OPERATORS: Mapping[str, Operator] = MappingProxyType({operator.name: operator for operator in _OPERATORS})

EXACT_CASE = "exact_case"
"""Not a test but a modifier of the others in its block."""

_MENTIONS = ("mentions_any", "mentions_all", "mentions_none")
_CONTAINS = ("contains_any", "contains_all", "contains_none", "starts_with_any", "ends_with_any")
_MATCHES = ("matches_any", "matches_none")
EQUALS = ("is", "is_not", "in", "not_in")
_NUMBERS = ("at_least", "at_most", "above", "below", "between")
_LISTS = ("has_any", "has_all", "has_none", "count_at_least", "count_at_most")
_TIMES = ("before", "after", "within_last", "older_than", "during", "not_during")

BY_TYPE: Mapping[Type, tuple[str, ...]] = MappingProxyType(
    {
        Type.TEXT: (*_MENTIONS, *_CONTAINS, *_MATCHES, "exists", EXACT_CASE),
        Type.STRING: (*EQUALS, *_CONTAINS, *_MENTIONS, *_MATCHES, "exists", EXACT_CASE),
        Type.ENUM: (*EQUALS, "exists"),
        Type.YES_NO: ("is", "exists"),
        Type.NUMBER: (*_NUMBERS, "is", "exists"),
        Type.LIST: (*_LISTS, "exists"),
        Type.TIME: (*_TIMES, "exists"),
        Type.ATTRIBUTE: (
            *EQUALS,
            *_CONTAINS,
            *_MENTIONS,
            *_MATCHES,
            *_NUMBERS,
            *_LISTS,
            *_TIMES,
            "exists",
            EXACT_CASE,
        ),
    },
)
"""What can be asked of each type of field, in the order in which it is listed for people."""

_LISTED = frozenset({Takes.PHRASES, Takes.PIECES, Takes.PATTERNS, Takes.VALUES, Takes.BOUNDS})


def described(operator: str, written: tuple[str, ...]) -> str:
    """An operator with what it takes, for people."""
    return f"{operator} {listed(written) if OPERATORS[operator].takes in _LISTED else written[0]}"
