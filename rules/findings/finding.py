"""What is wrong, or looks wrong, in a rule file."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from rules.findings.source import Span
from rules.findings.suggestion import nearest

Severity = Literal["error", "warning", "info"]

MOST_PER_FILE = 200
"""After so many errors in one file the rest of them are left out, and likewise with warnings and the rest."""

LONGEST_MESSAGE = 1_000

MOST_COMPARED = 100_000
"""Names that unknown ones are compared with in one load, to suggest the nearest: further ones get no suggestion."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place. `code` is stable; `suggestion` is what to write instead, where we can guess it.

    Lines and columns start at 1 and count characters; `end_column` is exclusive and 0 where only the line is known.
    `notes` are the further lines of the text report. `owner` is whom to ask, of what is about a rule that names one.
    """

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    suggestion: str | None = None
    end_column: int = 0
    source_line: str = ""
    notes: tuple[str, ...] = ()
    owner: str | None = None


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by file, line and column."""
    return tuple(sorted(findings, key=lambda found: (found.file, found.line, found.column)))


class Findings:
    """All findings of one load, in the order in which they were noticed; each is told once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str, str], Finding] = {}
        self._counts: Counter[tuple[str, Severity]] = Counter()
        self._compared = 0
        self.errors = 0
        """How many errors there are so far."""
        self.owner: str | None = None
        """Whose rule is being looked at, None where it is nobody's or no rule: what is noted goes to them."""

    def error(self, span: Span, code: str, message: str, *notes: str, suggestion: str | None = None) -> None:
        """Note a fault that keeps the rule set from being used."""
        self._note(span, "error", code, message, suggestion, notes)

    def warning(self, span: Span, code: str, message: str, *notes: str, suggestion: str | None = None) -> None:
        """Note what is allowed but probably not meant."""
        self._note(span, "warning", code, message, suggestion, notes)

    def info(self, span: Span, code: str, message: str, *notes: str) -> None:
        """Note what is worth knowing."""
        self._note(span, "info", code, message, None, notes)

    def unknown(self, span: Span, code: str, message: str, name: str, valid: Iterable[str], *notes: str) -> None:
        """Note a name that does not exist, with the nearest one that does, or else all of them."""
        if self._full(span.file, "error"):
            return
        names = list(valid)
        self._compared += len(names)
        suggestion = nearest(name, names) if self._compared <= MOST_COMPARED else None
        if suggestion:
            notes = (f'did you mean "{suggestion}"?', *notes)
        elif names and not notes:
            notes = (f"valid here: {', '.join(names[:MOST_PER_FILE])}",)
        self._note(span, "error", code, message, suggestion, notes)

    def file(self, file: str, severity: Severity, code: str, message: str, *notes: str) -> None:
        """Note a fault of a whole file or folder."""
        self._keep(Finding(file, 1, 1, severity, code, message, notes=notes))

    def add(self, finding: Finding) -> None:
        """Note what somebody else has found."""
        self._keep(finding)

    def sorted(self) -> tuple[Finding, ...]:
        """All findings by file, line and column."""
        return in_order(self._found.values())

    def _note(
        self,
        span: Span,
        severity: Severity,
        code: str,
        message: str,
        suggestion: str | None,
        notes: tuple[str, ...],
    ) -> None:
        if self._full(span.file, severity):
            return
        self._keep(
            Finding(
                span.file,
                span.line,
                span.column,
                severity,
                code,
                message,
                suggestion,
                span.end_column,
                span.source.line(span.line),
                notes,
                self.owner,
            ),
        )

    def _full(self, file: str, severity: Severity) -> bool:
        """Whether no more of them are kept; then one more is noted in passing, as there may be a million."""
        full = self._counts[file, severity] > MOST_PER_FILE
        self.errors += full and severity == "error"
        return full

    def _keep(self, finding: Finding) -> None:
        if self._full(finding.file, finding.severity):
            return
        finding = replace(
            finding,
            message=_one_line(finding.message),
            notes=tuple(map(_one_line, finding.notes)),
            suggestion=finding.suggestion and _one_line(finding.suggestion),
        )
        key = (finding.file, finding.line, finding.column, finding.code, finding.message)
        if key in self._found:
            return
        self.errors += finding.severity == "error"
        self._counts[finding.file, finding.severity] += 1
        count = self._counts[finding.file, finding.severity]
        if count <= MOST_PER_FILE:
            self._found[key] = finding
        elif count == MOST_PER_FILE + 1:
            message = f"more than {MOST_PER_FILE} findings like this in this file: look at these first"
            self._found[key] = replace(finding, code="too-many", message=message, suggestion=None, notes=(), owner=None)


def _one_line(text: str) -> str:
    """A sentence that may quote a file, without what a terminal would obey, and no longer than one reads."""
    shown = "".join(character if character.isprintable() else "�" for character in text[:LONGEST_MESSAGE])
    return shown if len(text) <= LONGEST_MESSAGE else shown + "…"
