"""Findings for people and for machines."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from rules.findings.finding import Finding, Severity
from rules.reading.loader import Loaded

_WIDEST = 160
_AROUND = 60


def as_text(finding: Finding) -> str:
    """One finding in the way of a compiler: place, message, code; the line with a caret; notes.

    The first line is what editors and GitHub problem matchers look for.
    """
    gutter = " " * (len(str(finding.line)) + 1)
    lines = [
        f"{finding.file}:{finding.line}:{finding.column}: {finding.severity}: {finding.message} [{finding.code}]",
        *(_picture(finding, gutter) if finding.end_column else ()),
        *(f"{gutter}= {note}" for note in finding.notes),
    ]
    return "\n".join(lines)


def as_json(finding: Finding) -> dict[str, Any]:
    """One finding for programs: the seven keys of the outside contract, then what people see besides.

    `end_column` is exclusive, as in `Finding`, and None where only the line is known.
    """
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "end_column": finding.end_column or None,
        "notes": list(finding.notes),
        "owner": finding.owner,
    }


def summary(loaded: Loaded) -> str:
    """One line: how much was looked at, and what was found."""
    errors, warnings = _count(loaded.findings, "error"), _count(loaded.findings, "warning")
    looked_at = f"{plural(loaded.rules, 'rule')} in {plural(loaded.files, 'file')}"
    return f"{looked_at}: {plural(errors, 'error')}, {plural(warnings, 'warning')}"


def plural(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(finding.severity == severity for finding in findings)


def _picture(finding: Finding, gutter: str) -> tuple[str, str, str]:
    line, start, end = _window(finding.source_line, finding.column - 1, finding.end_column - 1)
    caret = "^" + "~" * (max(1, _width(line[start:end])) - 1)
    return f"{gutter}|", f"{finding.line} | {_printable(line)}", f"{gutter}| {_indent(line[:start])}{caret}"


def _window(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A line that fits on a screen, and where the piece of it now stands that is meant."""
    if len(line) <= _WIDEST:
        return line, start, end
    first = max(0, start - _AROUND)
    last = first + _WIDEST
    before, after = "…" if first else "", "…" if last < len(line) else ""
    moved = len(before) - first
    return f"{before}{line[first:last]}{after}", start + moved, min(end, last) + moved


def _indent(text: str) -> str:
    """Blanks that are as wide as a text: tabs stay tabs, whatever they are set to."""
    return "".join("\t" if character == "\t" else " " * _width(character) for character in text)


def _width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _printable(line: str) -> str:
    """A line without what a terminal would obey."""
    return "".join(character if character.isprintable() or character == "\t" else "�" for character in line)
