"""What a rule may leave to the `defaults:` of its file."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rules.deciding.rule import MODES, UNMATCHED, Mode, Unmatched
from rules.findings.finding import Findings
from rules.language import number
from rules.language.fields import KINDS
from rules.language.limits import Limits
from rules.language.topics import ALL, TOPICS
from rules.language.values import Kind
from rules.reading import shapes, windows
from rules.reading.document import Entry, Node

_ADMIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_MOST_PRIORITY = 1_000_000
_MOST_OBJECTS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a rule unless it says otherwise."""

    applies_to: tuple[Kind, ...] = ("conversation",)
    events: frozenset[str] | None = None
    mode: Mode = "live"
    priority: int = 0
    admin_id: str | None = None
    owner: str | None = None
    shadow_until: date | None = None
    if_unmatched: Unmatched = "keep"
    limits: Limits | None = None


def read(entries: Iterable[Entry], defaults: Settings, findings: Findings) -> Settings:
    """The settings among the entries of a block, in front of those that hold anyway."""
    settings = defaults
    for entry in entries:
        reader = _READERS.get(entry.key.text)
        value = reader(entry.value, findings) if reader else None
        if value is not None:
            settings = replace(settings, **{entry.key.text: value})
    return settings


def _applies_to(node: Node, findings: Findings) -> tuple[Kind, ...] | None:
    kinds: list[Kind] = []
    for item in shapes.texts(node, '"applies_to"', findings):
        kind = next((kind for kind in KINDS if kind == item.text), None)
        if kind:
            kinds.append(kind)
        else:
            message = f'"{item.text}" is not a kind of object'
            findings.unknown(item.span, "unknown-value", message, item.text, KINDS)
    return tuple(dict.fromkeys(kinds)) or None


def _events(node: Node, findings: Findings) -> frozenset[str] | None:
    topics = set()
    for item in shapes.texts(node, '"events"', findings):
        if item.text in ALL:
            topics.add(item.text)
        else:
            findings.unknown(item.span, "unknown-value", f'unknown topic "{item.text}"', item.text, ALL)
    return frozenset(topics) or None


def _mode(node: Node, findings: Findings) -> Mode | None:
    text = shapes.text(node, '"mode"', findings)
    mode = next((mode for mode in MODES if text and mode == text.text), None)
    if text and mode is None:
        findings.unknown(text.span, "unknown-value", f'unknown mode "{text.text}"', text.text, MODES)
    return mode


def _shadow_until(node: Node, findings: Findings) -> date | None:
    text = shapes.text(node, '"shadow_until"', findings)
    found = windows.day(text) if text else None
    if text and found is None:
        message = f'"shadow_until" needs a date such as 2026-10-01, not "{text.text}"'
        findings.error(text.span, "not-a-time", message)
    return found


def _if_unmatched(node: Node, findings: Findings) -> Unmatched | None:
    text = shapes.text(node, '"if_unmatched"', findings)
    found = next((word for word in UNMATCHED if text and word == text.text), None)
    if text and found is None:
        message = f'"if_unmatched" is keep or remove, not "{text.text}"'
        findings.unknown(text.span, "unknown-value", message, text.text, UNMATCHED)
    return found


def _limits(node: Node, findings: Findings) -> Limits | None:
    block = shapes.block(node, '"limits"', findings)
    limits = None
    for entry in shapes.known(block, ("max_objects_per_hour",), '"limits"', findings) if block else ():
        what = f'"{entry.key.text}"'
        text = shapes.text(entry.value, what, findings)
        most = number.read(text.text) if text else None
        if isinstance(most, int) and 0 < most <= _MOST_OBJECTS:
            limits = Limits(most)
        elif text:
            message = f'{what} needs a whole number from 1 to {_MOST_OBJECTS:,}, not "{text.text}"'
            findings.error(text.span, "not-a-number", message)
    if block is not None and not block.entries:
        findings.error(block.span, "empty-value", '"limits" has no limit in it')
    return limits


def _priority(node: Node, findings: Findings) -> int | None:
    text = shapes.text(node, '"priority"', findings)
    priority = number.read(text.text) if text else None
    if isinstance(priority, int) and abs(priority) <= _MOST_PRIORITY:
        return priority
    if text:
        wanted = f"a whole number up to {_MOST_PRIORITY:,}"
        findings.error(text.span, "not-a-number", f'"priority" needs {wanted}, not "{text.text}"')
    return None


def _admin_id(node: Node, findings: Findings) -> str | None:
    text = shapes.text(node, '"admin_id"', findings)
    if text and _ADMIN_ID.fullmatch(text.text):
        return text.text
    if text:
        findings.error(text.span, "unknown-value", f'"{text.text}" is not the id of a teammate, such as 991267921')
    return None


def _owner(node: Node, findings: Findings) -> str | None:
    text = shapes.description(node, '"owner"', findings)
    return text.text if text else None


_READERS: dict[str, Callable[[Node, Findings], Any]] = {
    "applies_to": _applies_to,
    "events": _events,
    "mode": _mode,
    "priority": _priority,
    "admin_id": _admin_id,
    "owner": _owner,
    "shadow_until": _shadow_until,
    "if_unmatched": _if_unmatched,
    "limits": _limits,
}

KEYS = tuple(_READERS)


def check_events(node: Node, applies_to: tuple[Kind, ...], findings: Findings) -> None:
    """Tell of topics that never concern what a rule tags."""
    for item in shapes.texts(node, '"events"', findings):
        concerned = [kind for kind in KINDS if item.text in TOPICS[kind]]
        if concerned and not set(concerned) & set(applies_to):
            rule_is_for = " or a ".join(applies_to)
            message = f'topic "{item.text}" is about a {concerned[0]}, and this rule is for a {rule_is_for}'
            findings.error(item.span, "wrong-target", message)
