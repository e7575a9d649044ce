"""Reading `if:`: how the tests of a condition are joined."""

from collections.abc import Iterator, Mapping
from itertools import islice

from rules.deciding.condition import AllOf, AnyOf, Condition, NoneOf, Test, tests
from rules.findings.finding import Findings
from rules.reading import document, shapes
from rules.reading.document import Entry, Node, Scalar
from rules.reading.names import Names
from rules.reading.patterns import Patterns
from rules.reading.questions import JOINT_WORDS, USE, QuestionReader

MOST_TESTS = 2_000
"""Tests in one condition, those of the named conditions it uses included."""

DEEPESTUSE = 4
"""Named conditions that use one another."""

_JOINTS: Mapping[str, type[AllOf | AnyOf | NoneOf]] = dict(zip(JOINT_WORDS, (AllOf, AnyOf, NoneOf), strict=True))


class ConditionReader:
    """Reads the conditions of one file."""

    def __init__(self, names: Names, patterns: Patterns, findings: Findings) -> None:
        self._names = names
        self._findings = findings
        self._questions = QuestionReader(names, patterns, findings)
        self._named: dict[str, Condition | None] = {}
        self._open: list[str] = []
        self._used: set[int] = set()

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

    def own_parts(self, condition: Condition) -> Iterator[Condition]:
        """The tests that a condition makes itself, and as wholes the named conditions that it uses."""
        if isinstance(condition, Test) or id(condition) in self._used:
            yield condition
        else:
            for part in condition.parts:
                yield from self.own_parts(part)

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
        elif key.text == USE:
            yield from self._use(entry.value)
        elif key.text == "not":
            note = "none: with one entry says the same"
            self._findings.error(key.span, "unknown-key", 'there is no "not"', note, suggestion="none")
        elif key.text == "expression":
            self._findings.error(key.span, "not-yet", '"expression" is reserved: write tests of fields')
        else:
            yield from self._questions.read(entry)

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
        name = shapes.text(node, f'"{USE}"', self._findings)
        if name is None:
            return
        if name.text not in self._names.conditions:
            message = f'there is no condition "{name.text}"'
            self._findings.unknown(name.span, "unknown-condition", message, name.text, self._names.conditions)
            return
        self._names.used.add(name.text)
        condition = self._condition(name)
        if condition is not None:
            self._used.add(id(condition))
            yield condition

    def _condition(self, name: Scalar) -> Condition | None:
        """A named condition, read when it is first used."""
        if name.text in self._named:
            return self._named[name.text]
        if name.text in self._open:
            self._findings.error(name.span, "unknown-condition", f'condition "{name.text}" uses itself')
            return None
        if len(self._open) >= DEEPESTUSE:
            message = f"more than {DEEPESTUSE} named conditions inside one another"
            self._findings.error(name.span, "too-deep", message)
            return None
        self._open.append(name.text)
        condition = self._named[name.text] = self.read(
            self._names.conditions[name.text].value,
            f'condition "{name.text}"',
        )
        self._open.pop()
        return condition
