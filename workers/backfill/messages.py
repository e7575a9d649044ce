"""Whether a backfill has to read what customers wrote, which takes a call for each object."""

from collections.abc import Collection

from rules.deciding.condition import tests
from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet
from rules.language.values import Kind

_OF_THE_EVENT = {"message", "event"}
"""The groups of fields whose values are those of one message, or of the moment at which it was written."""


def needed(rule_set: RuleSet, kind: Kind, asked: Collection[str]) -> bool:
    """Whether what the rules `asked` (all if there are none) do to objects of `kind` depends on single messages."""
    live = [rule for rule in rule_set.rules if rule.mode == "live" and kind in rule.applies_to]
    return any(map(_is_of_the_event, _with_rivals(live, asked) if asked else live))


def _is_of_the_event(rule: Rule) -> bool:
    # A rule that names its topics never looks at an object that was only read.
    return rule.events is not None or any(test.field.group in _OF_THE_EVENT for test in tests(rule.condition))


def _with_rivals(live: list[Rule], asked: Collection[str]) -> list[Rule]:
    """The rules that are asked for, and those that may have the last word about their tags."""
    found = [rule for rule in live if rule.id in asked]
    for rule in found:
        # The list grows as rivals of rivals are found.
        found += [other for other in live if other not in found and _are_rivals(rule, other)]
    return found


def _are_rivals(rule: Rule, other: Rule) -> bool:
    in_group = rule.group is not None and rule.group == other.group
    return in_group or not set(rule.tags).isdisjoint(other.tags)
