"""Fact sheets: events in somebody's words, as `field: value` lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from rules.findings.finding import Findings
from rules.findings.source import Source
from rules.language import fields
from rules.language.fields import KINDS
from rules.language.topics import TOPICS
from rules.language.values import Facts, Kind, Value
from rules.reading import document, examples, scenario_file, shapes
from rules.words import html
from rules.words.markup import as_html

FIXED: Mapping[str, Value] = MappingProxyType(
    {
        "event.time": datetime(2026, 9, 2, 12, tzinfo=UTC),  # a Wednesday
        "event.attempt": 1,
        "message.from": "customer",
    },
)
"""What every event has, and nobody need say."""

_KEYS = ("version", "name", "applies_to", "given", "expect")


def facts(kind: Kind, values: Mapping[str, Value], topic: str | None = None) -> Facts:
    """An event with these values, what follows from them, and what every event has. Other fields have no value."""
    said = {path: _as_sent(path, value) for path, value in values.items()}
    return Facts(kind, {**FIXED, "event.topic": topic or TOPICS[kind][0], **_derived(said), **said})


def _as_sent(path: str, value: Value) -> Value:
    """A value as facts hold it: what may be HTML is told from plain text just as in the messages of Intercom."""
    field = fields.find(path)
    return as_html(value) if isinstance(value, str) and field and field.markup != "none" else value


def _derived(values: Mapping[str, Value]) -> dict[str, Value]:
    derived: dict[str, Value] = {}
    text, email = values.get("message.text"), values.get("contact.email")
    if isinstance(text, str):
        derived = {"message.full_text": text, "message.links": html.links(text)}
    if isinstance(email, str) and "@" in email:
        derived["contact.email_domain"] = email.rpartition("@")[2]
    return derived


@dataclass(frozen=True, slots=True)
class _Given:
    kind: Kind | None
    block: document.Mapping


def read(file: str, content: bytes, findings: Findings) -> Facts | None:
    """The event of a fact sheet, or None and findings: `field: value` lines, alone or under `given:`."""
    before = findings.errors
    source = document.decode(file, content, findings)
    node = _alone(document.parse(source, findings)) if source else None
    if findings.errors > before:
        return None
    if source is None or not isinstance(node, document.Mapping):
        message = 'this is neither a notification in JSON nor "field: value" lines in YAML'
        findings.error((source or Source(file, "")).span(0, 1), "bad-event", message)
        return None
    given = _given(node, findings)
    if given is None or findings.errors > before:
        return None
    kind = given.kind or scenario_file.meant(given.block)
    values = examples.values(given.block, (kind,), findings)
    return facts(kind, values) if findings.errors == before else None


def _alone(node: document.Node | None) -> document.Node | None:
    """An entry that was copied out of its list, with the dash before it, is the event that it describes."""
    return node.items[0] if isinstance(node, document.Sequence) and len(node.items) == 1 else node


def _given(node: document.Mapping, findings: Findings) -> _Given | None:
    """The block with the fields; `applies_to` beside it says what the event is about, where they do not."""
    if node.get("given") is None:
        said = tuple(entry for entry in node.entries if entry.key.text not in {"version", "applies_to"})
        kind = _kind(node, findings)
        return _Given(kind, document.Mapping(said, node.span))
    shapes.known(node, _KEYS, "a fact sheet", findings)
    inner = node.get("given")
    block = shapes.block(inner, '"given"', findings) if inner else None
    return _Given(_kind(node, findings), block) if block else None


def _kind(node: document.Mapping, findings: Findings) -> Kind | None:
    said = node.get("applies_to")
    text = shapes.text(said, '"applies_to"', findings) if said else None
    kind = next((kind for kind in KINDS if text and kind == text.text), None)
    if text and kind is None:
        message = f'"{text.text}" is not a kind of object'
        findings.unknown(text.span, "unknown-value", message, text.text, fields.KINDS)
    return kind
