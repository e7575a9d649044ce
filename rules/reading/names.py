"""What rules use by name: lists as `$name`, conditions as `use: name`, windows as `during: name`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from rules.findings.finding import Findings
from rules.language.window import Window
from rules.reading import document, shapes, windows
from rules.reading.document import Entry, Node, Scalar, Sequence

_REFERENCE = "$"
_DURING = "during "

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.IGNORECASE | re.ASCII)


class Given(NamedTuple):
    """A window with its place; None instead of one that could not be read."""

    entry: Entry
    window: Window | None


@dataclass(frozen=True, slots=True)
class Names:
    """The lists, conditions and windows with a name.

    `used` are those that were: a list as `$name`, a condition as `name`, a window as `during name`.
    """

    lists: Mapping[str, Entry] = field(default_factory=dict)
    conditions: Mapping[str, Entry] = field(default_factory=dict)
    windows: Mapping[str, Given] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def over(self, shared: "Names") -> "Names":
        """These names in front of shared ones; what is used of either is noted here."""
        return Names(
            {**shared.lists, **self.lists},
            {**shared.conditions, **self.conditions},
            {**shared.windows, **self.windows},
            self.used,
        )

    def window(self, name: Scalar, findings: Findings) -> Window | None:
        """The window of that name; None, and a finding, if there is none."""
        if name.text not in self.windows:
            message = f'there is no window "{name.text}"'
            findings.unknown(name.span, "unknown-window", message, name.text, self.windows)
            return None
        self.used.add(_DURING + name.text)
        return self.windows[name.text].window

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
    given = _entries(root, "windows", findings)
    read_windows = {name: Given(entry, windows.read(entry, findings)) for name, entry in given.items()}
    return Names(_entries(root, "lists", findings), _entries(root, "conditions", findings), read_windows)


def shared(roots: Iterable[document.Mapping], findings: Findings) -> Names:
    """The names of files that hold no rules: every file may use them, so each may be given only once."""
    lists: dict[str, Entry] = {}
    conditions: dict[str, Entry] = {}
    openings: dict[str, Given] = {}
    for root in roots:
        names = read(root, findings)
        _join(lists, names.lists, findings)
        _join(conditions, names.conditions, findings)
        twice = _join({name: one.entry for name, one in openings.items()}, _placed(names), findings)
        openings |= {name: one for name, one in names.windows.items() if name not in twice}
    return Names(lists, conditions, openings)


def _placed(names: Names) -> dict[str, Entry]:
    return {name: given.entry for name, given in names.windows.items()}


def _join(known: dict[str, Entry], given: Mapping[str, Entry], findings: Findings) -> set[str]:
    """Add what is given to what is known; the names that were known before are left as they are, with a finding."""
    twice = known.keys() & given.keys()
    for name in sorted(twice):
        first = known[name].key.span
        message = f'"{name}" is already given at {first.file}:{first.line}'
        findings.error(given[name].key.span, "duplicate-key", message)
    known |= {name: entry for name, entry in given.items() if name not in twice}
    return twice


def unused(names: Names, findings: Findings) -> None:
    """Tell of names that nothing uses, and of the faults of such lists, which nobody else reads."""
    for what, prefix, entries in (
        ("list", _REFERENCE, names.lists),
        ("condition", "", names.conditions),
        ("window", _DURING, _placed(names)),
    ):
        for name, entry in entries.items():
            if prefix + name not in names.used:
                findings.warning(entry.key.span, _UNUSED[what], f'nothing uses the {what} "{name}"')
                if what == "list":
                    shapes.texts(entry.value, f'list "{name}"', findings)


_UNUSED = {"list": "unused-list", "condition": "unused-condition", "window": "unused-window"}


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
