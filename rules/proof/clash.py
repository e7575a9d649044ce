"""Tests of one field that surely cannot come out so together, whatever its value."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from typing import TypeVar, cast

from rules.deciding.asked import Age, Anything, Count, During, Members, Needles, Side
from rules.deciding.condition import Test
from rules.deciding.equality import OneOf
from rules.deciding.seek import EVENT_TIME
from rules.language import number
from rules.language.fields import Field, Type
from rules.language.number import Number, Range
from rules.proof.implication import answers, implies, needle_implies, numbers
from rules.proof.ways import Literal, Way
from rules.words.pattern import Pattern
from rules.words.substring import Substring
from rules.words.text import Text, fold

_MOST_VALUES = 1_000
_MOST_PAIRS = 20_000
_WORDED = frozenset({Type.TEXT, Type.STRING, Type.ENUM})

Literals = Sequence[Literal]
Clash = tuple[Literal, ...]


def of(way: Way, paths: Iterable[str] | None = None) -> Clash | None:
    """The tests because of which nothing can match in this way, or None if that is not certain.

    `paths` are the fields to look at, all of them where they are not given.
    """
    for path in way if paths is None else paths:
        # Most rules ask the same of the topic and the sender: only those that clash are asked why.
        if _clashing(way[path]):
            return of_field(way[path][0].test.field, way[path])
    return None


def implied(literal: Literal, literals: tuple[Literal, ...]) -> bool:
    """Whether a test of a field comes out so wherever others of the same field do that do not clash."""
    if len(literals) == 1 and literal.found is literals[0].found and _plain(literal, literals[0]):
        one, other = literals[0].test.asked, literal.test.asked
        return implies(one, other) if literal.found else implies(other, one)
    return literal in literals or _clashing((*literals, literal.other))


def _plain(one: Literal, other: Literal) -> bool:
    """Whether two tests ask for words, or for values in any case: then nothing but one following from the other counts.

    Most rules differ in such tests, so that they are looked at very often.
    """
    match one.test.asked, other.test.asked:
        case Needles(), Needles():
            return True
        case OneOf(exact_case=False), OneOf(exact_case=False):
            return one.test.field.type in _WORDED
        case _:
            return False


@lru_cache(maxsize=100_000)
def _clashing(literals: tuple[Literal, ...]) -> bool:
    return of_field(literals[0].test.field, literals) is not None


def of_field(field: Field, literals: Literals) -> Clash | None:
    """The tests of one field that exclude each other, or None if that is not certain.

    Where nothing has to be found a field without a value does.
    """
    found = [literal for literal in literals if literal.found]
    if not found or (len(literals) == 1 and literals[0].given):
        return None
    lacking = [literal for literal in literals if not literal.found]
    for one, other in product(found, lacking):
        if implies(one.test.asked, other.test.asked):
            return one, other
    others = () if field.type in _WORDED else (_numbers, _times, _ages, _members)
    for look in (_needles, _ends, _values, *others):
        clash = look(field, found, lacking)
        if clash is not None:
            # Without a value they could all come out so: it takes one that finds something.
            return clash if any(one.found for one in clash) else (found[0], *clash)
    return None


_Asked = TypeVar("_Asked")


def _asking(literals: Literals, what: type[_Asked]) -> list[tuple[Literal, _Asked]]:
    return [(one, one.test.asked) for one in literals if isinstance(one.test.asked, what)]


# Texts


def _needles(_field: Field, found: Literals, lacking: Literals) -> Clash | None:
    """Words that have to be there, and that others which may not be there are part of."""
    forbidden = [(one, asked) for one, asked in _asking(lacking, Needles) if not asked.every or len(asked.needles) == 1]
    banned = [needle for _, asked in forbidden for needle in asked.needles]
    for literal, asked in _asking(found, Needles):
        if not banned or len(asked.needles) * len(banned) > _MOST_PAIRS:
            continue
        gone = (any(needle_implies(needle, other) for other in banned) for needle in asked.needles)
        if any(gone) if asked.every else all(gone):
            return literal, *(one for one, _ in forbidden)
    return None


def _ends(_field: Field, found: Literals, _lacking: Literals) -> Clash | None:
    """Beginnings, or ends, of which none fits another."""
    asked = [(literal, needles) for literal, needles in _asking(found, Needles) if not needles.every]
    for at, (one, first) in enumerate(asked):
        for other, second in asked[at + 1 :]:
            if len(first.needles) * len(second.needles) <= _MOST_PAIRS and not _any_fit(first, second):
                return one, other
    return None


def _any_fit(one: Needles, other: Needles) -> bool:
    return any(_fit(first, second) for first in one.needles for second in other.needles)


def _fit(one: object, other: object) -> bool:
    """Whether two pieces can stand in one text; yes where that is not certain."""
    if not isinstance(one, Substring) or not isinstance(other, Substring) or one.exact_case is not other.exact_case:
        return True
    long, short = sorted((one.needle, other.needle), key=len, reverse=True)
    if one.where != other.where or one.where == "anywhere":
        return True
    return long.startswith(short) if one.where == "start" else long.endswith(short)


# Values

_Meaning = str | Number | bool
"""A value: a text in the form in which it is compared, a number, or yes and no."""


def _values(field: Field, found: Literals, lacking: Literals) -> Clash | None:
    """Some values, none of which fits all the rest."""
    listed = _asking(found, OneOf)
    if listed:
        first, asked = min(listed, key=lambda one: len(one[1].values))
        if len(asked.values) > _MOST_VALUES:
            return None
        meanings, reasons = tuple(_meanings(field, asked)), {first: None}
    elif field.type is Type.YES_NO:
        meanings, reasons = (True, False), {found[0]: None}
    else:
        return None
    for meaning in meanings:
        against = next((one for one in (*found, *lacking) if _surely_not(field, meaning, one)), None)
        if against is None:
            return None
        reasons[against] = None
    return tuple(reasons)


def _meanings(field: Field, asked: OneOf) -> Iterator[_Meaning]:
    """What the value of a field can be that is one of these, by its type."""
    if field.type is Type.YES_NO:
        yield from answers(asked)
    elif field.type is Type.NUMBER:
        yield from numbers(asked)
    else:
        yield from {fold(value) for value in asked.values}
        if field.type is Type.ATTRIBUTE:
            yield from numbers(asked)
            yield from answers(asked)


def _surely_not(field: Field, meaning: _Meaning, literal: Literal) -> bool:
    outcome = _outcome(field, meaning, literal.test)
    return outcome is not None and outcome is not literal.found


def _outcome(field: Field, meaning: _Meaning, test: Test) -> bool | None:
    """Whether a test finds what it asks for in a value, or None if that is not certain."""
    if isinstance(meaning, str):
        return _in_text(field, meaning, test)
    match test.asked:
        case OneOf(values) if len(values) <= _MOST_VALUES:
            return meaning in (answers(test.asked) if isinstance(meaning, bool) else numbers(test.asked))
        case Range():
            return not isinstance(meaning, bool) and meaning in test.asked
        case Anything():
            return True
        case Members() | Count():
            return False
        case _:
            return None


def _in_text(field: Field, text: str, test: Test) -> bool | None:  # noqa: PLR0911 - one for each thing to ask
    match test.asked:
        case OneOf(exact_case=False):
            return text in test.asked.texts
        case OneOf(values):
            return None if len(values) > _MOST_VALUES or text in set(map(fold, values)) else False
        case Needles(needles, every) if field.markup == "none" and fold(text) == text:
            if any(isinstance(needle, Pattern) or needle.exact_case for needle in needles):
                return None
            hits = (needle.find(Text(text)) is not None for needle in needles)
            return all(hits) if every else any(hits)
        case Range():
            return False if number.read(text) is None else None
        case Anything():
            return True if text else None
        case Members() | Count():
            return False
        case _:
            return None


# Numbers


def _numbers(field: Field, found: Literals, lacking: Literals) -> Clash | None:
    """Ranges that no number is in. A range looks at the number alone, however that is written."""
    ranges = _asking((*found, *lacking), Range)
    if field.type is not Type.NUMBER and not _asking(found, Range):
        return None
    # Of an attribute the text may be another one than the rule's, and still be the number.
    listed = _asking((*found, *lacking), OneOf) if field.type is Type.NUMBER else []
    bounds = {Fraction(bound) for _, asked in ranges for bound in (asked.low, asked.high) if bound is not None}
    bounds |= {Fraction(one) for _, asked in listed for one in numbers(asked)}
    if len(bounds) > _MOST_VALUES or not (ranges or listed):
        return None
    for at in _points(sorted(bounds)):
        # Comparing is exact with fractions too, which floats between two others are not.
        in_ranges = all((cast("float", at) in asked) is one.found for one, asked in ranges)
        if in_ranges and all((at in numbers(asked)) is one.found for one, asked in listed):
            return None
    return tuple(one for one, _ in (*ranges, *listed))


def _points(bounds: list[Fraction]) -> Iterator[Fraction]:
    """The bounds, and one number of each stretch between and beside them."""
    yield from bounds
    yield from ((low + high) / 2 for low, high in pairwise(bounds))
    yield bounds[0] - 1 if bounds else Fraction(0)
    yield bounds[-1] + 1 if bounds else Fraction(0)


# Times


def _times(field: Field, found: Literals, lacking: Literals) -> Clash | None:
    """Sides of times between which there is none."""
    if field.type is not Type.TIME and not any(isinstance(one.test.asked, Side | Age | During) for one in found):
        return None
    lows: list[tuple[datetime, bool, Literal]] = []
    highs: list[tuple[datetime, bool, Literal]] = []
    for one, asked in _asking((*found, *lacking), Side):
        is_low = (asked.side == "after") is one.found
        (lows if is_low else highs).append((asked.limit, one.found, one))
    for (low, low_open, one), (high, high_open, other) in product(lows, highs):
        if low > high or (low == high and (low_open or high_open)):
            return one, other
    return None


def _ages(field: Field, found: Literals, lacking: Literals) -> Clash | None:
    """Ages between which there is none. With one of them found both times are known."""
    if not _asking(found, Age):
        return None
    least: list[tuple[timedelta, Literal]] = []
    most: list[tuple[timedelta, Literal]] = []
    for one, asked in _asking((*found, *lacking), Age):
        (least if asked.older is one.found else most).append((asked.limit, one))
    for (above, one), (limit, other) in product(least, most):
        if above >= limit:
            return one, other
    if field.path == EVENT_TIME:
        return next(((one,) for above, one in least if above >= timedelta()), None)
    return None


# Lists


def _members(field: Field, found: Literals, lacking: Literals) -> Clash | None:
    """Entries that have to be there and may not, or more of them than may."""
    has = _asking(found, Members)
    if field.type is not Type.LIST and not any(isinstance(one.test.asked, Members | Count) for one in found):
        return None
    banning = [(one, asked) for one, asked in _asking(lacking, Members) if not asked.every or len(asked.values) == 1]
    banned = {fold(value) for _, asked in banning for value in asked.values}
    for one, asked in has:
        gone = [fold(value) in banned for value in asked.values]
        if any(gone) if asked.every else all(gone):
            return one, *(ban for ban, _ in banning)
    return _count(found, lacking)


def _count(found: Literals, lacking: Literals) -> Clash | None:
    caps = sorted(_asking(lacking, Count), key=lambda one: one[1].least)
    if not caps:
        return None
    cap, below = caps[0]
    needed = {fold(value): one for one, asked in _asking(found, Members) if asked.every for value in asked.values}
    floors: list[tuple[int, Clash]] = [(asked.least, (one,)) for one, asked in _asking(found, Count)]
    floors += [(len(needed), tuple(dict.fromkeys(needed.values()))), (1, tuple(found[:1]))]
    for floor, because in floors:
        if because and floor >= below.least:
            return *because, cap
    return None
