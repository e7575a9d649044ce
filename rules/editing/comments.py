"""The comments of a YAML text, which its parser leaves out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from rules.editing.layout import place
from rules.findings.source import Source

_COMMENT = re.compile("#.*")


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment with its `#`. `line` counts from 0, `column` in characters from 0."""

    line: int
    column: int
    text: str


def of(source: Source) -> Iterator[Comment]:
    """All comments in their order. A `#` inside a text is none."""
    lines = source.lines
    at = (0, 0)
    for token in yaml.scan(source.text, Loader=yaml.CSafeLoader):
        start, end = place(token.start_mark), place(token.end_mark)
        yield from _between(lines, at, start)
        if isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:
            yield from _of_header(lines, start)
        at = max(at, end)
    yield from _between(lines, at, (len(lines), 0))


def _between(lines: tuple[str, ...], start: tuple[int, int], end: tuple[int, int]) -> Iterator[Comment]:
    """The comments in what stands between two tokens: there is nothing else but white space."""
    for number in range(start[0], min(end[0] + 1, len(lines))):
        first = start[1] if number == start[0] else 0
        last = end[1] if number == end[0] else len(lines[number])
        found = _COMMENT.search(lines[number], first, last)
        if found:
            yield Comment(number, found.start(), found[0].rstrip())


def _of_header(lines: tuple[str, ...], start: tuple[int, int]) -> Iterator[Comment]:
    """The comment behind the sign that opens a text of several lines, which counts as part of that text."""
    found = _COMMENT.search(lines[start[0]], start[1])
    if found:
        yield Comment(start[0], found.start(), found[0].rstrip())
