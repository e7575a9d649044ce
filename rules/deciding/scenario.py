"""Scenarios: what the whole rule set should make of an event."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.findings.source import Span
from rules.language.values import Kind, Value


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags that should be added to, and removed from, one object. None: the scenario does not say."""

    add: tuple[str, ...] | None = None
    remove: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scenario expects. Of what it does not say it expects nothing in particular.

    `own` are the tags of the event's own target, `elsewhere` those of its contact and company. `matched` are the ids of
    all rules that should match, `acted` of those that should change something.
    """

    own: Tags = field(default_factory=Tags)
    elsewhere: Mapping[Kind, Tags] = field(default_factory=dict)
    matched: tuple[str, ...] | None = None
    acted: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """An event in the author's words, and what the rules should make of it together. Fields not given have no value.

    `places` says where each field (`given.message.text`) and each expectation (`expect.add`) stands.
    """

    name: str
    kind: Kind
    values: Mapping[str, Value] = field(repr=False)
    expected: Expected
    span: Span = field(repr=False, compare=False)
    places: Mapping[str, Span] = field(repr=False, compare=False, default_factory=dict)
