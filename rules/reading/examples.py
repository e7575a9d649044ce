"""Reading `examples:`: events in the author's words."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from rules.deciding.equality import yes_no
from rules.deciding.rule import EXPECTATIONS, Example, Expectation
from rules.findings.finding import Findings
from rules.language import fields, moment, number
from rules.language.fields import Field, Type
from rules.language.topics import TOPICS, bringing
from rules.language.values import Kind, Value
from rules.reading import document, shapes
from rules.reading.document import Entry, Node, Scalar
from rules.words.text import fold

_SHORTHAND = "message.text"


def read(node: Node, applies_to: tuple[Kind, ...], findings: Findings) -> Iterator[Example]:
    """The examples of a rule; a finding for each that cannot be tried."""
    block = shapes.block(node, '"examples"', findings)
    entries = shapes.known(block, EXPECTATIONS, '"examples"', findings) if block else ()
    for entry in entries:
        expectation = next(name for name in EXPECTATIONS if name == entry.key.text)
        for item in shapes.items(entry.value, f'"{entry.key.text}"', findings, or_none=True):
            example = _example(item, expectation, applies_to, findings)
            if example is not None:
                yield example


def _example(
    node: Node,
    expectation: Expectation,
    applies_to: tuple[Kind, ...],
    findings: Findings,
) -> Example | None:
    if isinstance(node, document.Mapping):
        return _event(node, expectation, applies_to, findings)
    text = shapes.text(node, f'an entry of "{expectation}"', findings)
    return Example(expectation, MappingProxyType({_SHORTHAND: text.text}), text.span) if text else None


def _event(
    node: document.Mapping,
    expectation: Expectation,
    applies_to: tuple[Kind, ...],
    findings: Findings,
) -> Example | None:
    before = findings.errors
    given = MappingProxyType(values(node, applies_to, findings))
    return Example(expectation, given, node.span) if findings.errors == before else None


def values(node: document.Mapping, applies_to: tuple[Kind, ...], findings: Findings) -> dict[str, Value]:
    """The fields that a block gives, by their paths, and what they hold; those without a value are left out."""
    given: dict[str, Value] = {}
    for entry in node.entries:
        field = _field(entry, applies_to, findings)
        value = _value(field, entry.value, findings) if field else None
        if field is not None and value is not None:
            given[field.path] = value
    _possible(node, given, applies_to, findings)
    return given


def _possible(
    node: document.Mapping, given: Mapping[str, Value], applies_to: tuple[Kind, ...], findings: Findings
) -> None:
    """Tell of a message in an event whose topic never brings one: what comes of that says nothing about real ones."""
    topic = given.get("event.topic")
    kinds = [kind for kind in applies_to if topic in TOPICS[kind]]
    for entry in node.entries if kinds else ():
        field = fields.find(entry.key.text)
        if field and field.path in given and not any(topic in bringing(field.path, kind) for kind in kinds):
            message = f'notifications of topic "{topic}" never bring "{entry.key.text}"'
            findings.warning(entry.key.span, "impossible-event", message)


def _field(entry: Entry, applies_to: tuple[Kind, ...], findings: Findings) -> Field | None:
    key = entry.key
    field = fields.find(key.text)
    if field is None:
        notes = ["list all fields: rules fields"]
        if "." not in key.text:
            notes.insert(0, 'if this is a text, put it in quotes, because it contains ": "')
        message = f'unknown field "{key.text}"'
        findings.unknown(key.span, "unknown-field", message, key.text, fields.paths(), *notes)
    elif not any(fields.readable(field, kind) for kind in applies_to):
        message = f'"{key.text}" does not exist on a {" or a ".join(applies_to)}'
        findings.error(key.span, "wrong-target", message)
        return None
    return field


def _value(field: Field, node: Node, findings: Findings) -> Value | None:
    """What the node says by the type of the field; None for no value, or with a finding."""
    if isinstance(node, Scalar) and (node.empty or not node.text.strip()):
        return None
    if field.type is Type.LIST or (field.type is Type.ATTRIBUTE and isinstance(node, document.Sequence)):
        return tuple(item.text for item in shapes.texts(node, f'"{field.path}"', findings))
    scalar = shapes.text(node, f'"{field.path}"', findings)
    return _typed(field, scalar, findings) if scalar else None


def _typed(field: Field, node: Scalar, findings: Findings) -> Value | None:
    value: Value | None = node.text
    if field.type is Type.NUMBER:
        value = number.read(node.text)
    elif field.type is Type.TIME:
        value = moment.read(node.text)
    elif field.type is Type.YES_NO:
        value = yes_no(node.text)
    elif field.type is Type.ENUM:
        value = next((name for name in field.values if fold(name) == fold(node.text)), None)
    if value is None:
        message = f'"{field.path}" is {_KINDS[field.type]}, not "{node.text}"'
        findings.unknown(node.span, _CODES[field.type], message, node.text, field.values)
    return value


_KINDS = {
    Type.NUMBER: "a number",
    Type.TIME: "a time such as 2026-09-01T18:00:00+02:00",
    Type.YES_NO: "yes or no",
    Type.ENUM: "one of a few words",
}
_CODES = {
    Type.NUMBER: "not-a-number",
    Type.TIME: "not-a-time",
    Type.YES_NO: "unknown-value",
    Type.ENUM: "unknown-value",
}
