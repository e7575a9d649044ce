"""YAML as nodes: every scalar a text with its place, no types guessed, nothing expanded.

YAML 1.1 would read `NO` as false, `22:30` as 1350 and `3.10` as 3.1. Here the field table decides what a text means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

import yaml

from rules.findings.finding import Findings
from rules.findings.source import Source, Span

DEEPEST = 32
"""How many blocks may stand inside one another."""

LARGEST = 8 * 1024 * 1024
"""Bytes in one file. Ten thousand rules take about four million."""

MOST_NODES = 500_000
"""Texts, lists and blocks in one file. Ten thousand rules take about 350,000."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LINE_BREAK = re.compile("[\t\n\r\x85\u2028\u2029]")
_BIDI_OVERRIDE = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text. `quoted` tells `"$name"` from `$name`."""

    text: str
    span: Span = field(repr=False)
    quoted: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing, or YAML's word for nothing, was written."""
        return not self.quoted and self.text in {"", "~", "null"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple["Node", ...]
    span: Span = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a block."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A block of entries with different keys."""

    entries: tuple[Entry, ...]
    span: Span = field(repr=False)

    def get(self, key: str) -> "Node | None":
        """The value of `key`, or None."""
        return next((entry.value for entry in self.entries if entry.key.text == key), None)


Node = Scalar | Sequence | Mapping


class Mark(Protocol):
    """A place as the parser tells it: from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column, in characters."""


class _Refused(Exception):
    """The document cannot be read any further."""


def decode(file: str, content: bytes, findings: Findings) -> Source | None:
    """The text of a file, or None with a finding for what is not clean UTF-8 text."""
    if len(content) > LARGEST:
        # Of a larger file no more is read than shows that it is one: how large it is nobody knows here.
        message = f"this file has more than {LARGEST:,} bytes, which is the most that is read"
        findings.file(file, "error", "too-large", message)
        return None
    try:
        source = Source(file, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = Source(file, content[: error.start].decode("utf-8", "replace"))
        span = before.span(len(before.text), len(before.text) + 1)
        findings.error(span, "not-utf-8", f"byte {content[error.start]:#04x} is not UTF-8: save the file as UTF-8")
        return None
    return source if _clean(source, findings) else None


def _clean(source: Source, findings: Findings) -> bool:
    control = _CONTROL.search(source.text)
    if control:
        _control(source.span(*control.span()), control[0], "a rule file", findings)
    bidi = _BIDI_OVERRIDE.search(source.text)
    if bidi:
        _bidi(source.span(*bidi.span()), bidi[0], findings)
    return not (control or bidi)


def check_shown(node: Scalar, what: str, findings: Findings, *, lines: bool = False) -> None:
    """Refuse what escapes hide in a text that people are shown; line breaks and tabs too, except with `lines`."""
    control = _CONTROL.search(node.text) or (None if lines else _LINE_BREAK.search(node.text))
    if control:
        _control(node.span, control[0], what, findings)
    bidi = _BIDI_OVERRIDE.search(node.text)
    if bidi:
        _bidi(node.span, bidi[0], findings)


def _control(span: Span, character: str, where: str, findings: Findings) -> None:
    findings.error(span, "control-character", f"control character U+{ord(character):04X} is not allowed in {where}")


def _bidi(span: Span, character: str, findings: Findings) -> None:
    message = f"U+{ord(character):04X} changes the direction of the text: what you see is not what is there"
    findings.error(span, "bidi-override", message)


def parse(source: Source, findings: Findings) -> Node | None:
    """The only document of `source`, or None: an empty file, or one with findings that leave nothing to read."""
    try:
        return _Composer(source, findings).document()
    except _Refused:
        return None
    except yaml.MarkedYAMLError as error:
        _syntax(source, error, findings)
    except (yaml.YAMLError, UnicodeError) as error:
        findings.file(source.file, "error", "yaml-syntax", f"this is not YAML: {' '.join(str(error).split())}")
    return None


class _Composer:
    """Builds nodes from the parser's events, so that nothing is expanded, guessed or overwritten on the way."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self._source = source
        self._findings = findings
        self._events: Iterator[yaml.Event] = yaml.parse(source.text, Loader=yaml.CSafeLoader)
        self._depth = 0
        self._nodes = 0

    def document(self) -> Node | None:
        node: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "multi-document", 'one file, one document: remove this "---"')
            elif not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentEndEvent):
                node = self._node(event)
        return node

    def _node(self, event: yaml.Event) -> Node:
        self._check(event)
        self._nodes += 1
        if self._nodes > MOST_NODES:
            message = f"more than {MOST_NODES:,} words, lists and blocks in one file: divide it, or make it smaller"
            self._refuse(event, "too-many", message)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, self._span(event), quoted=event.style in {"'", '"', "|", ">"})
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(event, "too-deep", f"more than {DEEPEST} blocks inside one another")
        node = self._sequence(event) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(event)
        self._depth -= 1
        return node

    def _sequence(self, start: yaml.Event) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event))
        return Sequence(tuple(items), self._span(start))

    def _mapping(self, start: yaml.Event) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            value = self._node(next(self._events))
            first = entries.setdefault(key.text, Entry(key, value))
            if first.key is not key:
                self._duplicate(key, first.key)
        return Mapping(tuple(entries.values()), self._span(start))

    def _key(self, event: yaml.Event) -> Scalar:
        node = self._node(event)
        if not isinstance(node, Scalar):
            self._refuse(event, "bad-key", "a key is a text, not a list or a block: put quotes around it")
        if node.text == "<<" and not node.quoted:
            self._refuse(event, "merge-key", "merge keys (<<) are not allowed", "use lists: and conditions: instead")
        return node

    def _duplicate(self, key: Scalar, first: Scalar) -> None:
        self._findings.error(
            key.span,
            "duplicate-key",
            f'"{key.text}" is given twice in the same block (first on line {first.span.line})',
            "only one of them would have counted. To test a field twice, or add two things, use a list",
        )

    def _check(self, event: yaml.Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            what = f"aliases (*{anchor})" if isinstance(event, yaml.AliasEvent) else f"anchors (&{anchor})"
            self._refuse(event, "anchor", f"{what} are not allowed", *_instead(event))
        if tag:
            message = f'the YAML tag "{tag}" is not allowed'
            self._refuse(event, "yaml-tag", message, "a text that starts with ! needs quotes around it")

    def _refuse(self, event: yaml.Event, code: str, message: str, *notes: str) -> NoReturn:
        self._findings.error(self._span(event), code, message, *notes)
        raise _Refused

    def _span(self, event: yaml.Event) -> Span:
        (line, column), (end_line, end_column) = _place(event.start_mark), _place(event.end_mark)
        last = end_column if end_line == line else len(self._source.line(line)) + 1
        return Span(self._source, line, column, max(last, column + 1))


def _place(mark: Mark | None) -> tuple[int, int]:
    """Line and column from 1; the parser always sets its marks, but does not promise to."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _syntax(source: Source, error: yaml.MarkedYAMLError, findings: Findings) -> None:
    """Report at the bracket or quote that was opened: the problem mark is often on a later line."""
    context = error.context or ""
    opened = error.context_mark if "flow" in context or "quoted" in context else None
    line, column = _place(opened or error.problem_mark or error.context_mark)
    span = Span(source, line, column, column + 1)
    before, character = source.line(line)[: column - 1], source.line(line)[column - 1 : column]
    if opened is None and before.endswith(_QUOTES):
        findings.error(span, "yaml-syntax", f"there is more text behind the closing {before[-1]}", _TWICE)
        return
    findings.error(span, "yaml-syntax", _sentence(error, character, opened=opened is not None), *_advice(character))


_QUOTES = ("'", '"')
_TWICE = "to have a ' in a text, put double quotes around it, or write it twice"


def _instead(event: yaml.Event) -> tuple[str, ...]:
    lists = "use lists: and conditions: instead"
    if isinstance(event, yaml.AliasEvent):
        return lists, "to stand for any ending, the * comes last, as in refund*"
    return (lists,)


# What the parser says, and what that means to somebody who writes rules.
_MEANINGS = (
    ("mapping values", 'a ": " is not allowed here'),
    ("cannot start any token", "a text cannot start with this character: put it in quotes"),
    ("escape character", "a \\ has a meaning in double quotes, and this one has none: use single quotes"),
    ("did not find expected", "this line does not fit in with the indentation above it"),
)


def _sentence(error: yaml.MarkedYAMLError, character: str, *, opened: bool) -> str:
    problem = error.problem or ""
    if opened and "unexpected end of stream" in problem:
        return f"this {character} is never closed"
    if opened and character in {"[", "{"}:
        noticed, _ = _place(error.problem_mark)
        return f"this {character} is not closed, or a comma is missing (noticed on line {noticed})"
    if character == "\t":
        return "a tab cannot indent: use spaces"
    return next((meaning for words, meaning in _MEANINGS if words in problem), f"this is not YAML: {problem}")


def _advice(character: str) -> tuple[str, ...]:
    if character != ":":
        return ()
    return (
        'a text that contains ": " needs quotes around it',
        "or the line above lacks the space behind its colon, or is indented in another way",
    )
