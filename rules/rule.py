"""One rule, as the engine uses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from rules.condition import Condition, tests
from rules.predicate import Predicate, compile_condition
from rules.source import Span
from rules.values import Facts, Kind, Value

Mode = Literal["live", "shadow", "disabled"]
MODES: tuple[Mode, ...] = get_args(Mode)

Expectation = Literal["match", "no_match", "known_miss", "known_false_alarm"]
EXPECTATIONS: tuple[Expectation, ...] = get_args(Expectation)

SENDER = "message.from"


@dataclass(frozen=True, slots=True)
class Example:
    """An event in the author's words, and what the rule should make of it. Fields not given have no value."""

    expectation: Expectation
    values: Mapping[str, Value] = field(repr=False)
    span: Span = field(repr=False, compare=False)


@dataclass(frozen=True)
class Rule:
    """One rule. `condition` says when it matches, `add` and `remove` are tags as `tags.yaml` spells them.

    `events` are the topics it looks at, None for all of its kinds. Of two rules that disagree about a tag the one with
    the higher `priority` wins. `admin_id` is whose name the change bears, None for the workspace's own.
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

    def concerns(self, facts: Facts) -> bool:
        """Whether the rule looks at events of this topic."""
        return self.events is None or facts.get("event.topic") in self.events

    @cached_property
    def predicate(self) -> Predicate:
        """The condition as one function."""
        return compile_condition(self.condition)

    @cached_property
    def names_sender(self) -> bool:
        """Whether the rule says itself whose messages it reads; others read only the customer's."""
        return any(test.field.path == SENDER for test in tests(self.condition))
