"""Findings as GitHub Actions reads them from a log, to show them beside the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from rules.findings.finding import Finding

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}

# A command ends with its line, and a property with a colon or a comma.
_IN_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ":": "%3A", ",": "%2C"}


def as_command(finding: Finding) -> str:
    """One finding as the workflow command that annotates its line."""
    properties = {"file": finding.file, "line": str(finding.line), "col": str(finding.column)}
    if finding.end_column:
        properties["endColumn"] = str(finding.end_column)
    properties["title"] = finding.code
    written = ",".join(f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items())
    message = "\n".join((finding.message, *finding.notes))
    return f"::{_COMMANDS[finding.severity]} {written}::{_escaped(message, _IN_MESSAGE)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
