"""What a rule asks of an event: tests, joined by all, any and none."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from rules.deciding.asked import Asked
from rules.deciding.seek import Seek
from rules.deciding.view import View
from rules.findings.source import Span
from rules.language.fields import Field

Verdict = bool | None
"""None: it depends on a field that nobody has fetched."""


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one field.

    `written` is what it takes, as the rule says it; `asked` the same as data. Where it is `negative` it holds exactly
    where that is not found.
    """

    __test__ = False  # a name for support-ops, not a case for pytest

    field: Field
    operator: str
    written: tuple[str, ...]
    negative: bool
    span: Span = dataclasses.field(repr=False, compare=False)
    seek: Seek = dataclasses.field(repr=False, compare=False)
    asked: Asked = dataclasses.field(repr=False)

    def verdict(self, view: View) -> Verdict:
        """Whether the test holds. A negative one is exactly the negation of its twin, so it holds where nothing is."""
        hits = self.seek(view)
        return None if hits is None else bool(hits) is not self.negative


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything in it must hold."""

    parts: tuple["Condition", ...]
    span: Span = dataclasses.field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of its parts must hold."""

    parts: tuple["Condition", ...]
    span: Span = dataclasses.field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """None of its parts may hold."""

    parts: tuple["Condition", ...]
    span: Span = dataclasses.field(repr=False, compare=False)


Condition = Test | AllOf | AnyOf | NoneOf


def tests(condition: Condition) -> Iterator[Test]:
    """Every test of a condition, in the order of the file."""
    if isinstance(condition, Test):
        yield condition
    else:
        for part in condition.parts:
            yield from tests(part)
