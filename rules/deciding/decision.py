"""What a rule set makes of one event."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from rules.deciding.rule import Action
from rules.language.limits import Limits
from rules.language.values import Kind


@dataclass(frozen=True, slots=True)
class Change:
    """One tag to add to, or remove from, one object.

    `kind` says which object: the event's own target, or its contact or company. `tag` is spelt as in
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
    """A rule whose condition held, and the positive tests that made it so.

    `beaten_by` is the rule of its group that acts in its place. `limits` are the rule's own.
    """

    rule: str
    shadow: bool
    passed: tuple[Passed, ...]
    beaten_by: str | None = None
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A rule that does not match gives up its claim on a tag, which goes when no other rule has a claim on it."""

    kind: Kind
    tag: str
    rule: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What some rules come to together.

    `conflicts` are tags that matching rules of one priority both add and remove: nothing happens to them.
    """

    changes: tuple[Change, ...] = ()
    conflicts: tuple[str, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to ask for: `read` says what, `calls` how many calls to Intercom that takes.

    Then `fields` would be known, and `rules` would come nearer to their decision.
    """

    read: str
    calls: int
    fields: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The changes to make, and why.

    `changes`, `conflicts` and `withdrawals` are those of live rules. `if_live` is a second decision, as if rules in
    shadow mode were live too: recorded, never made; None where no such rule has anything to do with the event.
    `undecided` maps a rule that could not be evaluated, or that has to wait for one of its group, to the fields it
    needs that nobody has fetched; `needs` says what to ask for, the cheapest first: ask for that, then decide again.
    `mismatched` are fields whose value is of another type than a test needs, which therefore does not hold.
    `unevaluated` are rules for which the budget did not suffice, and those of their group that have to wait for them:
    nobody knows whether they match.
    """

    changes: tuple[Change, ...] = ()
    matches: tuple[Match, ...] = ()
    conflicts: tuple[str, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    undecided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    if_live: Settled | None = None
    mismatched: tuple[str, ...] = ()
    unevaluated: tuple[str, ...] = ()

    def only(self, rules: AbstractSet[str]) -> "Decision":
        """What of it `rules` have a part in. All rules had their say in it: a tie stays a tie."""
        kept = {rule: paths for rule, paths in self.undecided.items() if rule in rules}
        return replace(
            self,
            changes=tuple(change for change in self.changes if not rules.isdisjoint(change.rules)),
            matches=tuple(match for match in self.matches if match.rule in rules),
            withdrawals=tuple(gone for gone in self.withdrawals if gone.rule in rules),
            undecided=kept,
            unevaluated=tuple(rule for rule in self.unevaluated if rule in rules),
            needs=tuple(need for need in self.needs if not rules.isdisjoint(need.rules)),
            if_live=None,
        )

    @property
    def shadow(self) -> tuple[Change, ...]:
        """The changes of the second decision that a rule in shadow mode asks for."""
        in_shadow = {match.rule for match in self.matches if match.shadow}
        changes = self.if_live.changes if self.if_live else ()
        return tuple(change for change in changes if in_shadow.intersection(change.rules))

    @property
    def acted(self) -> tuple[str, ...]:
        """The rules that change something: matching live ones that no other rule keeps from it."""
        asking = {rule for change in self.changes for rule in change.rules}
        return tuple(match.rule for match in self.matches if match.rule in asking)
