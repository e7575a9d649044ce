"""Reading `if:`: the fields, operators and joints of a condition."""

from collections.abc import Iterator, Mapping
from itertools import islice

from rules import document, fields, operand, shapes
from rules.condition import AllOf, AnyOf, Condition, NoneOf, Test, tests
from rules.document import Entry, Node, Scalar, Sequence
from rules.equality import yes_no
from rules.fields import Field, Type
from rules.finding import Findings
from rules.names import REFERENCE, Names, referred
from rules.operand import Operand
from rules.operators import BY_TYPE, EQUALS, EXACT_CASE, LATER, OPERATORS

MOST_TESTS = 2_000
"""Tests in one condition, those of the named conditions it uses included."""

DEEPEST_USE = 4
"""Named conditions that use one another."""

_JOINTS: Mapping[str, type[AllOf | AnyOf | NoneOf]] = {"all": AllOf, "any": AnyOf, "none": NoneOf}
_USE = "use"
_BARE = {
    Type.STRING: "in",
    Type.ENUM: "in",
    Type.ATTRIBUTE: "in",
    Type.YES_NO: "is",
    Type.NUMBER: "in",
}


class ConditionReader:
    """Reads the conditions of one file."""

    def __init__(self, names: Names, findings: Findings) -> None:
        self._names = names
        self._findings = findings
        self._named: dict[str, Condition | None] = {}
        self._open: list[str] = []

    def read_named(self) -> None:
        """Read the named conditions that no rule has used, for their findings."""
        for name, entry in self._names.conditions.items():
            if name not in self._named:
                self.read(entry.value, f'condition "{name}"')

    def read(self, node: Node, what: str) -> Condition | None:
        """The condition that a block says, or None and findings."""
        condition = self._block(node, what)
        if condition is None or sum(1 for _ in islice(tests(condition), MOST_TESTS + 1)) <= MOST_TESTS:
            return condition
        self._findings.error(node.span, "too-many", f"{what} has more than {MOST_TESTS:,} tests")
        return None

    def _block(self, node: Node, what: str) -> Condition | None:
        mapping = shapes.block(node, what, self._findings)
        if mapping is None:
            return None
        if not mapping.entries:
            self._findings.error(mapping.span, "empty-value", f"{what} asks for nothing")
            return None
        parts = tuple(part for entry in mapping.entries for part in self._entry(entry))
        return AllOf(parts, mapping.entries[0].key.span) if parts else None

    def _entry(self, entry: Entry) -> Iterator[Condition]:
        key = entry.key
        if key.text in _JOINTS:
            yield from self._joint(entry)
        elif key.text == _USE:
            yield from self._use(entry.value)
        elif key.text == "not":
            note = "none: with one entry says the same"
            self._findings.error(key.span, "unknown-key", 'there is no "not"', note, suggestion="none")
        elif key.text == "expression":
            self._findings.error(key.span, "not-yet", '"expression" is reserved: write tests of fields')
        else:
            yield from self._field(entry)

    def _joint(self, entry: Entry) -> Iterator[Condition]:
        key, what = entry.key, f'"{entry.key.text}"'
        if isinstance(entry.value, document.Mapping):
            note = "start each entry of the list with a dash"
            self._findings.error(entry.value.span, "wrong-shape", f"{what} takes a list of tests, not one block", note)
            return
        entries = shapes.items(entry.value, what, self._findings)
        parts = (self._block(item, f"an entry of {what}") for item in entries)
        read = tuple(part for part in parts if part is not None)
        if read:
            yield _JOINTS[key.text](read, key.span)

    def _use(self, node: Node) -> Iterator[Condition]:
        name = shapes.text(node, f'"{_USE}"', self._findings)
        if name is None:
            return
        if name.text not in self._names.conditions:
            message = f'there is no condition "{name.text}"'
            self._findings.unknown(name.span, "unknown-condition", message, name.text, self._names.conditions)
            return
        self._names.used.add(name.text)
        condition = self._condition(name)
        if condition is not None:
            yield condition

    def _condition(self, name: Scalar) -> Condition | None:
        """A named condition, read when it is first used."""
        if name.text in self._named:
            return self._named[name.text]
        if name.text in self._open:
            self._findings.error(name.span, "unknown-condition", f'condition "{name.text}" uses itself')
            return None
        if len(self._open) >= DEEPEST_USE:
            message = f"more than {DEEPEST_USE} named conditions inside one another"
            self._findings.error(name.span, "too-deep", message)
            return None
        self._open.append(name.text)
        condition = self._named[name.text] = self.read(
            self._names.conditions[name.text].value,
            f'condition "{name.text}"',
        )
        self._open.pop()
        return condition

    def _field(self, entry: Entry) -> Iterator[Test]:
        key = entry.key
        found = fields.find(key.text)
        if found is None:
            message = f'unknown field "{key.text}"'
            note = "list all fields: rules fields"
            valid = (*fields.paths(), *_JOINTS, _USE)
            self._findings.unknown(key.span, "unknown-field", message, key.text, valid, note)
        elif isinstance(entry.value, document.Mapping):
            yield from self._tests(found, entry.value)
        else:
            yield from self._bare(found, entry)

    def _tests(self, of: Field, block: document.Mapping) -> Iterator[Test]:
        """One test for each operator in the block of a field."""
        exact_case = self._exact_case(of, block)
        asked = [entry for entry in block.entries if entry.key.text != EXACT_CASE or EXACT_CASE not in BY_TYPE[of.type]]
        if not asked:
            self._findings.error(block.span, "empty-value", f'"{of.path}" has no operator', _listed(of))
        for entry in asked:
            if of.type is Type.TEXT and entry.key.text in EQUALS:
                self._whole_text(of, entry, self._quoted(of, entry))
            elif self._operator(of, entry.key):
                yield from self._test(of, entry.key.text, entry, exact_case=exact_case)

    def _exact_case(self, of: Field, block: document.Mapping) -> bool:
        node = block.get(EXACT_CASE)
        if node is None or EXACT_CASE not in BY_TYPE[of.type]:
            return False
        written = shapes.text(node, f'"{EXACT_CASE}"', self._findings)
        answer = yes_no(written.text) if written else None
        if written is not None and answer is None:
            message = f'"{EXACT_CASE}" needs yes or no, not "{written.text}"'
            self._findings.error(written.span, "unknown-value", message)
        return bool(answer)

    def _operator(self, of: Field, key: Scalar) -> bool:
        """Whether the operator can be used on the field; else there is a finding."""
        if key.text in BY_TYPE[of.type]:
            return True
        if key.text in LATER:
            self._findings.error(key.span, "not-yet", f'"{key.text}" is not in this version of the rule language')
            return False
        message = f'unknown operator "{key.text}" for {of.type.value} field "{of.path}"'
        self._findings.unknown(key.span, "unknown-operator", message, key.text, BY_TYPE[of.type], _listed(of))
        return False

    def _bare(self, of: Field, entry: Entry) -> Iterator[Test]:
        """A value or a list without an operator: being one of them, where that makes sense."""
        if of.type in _BARE:
            yield from self._test(of, _BARE[of.type], entry, exact_case=False)
            return
        values = self._quoted(of, entry)
        if not values:
            return
        if of.type is Type.TEXT:
            self._whole_text(of, entry, values)
        elif of.type is Type.LIST:
            message = f'"{of.path}" is a list: say whether it has any, all or none of these'
            self._instead(entry, "unknown-operator", message, f"{of.path}: {{has_any: [{values}]}}")
        else:
            message = f'"{of.path}" is a time: say before, after, within_last or older_than'
            self._instead(entry, "unknown-operator", message, f"{of.path}: {{after: {values}}}")

    def _quoted(self, of: Field, entry: Entry) -> str:
        """The values behind a key as they would stand in a list."""
        return ", ".join(node.text for node in shapes.texts(entry.value, f'"{of.path}"', self._findings))

    def _whole_text(self, of: Field, entry: Entry, values: str) -> None:
        message = f'"{of.path}" is free text: this would only match a message that is exactly these words'
        self._instead(entry, "whole-text-equality", message, f"{of.path}: {{mentions_any: [{values}]}}")

    def _instead(self, entry: Entry, code: str, message: str, suggestion: str) -> None:
        note = f"did you mean   {suggestion}   ?"
        self._findings.error(entry.value.span, code, message, note, suggestion=suggestion)

    def _test(self, of: Field, operator: str, entry: Entry, *, exact_case: bool) -> Iterator[Test]:
        node = self._resolved(entry.value)
        if node is None:
            return
        test = operand.read(Operand(of, OPERATORS[operator], node, entry.key, exact_case), self._findings)
        if test is not None:
            yield test

    def _resolved(self, node: Node) -> Node | None:
        """The node with the lists in the place of their names; None where there is no such list."""
        if isinstance(node, Sequence):
            items = tuple(item for entry in node.items for item in self._listed_items(entry))
            return Sequence(items, node.span) if items or not node.items else None
        if referred(node) is None:
            return node
        items = tuple(self._listed_items(node))
        return Sequence(items, node.span) if items else None

    def _listed_items(self, node: Node) -> Iterator[Node]:
        name = referred(node)
        if name is None:
            yield node
        elif name in self._names.lists:
            self._names.used.add(REFERENCE + name)
            yield from shapes.items(self._names.lists[name].value, f'list "{name}"', self._findings)
        else:
            message = f'there is no list "{name}"'
            self._findings.unknown(node.span, "unknown-list", message, name, self._names.lists)


def _listed(of: Field) -> str:
    return f"{of.type.value} operators: {', '.join(BY_TYPE[of.type])}"
