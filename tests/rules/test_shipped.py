"""The rule set that is shipped as an example, and that the demonstration runs on."""

from pathlib import Path

import pytest

from rules.deciding.ruleset import RuleSet
from rules.language.values import Kind, Value
from rules.reading.loader import load
from rules.trying import trial
from tests.rules.sets import facts

FOLDER = Path(__file__).parents[2] / "rules" / "examples"


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    made = load(FOLDER)
    assert [finding.code for finding in made.findings] == ["costly-field"]
    assert made.rule_set is not None
    return made.rule_set


def test_every_example_comes_out_as_its_author_says(shipped: RuleSet) -> None:
    tried = tuple(trial.trials(shipped))

    assert [trial.as_text(trial.failure(outcome)) for outcome in tried if not outcome.as_expected] == []


def test_every_rule_says_what_it_is_for_and_whose_it_is(shipped: RuleSet) -> None:
    assert len(shipped.rules) == 12
    for rule in shipped.rules:
        assert rule.description
        assert rule.owner
        assert {example.expectation for example in rule.examples} >= {"match", "no_match"}


@pytest.mark.parametrize(
    ("kind", "values", "changes"),
    [
        ("conversation", {"message.text": "<p>Money back!</p>"}, {"add billing/refund"}),
        ("ticket", {"message.text": "a chargeback"}, {"add billing/refund"}),
        ("ticket", {"message.text": "my VAT number"}, {"add billing/invoice", "remove triage/unsorted"}),
        ("conversation", {"message.text": "refund this invoice"}, {"add billing/refund"}),
        ("conversation", {"message.text": "闪退"}, {"add bug/crash"}),
        ("conversation", {"message.text": "cancel our subscription"}, {"add churn/cancel-request"}),
        ("ticket", {"message.text": "cancel our subscription"}, set()),
        ("ticket", {"ticket.attributes.severity": "High"}, {"add urgent/p1"}),
        ("conversation", {"conversation.priority": "priority"}, {"add urgent/p2"}),
        ("conversation", {"conversation.rating": 2}, {"add csat/low"}),
        ("conversation", {"conversation.source": "email"}, {"add channel/email"}),
        ("conversation", {"conversation.attributes.language": "Dutch"}, {"add lang/non-english"}),
        ("ticket", {"ticket.state": "resolved"}, {"remove triage/unsorted"}),
        ("conversation", {"contact.email": "kari@partner.example.com"}, set()),
        ("conversation", {"message.text": "hello"}, set()),
    ],
    ids=lambda value: ", ".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_what_the_shipped_rules_do(shipped: RuleSet, kind: Kind, values: dict[str, Value], changes: set[str]) -> None:
    decision = shipped.decide(facts(values, kind=kind))

    assert {f"{change.action} {change.tag}" for change in decision.changes} == changes


def test_the_partner_rule_is_only_being_tried_out(shipped: RuleSet) -> None:
    decision = shipped.decide(facts({"contact.email": "kari@partner.example.com"}))

    assert [change.tag for change in decision.shadow] == ["partner"]
