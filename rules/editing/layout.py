"""A YAML text as its author laid it out: blocks with their places, and pieces that stay as they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from rules.findings.source import Source
from rules.reading.document import Mark


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, or a list or block in brackets. Lines and columns count from 0; `end` is exclusive.

    `flat` is the piece on one line, None where it has to stay on several: `lines` are those, each with how many levels
    deeper than the first it stands. `comments` tells whether there are comments in them.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    flat: str | None
    lines: tuple[tuple[int, str], ...]
    comments: bool = False

    @property
    def first(self) -> int:
        """Its first line."""
        return self.start[0]

    @property
    def last(self) -> int:
        """Its last line."""
        return self.end[0] if self.end[1] or self.end == self.start else self.end[0] - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value`."""

    key: Piece
    value: "Layout"

    @property
    def first(self) -> int:
        """Its first line."""
        return self.key.first


@dataclass(frozen=True, slots=True)
class Block:
    """Entries, or the items of a list with dashes. A comment from `column` on and before line `end` belongs to it."""

    entries: tuple["Entry | Layout", ...]
    column: int
    end: int

    @property
    def first(self) -> int:
        """Its first line."""
        return self.entries[0].first


Layout = Piece | Block


class NotLaidOut(Exception):
    """The text uses what cannot be laid out anew."""


# Texts that are the same without quotes, for this language and for every other reader of YAML.
_PLAIN = re.compile(r"[^\W\d_][\w./-]*(?: [\w./-]+)*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

_INDENTED = re.compile("[>|][-+]?[1-9]")

_OPENING, _CLOSING = re.compile(r"[\[{]"), re.compile(r"[\]}]")


def read(source: Source) -> Layout | None:
    """The layout of the only document of `source`, which is known to be sound; None for one without content.

    Raises `NotLaidOut`.
    """
    return _Reader(source).document()


class _Reader:
    def __init__(self, source: Source) -> None:
        self._lines = source.lines
        self._events: Iterator[yaml.Event] = yaml.parse(source.text, Loader=yaml.CSafeLoader)

    def document(self) -> Layout | None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
                raise NotLaidOut("it starts with a % line")
            if isinstance(event, yaml.NodeEvent):
                return self._layout(event, -1)
        return None

    def _layout(self, event: yaml.Event, column: int) -> Layout:
        """What starts with `event`. `column` is that of the block around it."""
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if getattr(event, "flow_style", False):
            return self._bracketed(event)
        return self._mapping(event) if isinstance(event, yaml.MappingStartEvent) else self._sequence(event, column)

    def _mapping(self, start: yaml.Event) -> Block:
        column = _start(start)[1]
        entries = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._layout(event, column)
            if not isinstance(key, Piece) or key.flat is None:
                raise NotLaidOut(f"the key on line {_start(event)[0] + 1} is of several lines")
            entries.append(Entry(key, self._layout(next(self._events), column)))
        return Block(tuple(entries), column, _start(event)[0])

    def _sequence(self, start: yaml.Event, around: int) -> Block:
        column = _start(start)[1]
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._layout(event, column))
        # Where dashes stand right below their key, a comment there belongs to what follows the list.
        return Block(tuple(items), max(column, around + 1), _start(event)[0])

    def _scalar(self, event: yaml.ScalarEvent) -> Piece:
        start, end = _start(event), _end(event)
        if event.style in {"|", ">"}:
            header = self._lines[start[0]][start[1] :]
            # Where the sign says how far the text is indented, that would no longer be so: it is written out instead.
            kept = event.style == ">" and not _INDENTED.match(header)
            body = self._as_it_is(event, end) if kept else _literal(event.value)
            first = header.strip() if kept else _header(event.value, header)
            return Piece(start, end, None, ((0, first), *((1, line) for line in body)), comments="#" in header)
        written = self._written(start, end)
        flat = _flat(event, written[0]) if len(written) == 1 else None
        return Piece(start, end, flat, tuple((min(at, 1), line) for at, line in enumerate(written)))

    def _written(self, start: tuple[int, int], end: tuple[int, int]) -> list[str]:
        """What stands between two places, without the indentation of its lines."""
        if start[0] == end[0]:
            return [self._lines[start[0]][start[1] : end[1]]]
        between = (self._lines[number].strip() for number in range(start[0] + 1, end[0]))
        return [self._lines[start[0]][start[1] :].strip(), *between, self._lines[end[0]][: end[1]].strip()]

    def _as_it_is(self, event: yaml.ScalarEvent, end: tuple[int, int]) -> list[str]:
        """The lines of a text in which line breaks do not count, as far to the left as they go together."""
        lines = list(self._lines[_start(event)[0] + 1 : end[0] + bool(end[1])])
        while lines and not lines[-1].strip():
            lines.pop()
        indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        return [line[indent:] for line in lines]

    def _bracketed(self, start: yaml.Event) -> Piece:
        flat, end = self._flow(start)
        begin = _start(start)
        written = self._written(begin, end)
        return Piece(begin, end, flat, tuple(_deepened(written)), comments=any("#" in line for line in written))

    def _flow(self, start: yaml.Event) -> tuple[str | None, tuple[int, int]]:
        """A bracketed list or block on one line, if its texts are, and where it ends."""
        inner: list[str | None] = []
        mapping = isinstance(start, yaml.MappingStartEvent)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent | yaml.SequenceEndEvent):
            inner.append(self._flow(event)[0] if isinstance(event, yaml.CollectionStartEvent) else self._inner(event))
        pieces = [piece for piece in inner if piece is not None]
        whole = len(pieces) == len(inner)
        if mapping:
            pieces = [f"{key}: {value}" for key, value in zip(pieces[::2], pieces[1::2], strict=False)]
        joined = ", ".join(pieces)
        return (f"{{{joined}}}" if mapping else f"[{joined}]") if whole else None, _end(event)

    def _inner(self, event: yaml.Event) -> str | None:
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 - aliases were refused before
        return self._scalar(event).flat


def _start(event: yaml.Event) -> tuple[int, int]:
    return place(event.start_mark)


def _end(event: yaml.Event) -> tuple[int, int]:
    return place(event.end_mark)


def place(mark: Mark | None) -> tuple[int, int]:
    """Line and column of a mark, from 0; the parser always sets its marks, but does not promise to."""
    return (mark.line, mark.column) if mark else (0, 0)


def _flat(event: yaml.ScalarEvent, written: str) -> str:
    """A text of one line, without quotes that nobody needs."""
    quoted = event.style in {"'", '"'}
    plain = _PLAIN.fullmatch(event.value) and event.value.casefold() not in _WORDS
    return event.value if quoted and plain else written


def _header(value: str, written: str) -> str:
    """The sign that opens a text of several lines, with the comment behind it."""
    indented = "2" if value.startswith((" ", "\n")) else ""
    chomping = "-" if not value.endswith("\n") else "+" if value.endswith("\n\n") or value == "\n" else ""
    _, hash_sign, comment = written.partition("#")
    return f"|{indented}{chomping}{f'  #{comment.rstrip()}' if hash_sign else ''}"


def _literal(value: str) -> list[str]:
    return value.removesuffix("\n").split("\n") if value else []


def _deepened(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines of something in brackets, each as deep as there are brackets open; those of texts count too."""
    depth = 0
    for number, line in enumerate(lines):
        closes = len(line) - len(line.lstrip("]}"))
        yield (max(1, depth - closes) if number else 0), line
        depth = max(0, depth + len(_OPENING.findall(line)) - len(_CLOSING.findall(line)))
