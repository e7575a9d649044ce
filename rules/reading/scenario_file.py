"""Reading `tests:`: scenarios over the whole rule set."""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from rules.deciding.scenario import Expected, Scenario, Tags
from rules.findings.finding import Findings
from rules.findings.source import Span
from rules.language import fields
from rules.language.fields import KINDS
from rules.language.topics import TOPICS
from rules.language.values import Kind
from rules.reading import document, examples, shapes
from rules.reading.document import Entry, Node, Scalar
from rules.reading.registry import Registry

KEYS = ("version", "tests")
TEST_KEYS = ("name", "applies_to", "given", "expect")
EXPECT_KEYS = ("add", "remove", "contact", "company", "matched", "acted")

_TAG_KEYS = ("add", "remove")
_ELSEWHERE: tuple[Kind, ...] = ("contact", "company")


class ScenarioReader:
    """Reads the scenarios of all files, whose names must differ over all of them.

    `registry` is None if there is none to compare tags with; `rules` are the ids that there are.
    """

    def __init__(self, registry: Registry | None, rules: Collection[str], findings: Findings) -> None:
        self._registry = registry
        self._rules = rules
        self._findings = findings
        self._names: dict[str, Span] = {}

    def read(self, root: document.Mapping) -> Iterator[Scenario]:
        """The scenarios of one file; a finding for each that cannot be tried."""
        shapes.known(root, KEYS, "a file of tests", self._findings)
        node = root.get("tests")
        for item in shapes.items(node, '"tests"', self._findings) if node else ():
            before = self._findings.errors
            block = shapes.block(item, "a test", self._findings)
            scenario = self._scenario(block) if block else None
            if scenario is not None and self._findings.errors == before:
                yield scenario

    def _scenario(self, block: document.Mapping) -> Scenario | None:
        given = {entry.key.text: entry for entry in shapes.known(block, TEST_KEYS, "a test", self._findings)}
        for key in ("name", "given", "expect"):
            if key not in given:
                place = block.entries[0].key.span if block.entries else block.span
                self._findings.error(place, "missing-key", f'there is no "{key}" in this test')
        if len({"name", "given", "expect"} & given.keys()) < len(("name", "given", "expect")):
            return None
        name = self._name(given["name"].value)
        said = shapes.block(given["given"].value, '"given"', self._findings)
        expect = shapes.block(given["expect"].value, '"expect"', self._findings)
        if name is None or said is None or expect is None:
            return None
        kind = self._kind(given["applies_to"].value) if "applies_to" in given else meant(said)
        values = examples.values(said, (kind,), self._findings) if kind else {}
        return Scenario(
            name=name.text,
            kind=kind or "conversation",
            values=MappingProxyType(values),
            expected=self._expected(expect),
            span=name.span,
            places=MappingProxyType(dict(_places(said, expect))),
        )

    def _name(self, node: Node) -> Scalar | None:
        name = shapes.text(node, '"name"', self._findings)
        if name is None:
            return None
        document.check_shown(name, "the name of a test", self._findings)
        first = self._names.setdefault(name.text, name.span)
        if first is not name.span:
            message = f'test "{name.text}" is already given at {first.file}:{first.line}'
            self._findings.error(name.span, "duplicate-id", message)
        return name

    def _kind(self, node: Node) -> Kind | None:
        text = shapes.text(node, '"applies_to"', self._findings)
        kind = next((kind for kind in KINDS if text and kind == text.text), None)
        if text and kind is None:
            message = f'"{text.text}" is not a kind of object'
            self._findings.unknown(text.span, "unknown-value", message, text.text, KINDS)
        return kind

    def _expected(self, block: document.Mapping) -> Expected:
        entries = {entry.key.text: entry for entry in shapes.known(block, EXPECT_KEYS, '"expect"', self._findings)}
        if not block.entries:
            self._findings.error(block.span, "empty-value", '"expect" expects nothing')
        own = self._tags(entries)
        others = {kind: self._elsewhere(entries[kind]) for kind in _ELSEWHERE if kind in entries}
        return Expected(
            own=own,
            elsewhere=MappingProxyType(others),
            matched=self._ids(entries, "matched"),
            acted=self._ids(entries, "acted"),
        )

    def _elsewhere(self, entry: Entry) -> Tags:
        block = shapes.block(entry.value, f'"{entry.key.text}"', self._findings)
        known = shapes.known(block, _TAG_KEYS, f'"{entry.key.text}"', self._findings) if block else ()
        return self._tags({entry.key.text: entry for entry in known})

    def _tags(self, entries: Mapping[str, Entry]) -> Tags:
        return Tags(self._names_of(entries, "add"), self._names_of(entries, "remove"))

    def _names_of(self, entries: Mapping[str, Entry], key: str) -> tuple[str, ...] | None:
        if key not in entries:
            return None
        tags = []
        for item in self._listed(entries[key]):
            tag = self._registry.find(item.text) if self._registry else item.text
            if tag is None and self._registry:
                message = f'tag "{item.text}" is not in tags.yaml'
                self._findings.unknown(item.span, "unknown-tag", message, item.text, self._registry.names)
            tags.append(tag or item.text)
        return tuple(dict.fromkeys(tags))

    def _ids(self, entries: Mapping[str, Entry], key: str) -> tuple[str, ...] | None:
        if key not in entries:
            return None
        listed = self._listed(entries[key])
        for item in listed:
            if item.text not in self._rules:
                message = f'there is no rule "{item.text}"'
                self._findings.unknown(item.span, "unknown-rule", message, item.text, self._rules)
        return tuple(dict.fromkeys(item.text for item in listed))

    def _listed(self, entry: Entry) -> tuple[Scalar, ...]:
        """The texts of a list that may be empty: nothing at all is something to expect."""
        what = f'"{entry.key.text}"'
        items = shapes.items(entry.value, what, self._findings, or_none=True)
        found = (shapes.text(item, f"an entry of {what}", self._findings) for item in items)
        return tuple(item for item in found if item is not None)


def meant(given: document.Mapping) -> Kind:
    """The kind of object that an event is about which has these fields: where in doubt, a conversation."""
    topic = given.get("event.topic")
    if isinstance(topic, Scalar):
        return next((kind for kind in KINDS if topic.text in TOPICS[kind]), "conversation")
    found = [field for entry in given.entries if (field := fields.find(entry.key.text))]
    fitting = (kind for kind in KINDS if all(fields.readable(field, kind) for field in found))
    return next(fitting, "conversation")


def _places(given: document.Mapping, expect: document.Mapping) -> Iterator[tuple[str, Span]]:
    for prefix, block in (("given", given), ("expect", expect)):
        yield from ((f"{prefix}.{entry.key.text}", entry.key.span) for entry in block.entries)
