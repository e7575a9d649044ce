"""Whom to ask about a rule, in one line: what people write as `owner` may be long."""

from collections.abc import Sequence

from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet

LONGEST = 100


def owner(rule: Rule) -> str:
    """The owner of a rule on one line, cut after so many characters; empty if it names none."""
    return " ".join((rule.owner or "").split())[:LONGEST]


def with_owners(ids: Sequence[str], rule_set: RuleSet | None) -> str:
    """Rules by id, each with its owner as far as the set knows it, as `refund of billing-ops, angry`."""
    known = {rule.id: owner(rule) for rule in rule_set.rules if rule.id in ids} if rule_set else {}
    return ", ".join(f"{name} of {known[name]}" if known.get(name) else name for name in ids)
