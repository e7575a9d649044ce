"""The ways in which a rule can match: each a row of tests that hold, or do not, together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from rules.deciding import seek
from rules.deciding.condition import AnyOf, Condition, NoneOf, Test
from rules.deciding.equality import OneOf
from rules.deciding.rule import SENDER, Rule
from rules.deciding.seek import Seek
from rules.findings.source import Span
from rules.language import fields
from rules.language.fields import Field
from rules.language.topics import TOPICS, bringing
from rules.language.values import Kind

MOST = 128
"""Ways of one rule that are looked at."""

TOPIC = "event.topic"
_MESSAGE = "message."
_CUSTOMER = ("customer",)


class TooMany(Exception):
    """There are more ways than anybody wants to look at."""


@dataclass(frozen=True, slots=True)
class Literal:
    """What a test asks for is there (`found`), or it is not.

    `given` is what holds for every event of the kind, or for every one that has a value at the path `brings`.
    """

    test: Test
    found: bool
    given: bool = False
    brings: str = ""

    def __hash__(self) -> int:
        # Of what differs first: the whole test holds the field with its whole enumeration, and is hashed too often.
        return hash((self.test.field.path, self.test.operator, self.test.written, self.found))

    @property
    def other(self) -> "Literal":
        """Exactly the contrary."""
        return Literal(self.test, not self.found)


Way = Mapping[str, tuple[Literal, ...]]
"""What a way asks for, by the paths of the fields."""


def of(rule: Rule, kind: Kind) -> tuple[Way, ...]:
    """All ways in which a rule can match an event about objects of a kind. Raises `TooMany`."""
    context = tuple(_topics(rule, kind))
    rows = (row for plain in _rows(rule.condition, holds=True) for row in _heard(rule, plain))
    found = (_way((*context, *row, *_brought(row, kind)), kind) for row in rows)
    return tuple(way for way in found if way is not None)


def together(one: Way, other: Way) -> Way:
    """What both ask for."""
    return {path: tuple(dict.fromkeys((*one.get(path, ()), *other.get(path, ())))) for path in {**one, **other}}


_Row = tuple[Literal, ...]


def _rows(condition: Condition, *, holds: bool) -> list[_Row]:
    """The rows of tests in which a condition holds, or does not."""
    if isinstance(condition, Test):
        return [(Literal(condition, condition.negative is not holds),)]
    inside = [_rows(part, holds=holds is not isinstance(condition, NoneOf)) for part in condition.parts]
    if holds is not isinstance(condition, AnyOf):
        return _all(inside)
    return _bounded([row for rows in inside for row in rows])


def _all(inside: list[list[_Row]]) -> list[_Row]:
    count = 1
    for rows in inside:
        count *= len(rows)
        if count > MOST:
            raise TooMany
    return [tuple(literal for row in chosen for literal in row) for chosen in product(*inside)]


def _bounded(rows: list[_Row]) -> list[_Row]:
    if len(rows) > MOST:
        raise TooMany
    return rows


def _heard(rule: Rule, row: _Row) -> Iterator[_Row]:
    """What it takes that the rule sees the message: it is the customer's, or else as good as none."""
    about_message = [literal for literal in row if _of_message(literal)]
    if rule.names_sender or not about_message:
        yield row
        return
    customer = _asked(SENDER, _CUSTOMER, rule.span)
    yield (*row, Literal(customer, found=True))
    if not any(literal.found for literal in about_message):
        rest = tuple(literal for literal in row if not _of_message(literal))
        yield (*rest, Literal(customer, found=False))


def _brought(row: _Row, kind: Kind) -> Iterator[Literal]:
    """The topics that bring what has to be there of the message: those of all others bring nothing of it."""
    needed = {literal.test.field.path: literal.test for literal in row if _of_message(literal) and literal.found}
    if needed.keys() - {SENDER}:
        needed.pop(SENDER, None)
    for path, test in needed.items():
        topics = bringing(path, kind)
        yield Literal(_asked(TOPIC, topics, test.span), found=True, given=True, brings=path)


def _of_message(literal: Literal) -> bool:
    return literal.test.field.path.startswith(_MESSAGE)


def _topics(rule: Rule, kind: Kind) -> Iterator[Literal]:
    """The topics that the rule looks at, of those that there are."""
    yield Literal(_asked(TOPIC, TOPICS[kind], rule.span), found=True, given=True)
    if rule.events is not None:
        yield Literal(_asked(TOPIC, tuple(sorted(rule.events)), rule.span), found=True)


def _asked(path: str, values: tuple[str, ...], span: Span) -> Test:
    field, asked, seeking = _sought(path, values)
    return Test(field, "in", values, negative=False, span=span, seek=seeking, asked=asked)


@lru_cache(maxsize=500)
def _sought(path: str, values: tuple[str, ...]) -> tuple[Field, OneOf, Seek]:
    """The parts of a test that are the same for most rules."""
    field, asked = fields.FIELDS[path], OneOf(values)
    return field, asked, seek.of(field, asked, values)


def _way(row: _Row, kind: Kind) -> Way | None:
    """The row by fields; None where it asks for something that such an object does not have."""
    way: dict[str, dict[Literal, None]] = {}
    for literal in row:
        if fields.readable(literal.test.field, kind):
            way.setdefault(literal.test.field.path, {})[literal] = None
        elif literal.found:
            return None
    return {path: tuple(literals) for path, literals in sorted(way.items(), key=_cost)}


def _cost(asked: tuple[str, Iterable[Literal]]) -> int:
    """For comparing: most rules differ in single values, which are looked at in no time, so these come first."""
    return sum(len(literal.test.written) for literal in asked[1] if not literal.given)
