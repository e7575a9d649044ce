"""What stands behind an operator: read, checked and made into a test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from rules import moment, number, seek, shapes
from rules.condition import Test
from rules.document import Node, Scalar
from rules.equality import OneOf, yes_no
from rules.fields import Field, Type
from rules.finding import Findings
from rules.number import Range
from rules.operators import Operator, Takes
from rules.pattern import BadPattern, Pattern, has_ascii_edge
from rules.phrase import ANY_ENDING, Phrase
from rules.seek import Needle, Seek
from rules.substring import Substring, Where
from rules.text import binds

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

    @property
    def what(self) -> str:
        """The key as it is named in sentences: the operator, or the field where no operator was written."""
        return f'"{self.key.text}"'


def read(operand: Operand, findings: Findings) -> Test | None:
    """The test that an operator with its operand makes, or None and findings."""
    made = _READERS[operand.operator.takes](operand, findings)
    if made is None:
        return None
    written, negative, seeking = made
    return Test(operand.field, operand.operator.name, written, negative, operand.key.span, seeking)


_Made = tuple[tuple[str, ...], bool, Seek]


def _needles(operand: Operand, make: Callable[[Scalar], Needle | None], findings: Findings) -> _Made | None:
    found = shapes.texts(operand.node, operand.what, findings)
    needles = tuple(needle for needle in map(make, found) if needle is not None)
    if not needles:
        return None
    joined = seek.all_needles if operand.operator.name.endswith("_all") else seek.any_needle
    written = tuple(needle.text for needle in needles)
    return written, operand.operator.negates is not None, joined(operand.field, needles)


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
        return piece if _sized(node, piece.needle, findings) else None

    return _needles(operand, make, findings)


def _patterns(operand: Operand, findings: Findings) -> _Made | None:
    def make(node: Scalar) -> Pattern | None:
        if has_ascii_edge(node.text):
            message = r"\b only knows A-Z: it breaks next to letters such as é, ß or я"
            findings.error(node.span, "ascii-word-boundary", message, "use mentions_any for whole words")
            return None
        try:
            return Pattern(node.text, operand.exact_case)
        except BadPattern as error:
            message = f"this pattern is not valid: {error}"
            note = "look-around and back-references are not supported (RE2)"
            findings.error(node.span, "bad-regex", message, note)
            return None

    return _needles(operand, make, findings)


def _values(operand: Operand, findings: Findings) -> _Made | None:
    found = shapes.texts(operand.node, operand.what, findings)
    values = tuple(node.text.strip() for node in found if _valid(operand.field, node, findings))
    if not values:
        return None
    return values, operand.operator.negates is not None, _value_seek(operand, values)


def _value_seek(operand: Operand, values: tuple[str, ...]) -> Seek:
    name = operand.operator.negates or operand.operator.name
    if name == "has_any":
        return seek.has_any(operand.field, values)
    if name == "has_all":
        return seek.has_all(operand.field, values)
    return seek.one_of(operand.field, OneOf(values, operand.exact_case))


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
    return (node.text,), False, seek.in_range(operand.field, ranges[operand.operator.name], node.text)


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
    return written, False, seek.in_range(operand.field, Range(low, high), " to ".join(written))


def _count(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, _whole, "not-a-number", "a whole number from 0 on", findings)
    if found is None:
        return None
    node, limit = found
    # Nobody would say that no tags at all are not "at most two": it is the exact negation of one more.
    negative = operand.operator.negates is not None
    return (node.text,), negative, seek.count(operand.field, limit + 1 if negative else limit)


def _whole(text: str) -> int | None:
    found = number.read(text)
    return found if isinstance(found, int) and found >= 0 else None


def _time(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, moment.read, "not-a-time", Takes.TIME.value, findings)
    if found is None:
        return None
    node, limit = found
    side: Literal["before", "after"] = "before" if operand.operator.name == "before" else "after"
    return (node.text,), False, seek.compared(operand.field, side, limit, node.text)


def _length(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, moment.length, "not-a-time", Takes.LENGTH.value, findings)
    if found is None:
        return None
    node, limit = found
    older = operand.operator.name == "older_than"
    return (node.text,), False, seek.aged(operand.field, limit, node.text, older=older)


def _answer(operand: Operand, findings: Findings) -> _Made | None:
    found = _one(operand, yes_no, "unknown-value", "yes or no", findings)
    if found is None:
        return None
    node, answer = found
    made = seek.text_exists if operand.field.type is Type.TEXT else seek.exists
    return (node.text,), not answer, made(operand.field)


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
}
