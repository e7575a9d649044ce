"""Values of a field that may be what some tests ask for. Which of them are, the tests themselves say."""

import html
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, product

from rules.deciding.asked import Age, Asked, During, Members, Needles, Side
from rules.deciding.equality import OneOf
from rules.language.fields import Field, Type
from rules.language.number import Number, Range
from rules.language.values import Value
from rules.proof.implication import Needle, needle_implies, numbers
from rules.proof.ways import Literal
from rules.words import literals
from rules.words.pattern import Pattern
from rules.words.phrase import ANY_ENDING, Phrase
from rules.words.substring import Substring

MOST = 2_000
"""Values that are tried for one field."""

_FEW = 40
_GLUES = (" ", "", ", ")
_SECOND = timedelta(seconds=1)
_HALF_HOUR = timedelta(minutes=30)
_WEEK = 7 * 48

Literals = Sequence[Literal]


def candidates(field: Field, asked: Literals, now: datetime) -> Iterator[Value]:
    """The values, the likeliest first, for an event at `now`."""
    return islice(_all(field, asked, now), MOST)


def _all(field: Field, asked: Literals, now: datetime) -> Iterator[Value]:
    match field.type:
        case Type.TEXT | Type.STRING:
            yield from _listed(asked)
            yield from _texts(field, asked)
        case Type.ENUM:
            yield from _listed(asked)
            yield from field.values
        case Type.YES_NO:
            yield from (True, False)
        case Type.NUMBER:
            yield from _numbers(asked)
        case Type.LIST:
            yield from _lists(asked)
        case Type.TIME:
            yield from _times(asked, now)
        case Type.ATTRIBUTE:
            yield from _attributes(field, asked, now)


def _attributes(field: Field, asked: Literals, now: datetime) -> Iterator[Value]:
    """What fits depends on what is asked: an attribute may be anything."""
    if any(one.found and isinstance(one.test.asked, Side | Age | During) for one in asked):
        yield from (time.isoformat() for time in _times(asked, now))
    if any(one.found and isinstance(one.test.asked, Range) for one in asked):
        yield from map(str, _numbers(asked))
    yield from _listed(asked)
    yield from islice(_texts(field, asked), _FEW)
    yield from _lists(asked)


def _listed(asked: Literals) -> Iterator[str]:
    for one in asked:
        if one.found and isinstance(one.test.asked, OneOf):
            yield from one.test.asked.values


# Texts


def _texts(field: Field, asked: Literals) -> Iterator[str]:
    """Texts with one of the words of each test that asks for some, but with none that may not be there."""
    found = [one.test.asked for one in asked if one.found and isinstance(one.test.asked, Needles)]
    banned: list[Needle] = [
        needle
        for one in asked
        if not one.found and isinstance(one.test.asked, Needles) and not one.test.asked.every
        for needle in one.test.asked.needles[:_FEW]
    ]
    rows: list[list[Needle]] = [[needle] for needles in found if needles.every for needle in needles.needles]
    rows += [_allowed(needles.needles, banned) for needles in found if not needles.every]
    for chosen in islice(product(*rows), _FEW):
        for glue in _GLUES:
            yield _written(field, glue.join(_in_order(chosen)))
    yield from ("hello", "1", "été")


def _allowed(needles: Iterable[Needle], banned: Sequence[Needle]) -> list[Needle]:
    return [one for one in islice(needles, _FEW) if not any(needle_implies(one, other) for other in banned)]


def _in_order(needles: Iterable[Needle]) -> list[str]:
    """The words, those first that a text has to begin with, and those last that it has to end with."""
    distinct = tuple(dict.fromkeys(needles))
    needed = [one for one in distinct if not any(_is_in(one, other) for other in distinct)]
    pieces = list(dict.fromkeys((_place(needle), _sample(needle)) for needle in needed))
    return [text for _, text in sorted(pieces, key=lambda piece: piece[0])]


def _is_in(one: Needle, other: Needle) -> bool:
    """Whether nothing has to be written for one where the other is."""
    return needle_implies(other, one) and not (needle_implies(one, other) and one.text <= other.text)


def _place(needle: Needle) -> int:
    where = needle.where if isinstance(needle, Substring) else "anywhere"
    return {"start": 0, "anywhere": 1, "end": 2}[where]


def _sample(needle: Needle) -> str:
    if isinstance(needle, Pattern):
        simple = needle.text.strip("^$")
        return simple if simple.isalnum() else max(literals.necessary(needle.text), key=len, default=simple)
    return needle.text.strip().removesuffix(ANY_ENDING) if isinstance(needle, Phrase) else needle.text


def _written(field: Field, text: str) -> str:
    return text if field.markup == "none" else html.escape(text, quote=False)


# Numbers, lists and times


def _numbers(asked: Literals) -> Iterator[Number]:
    bounds: set[Number] = set()
    for one in asked:
        if isinstance(one.test.asked, Range):
            bounds.update(bound for bound in (one.test.asked.low, one.test.asked.high) if bound is not None)
        elif isinstance(one.test.asked, OneOf):
            bounds.update(numbers(one.test.asked))
    row = sorted(bounds)
    yield from row
    yield from (bound + step for bound in row for step in (1, -1))
    yield from ((low + high) / 2 for low, high in pairwise(row))
    yield 1


def _lists(asked: Literals) -> Iterator[tuple[str, ...]]:
    """Lists of just what has to be there, and longer ones."""
    members = [one.test.asked for one in asked if one.found and isinstance(one.test.asked, Members)]
    needed = [value for one in members if one.every for value in one.values]
    rows = [one.values[:_FEW] for one in members if not one.every]
    for chosen in islice(product(*rows), _FEW):
        entries = tuple(dict.fromkeys((*needed, *chosen)))
        for more in (0, 1, 2, 5, 10, 50):
            found = (*entries, *(f"another {number}" for number in range(1, more + 1)))
            if found:
                yield found


def _times(asked: Literals, now: datetime) -> Iterator[datetime]:
    bases = [now, *(base for one in asked for base in _near(one.test.asked, now))]
    yield from bases
    if any(isinstance(one.test.asked, During) for one in asked):
        for base in bases:
            yield from _moved(base, (step * _HALF_HOUR for step in range(1, _WEEK)))
            yield from _moved(base, (-step * _HALF_HOUR for step in range(1, _WEEK)))
    yield from _moved(now, (timedelta(days=day) for day in (-1, 1, -400, 400)))


def _near(asked: Asked, now: datetime) -> Iterator[datetime]:
    match asked:
        case Side(_, limit):
            yield from _moved(limit, (_SECOND, -_SECOND, timedelta()))
        case Age(limit):
            yield from _moved(now, (-limit - _SECOND, -limit))
        case _:
            return


def _moved(now: datetime, steps: Iterable[timedelta]) -> Iterator[datetime]:
    for step in steps:
        try:
            yield (now + step).astimezone(UTC)
        except OverflowError:
            continue
