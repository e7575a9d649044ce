"""Rule sets from a few lines of YAML."""

from collections.abc import Mapping

from rules.deciding.ruleset import RuleSet
from rules.findings.finding import Finding, Findings
from rules.language.values import Facts, Kind, Value
from rules.reading.loader import File, Loaded, assemble

TAGS = """
version: 1
tags:
  billing/refund: Customer asks for their money back
  billing/invoice: Questions about an invoice
  vip: A customer who matters much
"""


WINDOW = """\
windows:
  office: {timezone: Europe/Dublin, open: [{days: mon-fri, from: 09:00, to: 18:00}]}
"""


def loaded(text: str, *, tags: str = TAGS) -> Loaded:
    files = (File("tags.yaml", tags.encode()), File("rules.yaml", text.encode()))
    return assemble(files, Findings(), "folder")


def rule_set(text: str) -> RuleSet:
    made = loaded(text)
    assert made.rule_set is not None, made.findings
    return made.rule_set


def findings(text: str) -> tuple[Finding, ...]:
    return tuple(finding for finding in loaded(text).findings if finding.severity != "info")


def codes(text: str) -> list[tuple[int, str]]:
    """Line and code of everything found, but for the examples that these short rules do not have."""
    return [(finding.line, finding.code) for finding in findings(text) if finding.code != "no-examples"]


def rule(condition: str, *, applies_to: str = "conversation", name: str = "a-rule", then: str = "add: vip") -> str:
    """A file with one rule. `condition` is written in the flow style, as in `{message.text: {exists: yes}}`."""
    window = WINDOW if "during: office" in condition else ""
    return (
        f"version: 1\n{window}rules:\n- id: {name}\n  applies_to: {applies_to}\n  if: {condition}\n  then: {{{then}}}\n"
    )


def facts(values: Mapping[str, Value], *not_fetched: str, kind: Kind = "conversation") -> Facts:
    return Facts(kind, {"message.from": "customer", **values}, frozenset(not_fetched))


def verdict(condition: str, values: Mapping[str, Value], *not_fetched: str, kind: Kind = "conversation") -> bool | None:
    """Whether a rule with this condition matches the event, or None if it is undecided."""
    decision = rule_set(rule(condition, applies_to=kind)).decide(facts(values, *not_fetched, kind=kind))
    return None if decision.undecided else bool(decision.matches)
