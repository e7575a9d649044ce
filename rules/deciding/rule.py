"""One rule, as the engine uses it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple, get_args

from rules.deciding.condition import Condition, tests
from rules.deciding.predicate import Predicate, compile_condition
from rules.findings.source import Span
from rules.language.group import Group
from rules.language.limits import Limits
from rules.language.values import Facts, Kind, Value
from rules.words.budget import ASK

Mode = Literal["live", "shadow", "disabled"]
MODES: tuple[Mode, ...] = get_args(Mode)

Unmatched = Literal["keep", "remove"]
UNMATCHED: tuple[Unmatched, ...] = get_args(Unmatched)

Action = Literal["add", "remove"]

Expectation = Literal["match", "no_match", "known_miss", "known_false_alarm"]
EXPECTATIONS: tuple[Expectation, ...] = get_args(Expectation)

SENDER = "message.from"
_MESSAGE = "message"


class Wish(NamedTuple):
    """One tag that a rule wants added to, or removed from, one object."""

    kind: Kind
    tag: str
    action: Action


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The tags that a rule changes on the contact or the company of its target."""

    kind: Kind
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """An event in the author's words, and what the rule should make of it. Fields not given have no value."""

    expectation: Expectation
    values: Mapping[str, Value] = field(repr=False)
    span: Span = field(repr=False, compare=False)


@dataclass(frozen=True)
class Rule:
    """One rule. `condition` says when it matches, `add` and `remove` are tags as `tags.yaml` spells them.

    `elsewhere` are those it changes on the contact or company of its target. `events` are the topics it looks at, None
    for all of its kinds. Of two rules that disagree about a tag the one with the higher `priority` wins; of those of a
    `group` the first that matches acts. With `if_unmatched: remove` it gives up its tags where it no longer matches.
    `admin_id` is whose name the change bears, None for the workspace's own.
    """

    id: str
    condition: Condition = field(repr=False)
    add: tuple[str, ...]
    remove: tuple[str, ...]
    span: Span = field(repr=False, compare=False)
    applies_to: tuple[Kind, ...] = ("conversation",)
    events: frozenset[str] | None = None
    mode: Mode = "live"
    priority: int = 0
    admin_id: str | None = None
    owner: str | None = None
    description: str | None = None
    examples: tuple[Example, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    group: Group | None = None
    shadow_until: date | None = None
    if_unmatched: Unmatched = "keep"
    limits: Limits | None = None

    def concerns(self, facts: Facts) -> bool:
        """Whether the rule looks at events of this topic."""
        return self.events is None or facts.get("event.topic") in self.events

    def wishes(self, kind: Kind) -> Iterator[Wish]:
        """What it changes when it matches an event of this kind of object."""
        yield from _wishes(kind, self.add, self.remove)
        for other in self.elsewhere:
            yield from _wishes(other.kind, other.add, other.remove)

    def asks(self, path: str) -> bool:
        """Whether its condition asks about this field."""
        return any(test.field.path == path for test in tests(self.condition))

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag it adds or removes, wherever."""
        return tuple(dict.fromkeys(wish.tag for wish in self.wishes(self.applies_to[0])))

    @cached_property
    def reads_message(self) -> bool:
        """Whether it asks about the message, so that events without one tell it nothing."""
        return any(test.field.group == _MESSAGE for test in tests(self.condition))

    @cached_property
    def predicate(self) -> Predicate:
        """The condition as one function."""
        return compile_condition(self.condition)

    @cached_property
    def steps(self) -> int:
        """What evaluating it costs at most, but for searching texts: see `rules/words/budget.py`."""
        return ASK * sum(1 for _ in tests(self.condition))

    @cached_property
    def names_sender(self) -> bool:
        """Whether the rule says itself whose messages it reads; others read only the customer's."""
        return self.asks(SENDER)


def _wishes(kind: Kind, add: tuple[str, ...], remove: tuple[str, ...]) -> list[Wish]:
    return [Wish(kind, tag, "add") for tag in add] + [Wish(kind, tag, "remove") for tag in remove]
