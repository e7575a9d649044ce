"""One layout for all rule files: two spaces a level, comments kept, quotes only where they matter."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rules.editing import comments, layout
from rules.editing.comments import Comment
from rules.editing.layout import Block, Entry, Layout, NotLaidOut, Piece
from rules.findings.finding import Findings
from rules.findings.source import Source
from rules.reading import document
from rules.reading.document import Node, Scalar, Sequence

WIDEST = 100
"""Up to this column a list in brackets is put on one line; texts are never broken."""

_LEVEL = 2
_ALIGNED = "tags"


def formatted(source: Source, findings: Findings) -> str | None:
    """The text of a rule file laid out anew; None, and a finding, where that cannot be done without a risk.

    What it says is compared before and after: formatting never changes the meaning of a file.
    """
    before = findings.errors
    node = document.parse(source, findings)
    if findings.errors > before:
        return None
    try:
        text = _laid_out(source)
    except NotLaidOut as error:
        findings.file(source.file, "error", "cannot-format", f"this file cannot be formatted: {error}")
        return None
    if _says(Source(source.file, text)) != _Said(_meaning(node), _counted(source)):
        findings.file(source.file, "error", "cannot-format", "this file cannot be formatted without changing it")
        return None
    return text


@dataclass(frozen=True, slots=True)
class _Said:
    """What a file says to the loader, and to people."""

    meaning: object
    comments: Counter[str]


def _says(source: Source) -> _Said | None:
    findings = Findings()
    node = document.parse(source, findings)
    return None if findings.errors else _Said(_meaning(node), _counted(source))


def _counted(source: Source) -> Counter[str]:
    return Counter(comment.text for comment in comments.of(source))


def _meaning(node: Node | None) -> object:
    """A node without its places. Quotes count only where they make a difference."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return node.text, node.empty, node.quoted and node.text.startswith("$")
    if isinstance(node, Sequence):
        return [_meaning(item) for item in node.items]
    return {entry.key.text: _meaning(entry.value) for entry in node.entries}


def _laid_out(source: Source) -> str:
    page = _Page(source)
    root = layout.read(source)
    if isinstance(root, Block):
        page.block(root, 0)
    elif root is not None:
        page.piece(0, "", root, root.first)
    page.rest()
    return page.text()


@dataclass(frozen=True, slots=True)
class _Line:
    indent: int
    text: str
    comment: str = ""

    @property
    def written(self) -> str:
        return " " * self.indent + self.text if self.text else ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing on the line."""
        return not (self.text or self.comment)


class _Page:
    """The lines of the new text. Comments wait until the line is reached before which, or on which, they stood."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._comments = deque(comments.of(source))
        self._lines: list[_Line] = []
        self._opened = True
        self._beside: Comment | None = None

    def text(self) -> str:
        """Everything, with comments beside lines that follow one another in one column."""
        groups = groupby(self._lines, key=lambda line: (line.indent, bool(line.comment)))
        lines = [written for (_, commented), group in groups for written in _written(tuple(group), commented)]
        return "".join(f"{line}\n" for line in lines)

    def block(self, block: Block, indent: int, head: str = "", *, aligned: bool = False) -> None:
        """All entries of a block, the first of them behind `head`, the dashes of the lists that it is in."""
        width = _key_width(block) if aligned else 0
        for number, entry in enumerate(block.entries):
            at = indent + (len(head) if number else 0)
            self._before(entry.first, at)
            lead = "" if number else head
            if isinstance(entry, Entry):
                self._entry(entry, at, lead, inner=indent + len(head), width=width)
            else:
                self._item(entry, at, lead)
        self._before(block.end, indent + len(head), block.column)

    def piece(self, indent: int, lead: str, piece: Piece, first: int, *, deeper: int = 0) -> None:
        """A text, or something in brackets, behind `lead`, with the comments that stood before it."""
        self._before(piece.first, indent)
        fits = piece.first == piece.last or indent + len(lead) + len(piece.flat or "") <= WIDEST
        if piece.flat is not None and fits and not (piece.comments and piece.first != piece.last):
            self._put(_Line(indent, f"{lead}{piece.flat}".rstrip()), first, piece.last)
            return
        while self._comments and (self._comments[0].line, self._comments[0].column) < piece.end:
            self._comments.popleft()
        lines = (_Line(indent + (deeper + depth * _LEVEL if depth else 0), line) for depth, line in piece.lines)
        opening = next(lines)
        self._put(_Line(indent, f"{lead}{opening.text}"), first, -1)
        self._lines.extend(lines)
        self._trailing(piece.last)

    def rest(self) -> None:
        """The comments at the end."""
        self._before(len(self._source.lines), 0)

    def _entry(self, entry: Entry, indent: int, lead: str, *, inner: int, width: int) -> None:
        key = f"{lead}{entry.key.flat}:"
        if isinstance(entry.value, Piece):
            self.piece(indent, f"{key:{width}} ", entry.value, entry.first, deeper=inner - indent)
            return
        self._put(_Line(indent, key), entry.first, entry.first)
        self._opened = True
        self.block(entry.value, inner + _LEVEL, aligned=inner == 0 and entry.key.flat == _ALIGNED)

    def _item(self, item: Layout, indent: int, lead: str) -> None:
        if isinstance(item, Piece):
            self.piece(indent, f"{lead}- ", item, item.first, deeper=len(lead))
        else:
            self.block(item, indent, f"{lead}- ")

    def _before(self, line: int, indent: int, column: int = 0) -> None:
        """Put the comments that stood before a line, as long as they stood at or behind a column."""
        while self._comments and self._comments[0].line < line and self._comments[0].column >= column:
            comment = self._comments.popleft()
            if self._goes_on(comment):
                self._lines.append(_Line(self._lines[-1].indent, "", comment.text))
                self._beside = comment
            else:
                self._put(_Line(indent, comment.text), comment.line, -1)

    def _goes_on(self, comment: Comment) -> bool:
        """Whether a comment goes on with the one beside the line above it."""
        beside = self._beside
        return beside is not None and (comment.line, comment.column) == (beside.line + 1, beside.column)

    def _put(self, line: _Line, first: int, last: int) -> None:
        """Add a line that stood on the lines `first` to `last`, and one empty line if there was one before it."""
        before = self._source.lines[first - 1] if first else "-"
        if not before.strip() and not self._opened and not self._lines[-1].empty:
            self._lines.append(_Line(0, ""))
        self._opened = False
        self._beside = None
        self._lines.append(line)
        self._trailing(last)

    def _trailing(self, last: int) -> None:
        """Give the newest line the comment that stood at the end of line `last`."""
        if self._comments and self._comments[0].line == last:
            self._beside = self._comments.popleft()
            newest = self._lines[-1]
            self._lines[-1] = _Line(newest.indent, newest.text, self._beside.text)


def _written(lines: tuple[_Line, ...], commented: bool) -> Iterator[str]:
    column = max(len(line.written) for line in lines) + 2
    for line in lines:
        yield f"{line.written:{column}}{line.comment}" if commented else line.written


def _key_width(block: Block) -> int:
    """The width of the widest key with its colon, if each stands on one line with its value; else 0."""
    keys: Iterable[str | None] = [
        entry.key.flat if isinstance(entry, Entry) and isinstance(entry.value, Piece) and entry.value.flat else None
        for entry in block.entries
    ]
    widths = [len(key) + 2 for key in keys if key is not None]
    return max(widths) if len(widths) == len(block.entries) else 0
