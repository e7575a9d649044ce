"""What an event must hold for a rule to match: the one thing under which an index files it.

Sound in all three truth values: where none of a condition's anchors is in an event, and their fields have been fetched,
the condition is certainly false.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rules.deciding.asked import Members, Needles
from rules.deciding.condition import AllOf, AnyOf, Condition, NoneOf, Test
from rules.deciding.equality import OneOf, yes_no
from rules.language import number
from rules.language.fields import Carried, Field, Type, carried
from rules.language.values import Kind
from rules.words.literals import necessary
from rules.words.pattern import Pattern
from rules.words.phrase import Phrase
from rules.words.substring import Substring
from rules.words.text import fold, whole_words

Where = Literal["word", "piece", "value", "member", "presence"]

LONGEST_PIECE = 16
"""Characters of a piece that are searched for. Bounds how many pieces can be found at one place of a text."""


class Anchor(NamedTuple):
    """One thing that an event may hold.

    A whole word of a text, a piece of it, a value of a field, a member of a list, or anything at all. `exact` says that
    it is looked for in the text with its case kept.
    """

    where: Where
    field: Field
    key: str | bool | float = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Anchors:
    """Anchors of which an event must hold at least one. `often` is a guess of how often events do, for comparing."""

    any_of: tuple[Anchor, ...]
    often: float


def anchors(condition: Condition, kind: Kind, *, holds: bool = True) -> Anchors | None:
    """The best anchors for a condition to hold, or, the other way round, not to hold; None where there are none."""
    if isinstance(condition, Test):
        return None if condition.negative is holds else _of_test(condition, kind)
    if isinstance(condition, NoneOf):
        condition, holds = AnyOf(condition.parts, condition.span), not holds
    parts = (anchors(part, kind, holds=holds) for part in condition.parts)
    return _one(parts) if isinstance(condition, AllOf) is holds else _each(parts)


def _one(parts: Iterable[Anchors | None]) -> Anchors | None:
    """Everything must hold, so that one part is enough: the rarest."""
    return min((part for part in parts if part), key=lambda part: part.often, default=None)


def _each(parts: Iterable[Anchors | None]) -> Anchors | None:
    """Any part may hold, so that none may be left out."""
    found: list[Anchors] = []
    for part in parts:
        if part is None:
            return None
        found.append(part)
    any_of = dict.fromkeys(anchor for part in found for anchor in part.any_of)
    return Anchors(tuple(any_of), sum(part.often for part in found))


def _of_test(test: Test, kind: Kind) -> Anchors | None:
    field = test.field
    never = carried(field, kind) is Carried.NEVER
    found = _of_asked(test) or _presence(field)
    # While a field has not been fetched, all rules that are filed under it have to be looked at.
    return Anchors(found.any_of, found.often + _NEVER) if found and never else found


def _of_asked(test: Test) -> Anchors | None:
    match test.asked:
        case Needles(needles, every):
            return (_one if every else _each)(_needle(test.field, needle) for needle in needles)
        case Members(values, every):
            return (_one if every else _each)(_single("member", test.field, fold(value)) for value in values)
        case OneOf(values):
            return _each(_value(test.field, value) for value in values)
        case _:
            return None


def _needle(field: Field, needle: Phrase | Substring | Pattern) -> Anchors | None:
    if isinstance(needle, Phrase):
        return _phrase(field, needle)
    if isinstance(needle, Substring):
        # In the searched form of a text hyphens may be spaces.
        return _piece(field, max(needle.needle.split("-"), key=len), exact=needle.exact_case)
    return _each(_piece(field, literal) for literal in necessary(needle.text) or ("",))


def _phrase(field: Field, phrase: Phrase) -> Anchors | None:
    needle = phrase.needle
    if phrase.open_ended or whole_words(needle) != [needle]:
        return _piece(field, needle, exact=phrase.exact_case)
    return _single("word", field, needle, exact=phrase.exact_case)


def _piece(field: Field, piece: str, *, exact: bool = False) -> Anchors | None:
    return _single("piece", field, piece[:LONGEST_PIECE], exact=exact) if piece else None


def _value(field: Field, value: str) -> Anchors:
    forms = (fold(value), number.read(value), yes_no(value))
    any_of = tuple(Anchor("value", field, form) for form in forms if form is not None)
    return Anchors(any_of, _CHOICE if field.type in _FEW else _often(field))


def _presence(field: Field) -> Anchors | None:
    """Where a field has no value every test of it fails but the negative ones. Every event has a time and a topic."""
    return None if field.group == "event" else Anchors((Anchor("presence", field),), _PRESENT)


def _single(where: Where, field: Field, key: str, *, exact: bool = False) -> Anchors:
    return Anchors(
        (Anchor(where, field, key, exact),), _often(field) if where == "member" else _heard(where, field, key)
    )


_FEW = (Type.ENUM, Type.YES_NO)
_CHOICE, _PRESENT, _NEVER = 300.0, 1_000.0, 100_000.0


def _often(field: Field) -> float:
    """In how many of a thousand events a field may have one certain value: a guess, good enough to choose by."""
    return 100.0 if field.type is Type.ATTRIBUTE else 30.0


def _heard(where: Where, field: Field, key: str) -> float:
    """The same of a word or a piece: rarer the longer it is, and rarer in a message than at the end of an address."""
    guess = (40.0 if where == "piece" else 20.0) / max(1, len(key))
    return guess if field.type is Type.TEXT else 50.0 + guess
