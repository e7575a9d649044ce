"""Reading `groups:`: which rules of a file stand in for one another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.findings.finding import Findings
from rules.findings.source import Span
from rules.language.group import PICKS, Group
from rules.reading import document, shapes
from rules.reading.document import Node

_KEYS = ("id", "pick")


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of one file, by their ids, and the ids of those that a rule belongs to."""

    by_id: Mapping[str, Group] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def find(self, node: Node, findings: Findings) -> Group | None:
        """The group that a rule names; None, and a finding, if there is none."""
        name = shapes.text(node, '"group"', findings)
        group = self.by_id.get(name.text) if name else None
        if name is not None and group is None:
            message = f'there is no group "{name.text}" in this file'
            findings.unknown(name.span, "unknown-group", message, name.text, self.by_id)
        if group is not None:
            self.used.add(group.id)
        return group

    def unused(self, findings: Findings) -> None:
        """Tell of groups that no rule belongs to."""
        for group in self.by_id.values():
            if group.id not in self.used and group.span:
                findings.warning(group.span, "unused-group", f'no rule belongs to the group "{group.id}"')


def read(node: Node | None, findings: Findings) -> Groups:
    """The groups that stand behind `groups:`."""
    groups: dict[str, Group] = {}
    for item in shapes.items(node, '"groups"', findings) if node else ():
        block = shapes.block(item, "a group", findings)
        group = _group(block, findings) if block else None
        if group is None or group.span is None:
            continue
        first = groups.setdefault(group.id, group)
        if first is not group and first.span:
            message = f'group "{group.id}" is already given on line {first.span.line}'
            findings.error(group.span, "duplicate-id", message)
    return Groups(groups)


def _group(block: document.Mapping, findings: Findings) -> Group | None:
    given = {entry.key.text: entry.value for entry in shapes.known(block, _KEYS, "a group", findings)}
    for key in _KEYS:
        if key not in given:
            findings.error(_place(block), "missing-key", f'there is no "{key}" in this group')
    if len(given) < len(_KEYS):
        return None
    name = shapes.name(given["id"], '"id"', findings)
    text = shapes.text(given["pick"], '"pick"', findings)
    pick = next((pick for pick in PICKS if text and pick == text.text), None)
    if text is not None and pick is None:
        message = f'a group picks the first rule that matches: "{text.text}" is not known'
        findings.unknown(text.span, "unknown-value", message, text.text, PICKS)
    return Group(name.text, name.span.file, pick, name.span) if name and pick else None


def _place(block: document.Mapping) -> Span:
    return block.entries[0].key.span if block.entries else block.span
