"""Event files: webhook notifications as Intercom sends them, and fact sheets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from facts import item, notification, routing, view
from facts.notification import Malformed
from facts.routing import Ignored
from rules.findings.finding import Finding, Findings
from rules.language.values import Facts
from rules.reading import sheet
from rules.trying.diff import Event
from rules.words import html

LARGEST = 8 * 1024 * 1024
"""Bytes in one event file."""

_SHEETS = frozenset({".yaml", ".yml"})
_NOTIFICATIONS = frozenset({".json"})
_STREAMS = frozenset({".jsonl", ".ndjson"})
_WANTED = "events are files that end in .json, .jsonl, .ndjson, .yaml or .yml"


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading event files. `ignored` are notifications that the service does nothing with, and why."""

    events: tuple[Event, ...]
    ignored: tuple[str, ...]
    findings: tuple[Finding, ...]


def read(paths: tuple[Path, ...]) -> Read:
    """The events of files, and of all event files in folders. Bad content gives findings."""
    reader = _Reader()
    for path in paths:
        files = tuple(_files(path))
        if not files:
            reader.findings.file(str(path), "error", "bad-event", f"there is no event in this folder: {_WANTED}")
        for file in files:
            reader.file(file)
    return Read(tuple(reader.events), tuple(reader.ignored), (*reader.malformed, *reader.findings.sorted()))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for inside in sorted(path.rglob("*")):
        if inside.suffix in _SHEETS | _NOTIFICATIONS | _STREAMS and inside.is_file():
            yield inside


class _Reader:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ignored: list[str] = []
        self.findings = Findings()
        self.malformed: list[Finding] = []

    def file(self, path: Path) -> None:
        name = str(path)
        try:
            with path.open("rb") as opened:
                content = opened.read(LARGEST + 1)
        except OSError as error:
            self.findings.file(name, "error", "unreadable", f"this file cannot be read: {error.strerror}")
            return
        if len(content) > LARGEST:
            self.findings.file(name, "error", "too-large", f"an event file has at most {LARGEST:,} bytes")
        elif path.suffix in _STREAMS:
            for number, line in enumerate(content.splitlines(), 1):
                if line.strip():
                    self._notification(f"{name}:{number}", line, name, number)
        elif content.lstrip().startswith(b"{") and (path.suffix not in _SHEETS or _is_json(content)):
            self._notification(name, content, name)
        else:
            found = sheet.read(name, content, self.findings)
            if found is not None:
                self._add(name, found)

    def _notification(self, name: str, content: bytes, file: str, line: int = 1) -> None:
        try:
            self._add(name, facts_of(content))
        except Ignored as ignored:
            self.ignored.append(f"{name}: {ignored.reason}")
        except Malformed as error:
            message = f"this is not a notification of Intercom's: {error}"
            self.malformed.append(Finding(file, line, 1, "error", "bad-event", message))

    def _add(self, name: str, found: Facts) -> None:
        text = found.get("message.text")
        told = html.to_text(text, quotes=False) if isinstance(text, str) else str(found.get("event.topic"))
        self.events.append(Event(name, told, found))


def facts_of(content: bytes) -> Facts:
    """What rules see of a notification, in the same way as in the service.

    Raises `Malformed`, and `Ignored` for one that the service does nothing with.
    """
    received = notification.read(content)
    target = routing.find(received)
    kept = item.load(item.trim(received))
    return view.view(received.topic, target, kept, received.created_at, received.delivery_attempts)


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
