"""Reading a file of rules."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rules.deciding.condition import Condition, Test, tests
from rules.deciding.rule import Elsewhere, Example, Rule
from rules.findings.finding import Findings
from rules.findings.source import Span
from rules.language import fields
from rules.language.values import Kind
from rules.reading import document, examples, groups, settings, shapes
from rules.reading.conditions import ConditionReader
from rules.reading.document import Entry, Scalar
from rules.reading.groups import Groups
from rules.reading.registry import Registry
from rules.reading.settings import Settings

KEYS = ("version", "owner", "defaults", "lists", "conditions", "windows", "groups", "rules")
RULE_KEYS = ("id", "description", *settings.KEYS, "group", "if", "then", "examples")

_ELSEWHERE: tuple[Kind, ...] = ("contact", "company")
_ACTIONS = ("add", "remove")
_WITH_CONTACT = frozenset({"conversation", "ticket"})

_Entries = Mapping[str, Entry]
_Then = tuple[tuple[str, ...], tuple[str, ...], tuple[Elsewhere, ...]]


@dataclass(frozen=True, slots=True)
class Read:
    """A rule as far as it could be read. `sound` tells whether there was no error in it."""

    rule: Rule
    sound: bool


class RuleReader:
    """Reads the rules of all files, whose ids must differ over all of them. `count` is how many there were.

    `registry` is None if there is none to compare tags with.
    """

    def __init__(self, registry: Registry | None, findings: Findings) -> None:
        self._registry = registry
        self._findings = findings
        self._ids: dict[str, Span] = {}
        self.count = 0

    @property
    def ids(self) -> Collection[str]:
        """The ids of all rules read so far, faulty ones included."""
        return self._ids.keys()

    def read(self, root: document.Mapping, conditions: ConditionReader) -> Iterator[Read]:
        """The rules of one file that have an id and a condition.

        Until the next one is asked for, what is found is about the rule, and its owner's.
        """
        entries = _by_key(shapes.known(root, KEYS, "a rules file", self._findings))
        defaults = self._defaults(entries)
        grouped = groups.read(entries["groups"].value if "groups" in entries else None, self._findings)
        node = entries["rules"].value if "rules" in entries else None
        listed = shapes.items(node, '"rules"', self._findings, or_none=True) if node else ()
        for item in listed:
            self.count += 1
            block = shapes.block(item, "a rule", self._findings)
            if block is not None:
                self._findings.owner = _owner(block, defaults)
                yield from self._rule(block, defaults, grouped, conditions)
                self._findings.owner = None
        if node is not None:
            grouped.unused(self._findings)

    def _defaults(self, entries: _Entries) -> Settings:
        owner = [entries["owner"]] if "owner" in entries else []
        of_file = settings.read(owner, Settings(), self._findings)
        block = shapes.block(entries["defaults"].value, '"defaults"', self._findings) if "defaults" in entries else None
        if block is None:
            return of_file
        return settings.read(shapes.known(block, settings.KEYS, '"defaults"', self._findings), of_file, self._findings)

    def _rule(
        self,
        block: document.Mapping,
        defaults: Settings,
        grouped: Groups,
        conditions: ConditionReader,
    ) -> Iterator[Read]:
        before = self._findings.errors
        entries = _by_key(shapes.known(block, RULE_KEYS, "a rule", self._findings))
        name = self._id(block, entries)
        own = self._settings(entries, defaults)
        condition = self._condition(block, entries, own.applies_to, conditions)
        add, remove, elsewhere = self._then(block, entries, own)
        group = grouped.find(entries["group"].value, self._findings) if "group" in entries else None
        tried = self._examples(name.span if name else block.span, entries, own, name.text if name else "")
        described = entries.get("description")
        text = shapes.description(described.value, '"description"', self._findings) if described else None
        if name is None or condition is None:
            return
        rule = Rule(
            id=name.text,
            condition=condition,
            add=add,
            remove=remove,
            span=name.span,
            description=text.text if text else None,
            examples=tried,
            elsewhere=elsewhere,
            group=group,
            **{key: getattr(own, key) for key in settings.KEYS},
        )
        yield Read(rule, sound=self._findings.errors == before)

    def _id(self, block: document.Mapping, entries: _Entries) -> Scalar | None:
        if "id" not in entries:
            self._missing(block, "id", "a rule needs an id of its own")
            return None
        name = shapes.name(entries["id"].value, '"id"', self._findings)
        if name is None:
            return None
        first = self._ids.setdefault(name.text, name.span)
        if first is not name.span:
            message = f'rule id "{name.text}" is already used at {first.file}:{first.line}'
            self._findings.error(name.span, "duplicate-id", message)
        return name

    def _settings(self, entries: _Entries, defaults: Settings) -> Settings:
        own = settings.read(entries.values(), defaults, self._findings)
        if "events" in entries:
            settings.check_events(entries["events"].value, own.applies_to, self._findings)
        return own

    def _condition(
        self,
        block: document.Mapping,
        entries: _Entries,
        applies_to: tuple[Kind, ...],
        conditions: ConditionReader,
    ) -> Condition | None:
        if "if" not in entries:
            self._missing(block, "if", 'a rule needs "if": what it looks for')
            return None
        condition = conditions.read(entries["if"].value, '"if"')
        for part in conditions.own_parts(condition) if condition else ():
            if not any(fields.readable(test.field, kind) for test in tests(part) for kind in applies_to):
                self._wrong_target(part, applies_to)
        return condition

    def _wrong_target(self, part: Condition, applies_to: tuple[Kind, ...]) -> None:
        note = "applies_to says what a rule is for; it is conversation where nothing is said"
        kinds = " or a ".join(applies_to)
        message = f"no field that this condition asks for exists on a {kinds}"
        if isinstance(part, Test):
            message = f'"{part.field.path}" does not exist on a {kinds}'
        self._findings.error(part.span, "wrong-target", message, note)

    def _then(self, block: document.Mapping, entries: _Entries, own: Settings) -> _Then:
        if "then" not in entries:
            self._missing(block, "then", 'a rule needs "then": the tags to add or remove')
            return (), (), ()
        then = shapes.block(entries["then"].value, '"then"', self._findings)
        if then is None:
            return (), (), ()
        actions = _by_key(shapes.known(then, (*_ACTIONS, *_ELSEWHERE), '"then"', self._findings))
        if not then.entries:
            self._findings.error(then.span, "empty-value", '"then" neither adds nor removes a tag')
        elsewhere = tuple(self._elsewhere(kind, actions[kind], own) for kind in _ELSEWHERE if kind in actions)
        return *self._changes(actions), elsewhere

    def _elsewhere(self, kind: Kind, entry: Entry, own: Settings) -> Elsewhere:
        """The tags to change on the contact or company of what the rule is for."""
        place, what = entry.key.span, f'"{kind}"'
        if not set(own.applies_to) <= _WITH_CONTACT:
            message = f"only a rule on conversations and tickets can change the tags of their {kind}"
            self._findings.error(place, "wrong-target", message, f"for the {kind} itself: applies_to: {kind}")
        if own.if_unmatched == "remove":
            message = f'"if_unmatched: remove" cannot take back a tag from the {kind}'
            self._findings.error(place, "cannot-withdraw", message, "another conversation may still want it there")
        block = shapes.block(entry.value, what, self._findings)
        if block is None:
            return Elsewhere(kind)
        if not block.entries:
            self._findings.error(block.span, "empty-value", f"{what} neither adds nor removes a tag")
        return Elsewhere(kind, *self._changes(_by_key(shapes.known(block, _ACTIONS, what, self._findings))))

    def _changes(self, actions: _Entries) -> tuple[tuple[str, ...], tuple[str, ...]]:
        add, remove = self._tags(actions, "add"), self._tags(actions, "remove")
        for tag in remove.keys() & add.keys():
            message = f'tag "{tag}" is both added and removed by this rule'
            self._findings.error(remove[tag], "add-remove-conflict", message)
        return tuple(add), tuple(remove)

    def _tags(self, actions: _Entries, action: str) -> dict[str, Span]:
        """The tags to add or to remove, as `tags.yaml` spells them."""
        tags: dict[str, Span] = {}
        names = shapes.texts(actions[action].value, f'"{action}"', self._findings) if action in actions else ()
        for name in names:
            tag = self._registry.find(name.text) if self._registry else name.text
            if tag is None:
                self._unknown_tag(name)
            else:
                tags.setdefault(tag, name.span)
        return tags

    def _unknown_tag(self, name: Scalar) -> None:
        message = f'tag "{name.text}" is not in tags.yaml'
        note = () if self._registry is None else self._registry.spelling.values()
        self._findings.unknown(name.span, "unknown-tag", message, name.text, note)

    def _examples(self, place: Span, entries: _Entries, own: Settings, name: str) -> tuple[Example, ...]:
        written = entries.get("examples")
        tried = tuple(examples.read(written.value, own.applies_to, self._findings)) if written else ()
        said = {example.expectation for example in tried}
        if name and own.mode == "live" and not {"match", "no_match"} <= said:
            lacks = "examples" if not written else "match example" if "match" not in said else "no_match example"
            message = f'rule "{name}" has no {lacks}'
            note = "write what it should match and what not: rules test tries them"
            self._findings.warning(place, "no-examples", message, note)
        return tried

    def _missing(self, block: document.Mapping, key: str, message: str) -> None:
        place = block.entries[0].key.span if block.entries else block.span
        self._findings.error(place, "missing-key", message, f'there is no "{key}" in this block')


def _by_key(entries: tuple[Entry, ...]) -> _Entries:
    return {entry.key.text: entry for entry in entries}


def _owner(block: document.Mapping, defaults: Settings) -> str | None:
    """Whom to ask about a rule, before it is read: its faults are theirs."""
    own = block.get("owner")
    return own.text if isinstance(own, Scalar) else defaults.owner
