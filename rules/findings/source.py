"""One rule file as text, and places in it."""

import re
from dataclasses import dataclass, field
from functools import cached_property

# What YAML 1.1 calls a line break, so that our line numbers are those of its marks.
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True)
class Source:
    """The text of one rule file. `file` is its path as the person who called us wrote it."""

    file: str
    text: str = field(repr=False)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their line breaks."""
        return tuple(_LINE_BREAK.split(self.text))

    def line(self, number: int) -> str:
        """Line `number`, counted from 1; empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def span(self, start: int, end: int) -> "Span":
        """The place of `text[start:end]`, cut at the end of its first line."""
        before = _LINE_BREAK.split(self.text[:start])
        column = len(before[-1]) + 1
        return Span(self, len(before), column, column + max(1, end - start))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line: 1-based, counted in characters, `end_column` exclusive."""

    source: Source
    line: int
    column: int
    end_column: int

    @property
    def file(self) -> str:
        """The file it is in."""
        return self.source.file
