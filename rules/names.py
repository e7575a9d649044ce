"""What rules use by name: lists as `$name`, conditions as `use: name`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from rules import document, shapes
from rules.document import Entry, Node, Scalar, Sequence
from rules.finding import Findings

_REFERENCE = "$"

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Names:
    """The lists and conditions with a name, and those that were used: a list as `$name`, a condition as `name`."""

    lists: Mapping[str, Entry] = field(default_factory=dict)
    conditions: Mapping[str, Entry] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def over(self, shared: "Names") -> "Names":
        """These names in front of shared ones; what is used of either is noted here."""
        return Names({**shared.lists, **self.lists}, {**shared.conditions, **self.conditions}, self.used)

    def resolved(self, node: Node, findings: Findings) -> Node | None:
        """The node with lists in the place of their names; None, and a finding, where that leaves nothing."""
        if isinstance(node, Sequence):
            found = (item for entry in node.items for item in self._items(entry, findings))
            items = tuple(islice(found, shapes.MOST_ITEMS + 1))
            return Sequence(items, node.span) if items or not node.items else None
        if _referred(node) is None:
            return node
        items = tuple(self._items(node, findings))
        return Sequence(items, node.span) if items else None

    def _items(self, node: Node, findings: Findings) -> Iterator[Node]:
        name = _referred(node)
        if name is None:
            yield node
        elif name in self.lists:
            self.used.add(_REFERENCE + name)
            yield from shapes.items(self.lists[name].value, f'list "{name}"', findings)
        else:
            findings.unknown(node.span, "unknown-list", f'there is no list "{name}"', name, self.lists)


def read(root: document.Mapping, findings: Findings) -> Names:
    """The names that a file gives."""
    return Names(_entries(root, "lists", findings), _entries(root, "conditions", findings))


def shared(roots: Iterable[document.Mapping], findings: Findings) -> Names:
    """The names of files that hold no rules: every file may use them, so each may be given only once."""
    lists: dict[str, Entry] = {}
    conditions: dict[str, Entry] = {}
    for root in roots:
        names = read(root, findings)
        for given, known in ((names.lists, lists), (names.conditions, conditions)):
            for name, entry in given.items():
                first = known.setdefault(name, entry)
                if first is not entry:
                    message = f'"{name}" is already given at {first.key.span.file}:{first.key.span.line}'
                    findings.error(entry.key.span, "duplicate-key", message)
    return Names(lists, conditions)


def unused(names: Names, findings: Findings) -> None:
    """Tell of names that nothing uses."""
    for name, entry in names.lists.items():
        if _REFERENCE + name not in names.used:
            findings.warning(entry.key.span, "unused-list", f'nothing uses the list "{name}"')
    for name, entry in names.conditions.items():
        if name not in names.used:
            findings.warning(entry.key.span, "unused-condition", f'nothing uses the condition "{name}"')


def _referred(node: Node) -> str | None:
    """The name of the list that a `$name` stands for; in quotes it is only a text."""
    if not isinstance(node, Scalar) or node.quoted or not node.text.startswith(_REFERENCE):
        return None
    name = node.text.removeprefix(_REFERENCE)
    return name if _NAME.fullmatch(name) else None


def _entries(root: document.Mapping, key: str, findings: Findings) -> dict[str, Entry]:
    node = root.get(key)
    block = shapes.block(node, f'"{key}"', findings) if node else None
    named = {}
    for entry in block.entries if block else ():
        if _NAME.fullmatch(entry.key.text):
            named[entry.key.text] = entry
        else:
            message = f'"{entry.key.text}" cannot be a name: it is made of letters a-z, digits and underscores'
            findings.error(entry.key.span, "bad-name", message)
    return named
