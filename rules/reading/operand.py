"""What stands behind an operator: read, checked and made into a test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from rules.deciding import seek
from rules.deciding.asked import Age, Anything, Asked, Count, During, Members, Needles, Side
from rules.deciding.condition import Test
from rules.deciding.equality import OneOf, yes_no
from rules.findings.finding import Findings
from rules.language import moment, number
from rules.language.fields import Field, Type
from rules.language.number import Range
from rules.language.operators import Operator, Takes
from rules.reading import shapes
from rules.reading.document import Node, Scalar
from rules.reading.names import Names
from rules.reading.patterns import Patterns
from rules.words.pattern import Pattern
from rules.words.phrase import ANY_ENDING, Phrase
from rules.words.substring import Substring, Where
from rules.words.text import binds

LONGEST = 1_000
"""Characters in one word, phrase or text."""

_SHORT = 2
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Operand:
    """What stands behind one operator on one field."""

    field: Field
    operator: Operator
    node: Node
    key: Scalar
    exact_case: bool
    names: Names
    patterns: Patterns

    @property
    def what(self) -> str:
        """The key as it is named in sentences: the operator, or the field where no operator was written."""
        return f'"{self.key.text}"'


def read(operand: Operand, findings: Findings) -> Test | None:
    """The test that an operator with its operand makes, or None and findings."""
    made = _READERS[operand.operator.takes](operand, findings)
    if made is None:
        return None
    written, negative, asked = made
    seeking = seek.of(operand.field, asked, written)
    return Test(operand.field, operand.operator.name, written, negative, operand.key.span, seeking, asked)


_Made = tuple[tuple[str, ...], bool, Asked]


_Needle = TypeVar("_Needle", Phrase, Substring, Pattern)


def _needles(operand: Operand, make: Callable[[Scalar], _Needle | None], findings: Findings) -> _Made | None:
    found = shapes.texts(operand.node, operand.what, findings)
    needles: tuple[Any, ...] = tuple(needle for needle in map(make, found) if needle is not None)
    if not needles:
        return None
    written = tuple(needle.text for needle in needles)
    return written, operand.operator.negates is not None, Needles(needles, operand.operator.name.endswith("_all"))


def _phrases(operand: Operand, findings: Findings) -> _Made | None:
    def make(node: Scalar) -> Phrase | None:
        phrase = Phrase(node.text.strip(), operand.exact_case)
        if not _sized(node, phrase.needle, findings):
            return None
        if ANY_ENDING in phrase.needle:
            message = f'"{node.text}": a * may only be the last character, where it stands for any ending'
            findings.error(node.span, "misplaced-star", message)
            return None
        if _too_short(phrase):
            _short_word(node, findings)
        return phrase

    return _needles(operand, make, findings)


def _too_short(phrase: Phrase) -> bool:
    letters = phrase.needle
    return not phrase.exact_case and len(letters) <= _SHORT and letters.isalpha() and all(map(binds, letters))


def _short_word(node: Scalar, findings: Findings) -> None:
    message = f'"{node.text}" is very short: it will be found in many messages'
    findings.warning(node.span, "short-word", message, "for names such as IT or US, add exact_case: true")


def _pieces(operand: Operand, findings: Findings) -> _Made | None:
    where: Where = "anywhere"
    if operand.operator.name == "starts_with_any":
        where = "start"
    elif operand.operator.name == "ends_with_any":
        where = "end"

    def make(node: Scalar) -> Substring | None:
        piece = Substring(node.text, where, operand.exact_case)
        if not _sized(node, piece.needle, findings):
            return None
        if node.text.endswith(ANY_ENDING) and binds(node.text[-2:-1] or ANY_ENDING):
            message = f'"{node.text}": a * is only a wildcard in mentions_...; here it is a star'
            findings.warning(node.span, "misplaced-star", message)
        return piece

    return _needles(operand, make, findings)


def _patterns(operand: Operand, findings: Findings) -> _Made | None:
    def make(node: Scalar) -> Pattern | None:
        return operand.patterns.read(node, exact_case=operand.exact_case)

    return _needles(operand, make, findings)


def _values(operand: Operand, findings: Findings) -> _Made | None:
    found = shapes.texts(operand.node, operand.what, findings)
    values = tuple(node.text.strip() for node in found if _valid(operand.field, node, findings))
    if not values:
        return None
    name = operand.operator.negates or operand.operator.name
    members = name in {"has_any", "has_all"}
    asked = Members(values, name == "has_all") if members else OneOf(values, operand.exact_case)
    return values, operand.operator.negates is not None, asked


def _value(operand: Operand, findings: Findings) -> _Made | None:
    single = shapes.text(operand.node, operand.what, findings)
    return _values(operand, findings) if single else None


def _valid(field: Field, node: Scalar, findings: Findings) -> bool:
    """Whether a value is one that the field can have."""
    if field.type is Type.YES_NO and yes_no(node.text) is None:
        findings.error(node.span, "unknown-value", f'"{field.path}" is yes or no, not "{node.text}"')
        return False
    if field.type is Type.NUMBER and number.read(node.text) is None:
        findings.error(node.span, "not-a-number", f'"{field.path}" is a number, not "{node.text}"')
        return False
    if field.type is Type.ENUM and node.text.strip().casefold() not in {value.casefold() for value in field.values}:
        message = f'"{field.path}" is never "{node.text}"'
        findings.unknown(node.span, "unknown-value", message, node.text, field.values)
        return False
    return _sized(node, node.text.strip(), findings)


def _number(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, number.read, "not-a-number", "a number", findings)
    if found is None:
        return None
    node, limit = found
    ranges = {
        "at_least": Range(low=limit),
        "at_most": Range(high=limit),
        "above": Range(low=limit, open_low=True),
        "below": Range(high=limit, open_high=True),
    }
    return (node.text,), False, ranges[operand.operator.name]


def _bounds(operand: Operand, findings: Findings) -> _Made | None:
    nodes = shapes.texts(operand.node, operand.what, findings)
    if len(nodes) != _PAIR:
        findings.error(operand.node.span, "wrong-shape", f"{operand.what} takes {Takes.BOUNDS.value}")
        return None
    low, high = (_parsed(operand, node, number.read, "not-a-number", "numbers", findings) for node in nodes)
    if low is None or high is None:
        return None
    written = tuple(node.text for node in nodes)
    if low > high:
        message = f"no number is between {written[0]} and {written[1]}: the lower one comes first"
        findings.error(operand.node.span, "never-matches", message)
        return None
    return written, False, Range(low, high)


def _count(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, _whole, "not-a-number", "a whole number from 0 on", findings)
    if found is None:
        return None
    node, limit = found
    # Nobody would say that no tags at all are not "at most two": it is the exact negation of one more.
    negative = operand.operator.negates is not None
    return (node.text,), negative, Count(limit + 1 if negative else limit)


def _whole(text: str) -> int | None:
    found = number.read(text)
    return found if isinstance(found, int) and found >= 0 else None


def _time(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, moment.read, "not-a-time", Takes.TIME.value, findings)
    if found is None:
        return None
    node, limit = found
    side: Literal["before", "after"] = "before" if operand.operator.name == "before" else "after"
    return (node.text,), False, Side(side, limit)


def _length(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, moment.length, "not-a-time", Takes.LENGTH.value, findings)
    if found is None:
        return None
    node, limit = found
    return (node.text,), False, Age(limit, operand.operator.name == "older_than")


def _answer(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, yes_no, "unknown-value", "yes or no", findings)
    if found is None:
        return None
    node, answer = found
    return (node.text,), not answer, Anything()


def _window(operand: Operand, findings: Findings) -> _Made | None:
    name = shapes.text(operand.node, operand.what, findings)
    window = operand.names.window(name, findings) if name else None
    return ((window.name,), operand.operator.negates is not None, During(window)) if window else None


_T = TypeVar("_T")


def _one(
    operand: Operand,
    parse: Callable[[str], _T | None],
    code: str,
    wanted: str,
    findings: Findings,
) -> tuple[Scalar, _T] | None:
    """The only text behind the operator and what it says, or None and a finding."""
    node = shapes.text(operand.node, operand.what, findings)
    parsed = _parsed(operand, node, parse, code, wanted, findings) if node else None
    return None if node is None or parsed is None else (node, parsed)


def _parsed(
    operand: Operand,
    node: Scalar,
    parse: Callable[[str], _T | None],
    code: str,
    wanted: str,
    findings: Findings,
) -> _T | None:
    parsed = parse(node.text)
    if parsed is None:
        findings.error(node.span, code, f'{operand.what} needs {wanted}, not "{node.text}"')
    return parsed


def _sized(node: Scalar, needle: str, findings: Findings) -> bool:
    """Whether there is something to look for, and not too much of it."""
    if not needle:
        findings.error(node.span, "empty-value", f'"{node.text}" has no letter or sign that could be found')
    elif len(node.text) > LONGEST:
        message = f"this text has {len(node.text):,} characters; at most {LONGEST:,} are allowed"
        findings.error(node.span, "too-long", message)
    return bool(needle) and len(node.text) <= LONGEST


_READERS: dict[Takes, Callable[[Operand, Findings], _Made | None]] = {
    Takes.PHRASES: _phrases,
    Takes.PIECES: _pieces,
    Takes.PATTERNS: _patterns,
    Takes.VALUES: _values,
    Takes.VALUE: _value,
    Takes.NUMBER: _number,
    Takes.BOUNDS: _bounds,
    Takes.COUNT: _count,
    Takes.TIME: _time,
    Takes.LENGTH: _length,
    Takes.ANSWER: _answer,
    Takes.WINDOW: _window,
}
