"""What a rule does to one tag at one kind of event."""

from typing import NamedTuple

from rules.deciding.rule import Action, Rule
from rules.language.values import Kind


class Wished(NamedTuple):
    """What a rule does to a tag of an object of kind `on` at an event about one of kind `event`."""

    event: Kind
    on: Kind
    tag: str
    action: Action

    @property
    def contrary(self) -> "Wished":
        """What would undo it."""
        return self._replace(action="remove" if self.action == "add" else "add")


def wishes(rule: Rule) -> frozenset[Wished]:
    """All that a rule does, by the kind of the event."""
    return frozenset(Wished(kind, *wish) for kind in rule.applies_to for wish in rule.wishes(kind))
