"""What a rule set makes of one event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rules.values import Kind

Action = Literal["add", "remove"]


@dataclass(frozen=True, slots=True)
class Change:
    """One tag to add to, or remove from, one object.

    `kind` says which object: the event's own target, or (later) its contact or company. `tag` is spelt as in
    `tags.yaml`. `rules` are the ids of all rules that ask for it, in the order of the rule set; `admin_id` is that of
    the first of them that names one.
    """

    kind: Kind
    tag: str
    action: Action
    rules: tuple[str, ...]
    admin_id: str | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """One test that held. `phrase` is the rule's own word, never the customer's; `span` where it stood in the text."""

    field: str
    operator: str
    phrase: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A rule whose condition held, and the positive tests that made it so."""

    rule: str
    shadow: bool
    passed: tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The changes to make, and why.

    `shadow` are the changes that rules in shadow mode ask for: recorded, never made. `conflicts` are tags that
    matching rules of one priority both add and remove: nothing happens to them. `undecided` maps a rule that could not
    be evaluated to the fields it needs that nobody has fetched.
    """

    changes: tuple[Change, ...] = ()
    shadow: tuple[Change, ...] = ()
    matches: tuple[Match, ...] = ()
    conflicts: tuple[str, ...] = ()
    undecided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
