"""Reading what is asked of one field: its operators, or the values it may have."""

from collections.abc import Iterator
from dataclasses import replace

from rules.deciding.asked import Asked
from rules.deciding.condition import Test
from rules.deciding.equality import yes_no
from rules.findings.finding import Findings
from rules.language import fields
from rules.language.fields import Field, Type
from rules.language.operators import BY_TYPE, EQUALS, EXACT_CASE, OPERATORS
from rules.reading import document, operand, shapes
from rules.reading.document import Entry, Node, Scalar, Sequence
from rules.reading.names import Names
from rules.reading.operand import Operand
from rules.reading.patterns import Patterns

MOST_VALUES = 500_000
"""Words, values and patterns in all tests of one file, those of lists counted wherever they are used."""

JOINT_WORDS = ("all", "any", "none")
USE = "use"

_BARE = {
    Type.STRING: "in",
    Type.ENUM: "in",
    Type.ATTRIBUTE: "in",
    Type.YES_NO: "is",
    Type.NUMBER: "in",
}


class QuestionReader:
    """Reads the tests of single fields, in one file."""

    def __init__(self, names: Names, patterns: Patterns, findings: Findings) -> None:
        self._names = names
        self._patterns = patterns
        self._findings = findings
        self._values = 0
        self._alike: dict[tuple[str, str, tuple[str, ...], Asked], Test] = {}

    def read(self, entry: Entry) -> Iterator[Test]:
        """The tests that stand behind a field; a finding for each that cannot be read."""
        key = entry.key
        found = fields.find(key.text)
        if found is None:
            message = f'unknown field "{key.text}"'
            note = "list all fields: rules fields"
            valid = (*fields.paths(), *JOINT_WORDS, USE)
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
        node = self._names.resolved(entry.value, self._findings)
        if node is None or not self._affordable(node):
            return
        asked = Operand(of, OPERATORS[operator], node, entry.key, exact_case, self._names, self._patterns)
        test = operand.read(asked, self._findings)
        if test is not None:
            yield self._kept_once(test)

    def _kept_once(self, test: Test) -> Test:
        """The test, with what it looks for from the first one that asks the same: rules ask the same over and over."""
        first = self._alike.setdefault((test.field.path, test.operator, test.written, test.asked), test)
        return replace(first, span=test.span)

    def _affordable(self, node: Node) -> bool:
        """Whether there is room for the values of one more test: a long list may be used by a great many."""
        self._values += len(node.items) if isinstance(node, Sequence) else 1
        if self._values > MOST_VALUES:
            self._findings.error(node.span, "too-many", f"more than {MOST_VALUES:,} values in the tests of this file")
        return self._values <= MOST_VALUES


def _listed(of: Field) -> str:
    return f"{of.type.value} operators: {', '.join(BY_TYPE[of.type])}"
