"""Findings in SARIF 2.1.0, which code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from rules.findings.finding import Finding
from rules.telling.codes import CODES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def document(findings: Iterable[Finding], version: str) -> dict[str, Any]:
    """All findings as one log; `version` is that of the program."""
    findings = tuple(findings)
    found = sorted({finding.code for finding in findings})
    driver = {"name": "autotagger", "version": version, "rules": [_rule(code) for code in found]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, found.index(finding.code)) for finding in findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str) -> dict[str, Any]:
    """What a code means. One that we cannot explain is still a code."""
    code = CODES.get(name)
    if code is None:
        return {"id": name}
    meaning = " ".join(code.meaning.split())
    return {
        "id": name,
        "shortDescription": {"text": f"{meaning.partition('. ')[0].rstrip('.')}."},
        "fullDescription": {"text": meaning},
        "help": {"text": code.as_text()},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    if finding.end_column:
        region["endColumn"] = finding.end_column
    place = {"artifactLocation": {"uri": _uri(finding.file)}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": "\n".join((finding.message, *finding.notes))},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """The path as a reference: relative where it was given so, which is what code scanning wants."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
