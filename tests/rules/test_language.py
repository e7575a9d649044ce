"""A rule set that uses the whole language, as its specification writes it: it loads, and does what it says."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rules.deciding.decision import Change, Withdrawal
from rules.deciding.ruleset import RuleSet
from rules.deciding.scenario import Tags
from rules.language.limits import Limits
from rules.language.values import Facts, Kind, Value
from rules.proof.proofs import checked
from rules.reading.loader import load
from rules.trying import trial
from tests.rules.sets import facts

FOLDER = Path(__file__).parent / "tour"
NOON = datetime(2026, 9, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def language() -> RuleSet:
    made = load(FOLDER, date(2026, 9, 2))
    assert made.rule_set is not None
    return made.rule_set


def test_nothing_is_wrong_and_what_cannot_be_done_yet_is_told() -> None:
    findings = checked(load(FOLDER, date(2026, 9, 2))).findings

    told = {(finding.severity, finding.code) for finding in findings}
    assert told == {
        ("info", "costly-field"),
        ("info", "negative-on-optional"),
        ("info", "unused-tag"),
    }


def test_a_shadow_rule_that_has_outlived_its_date_is_told() -> None:
    findings = load(FOLDER, date(2026, 10, 2)).findings

    (expired,) = (finding for finding in findings if finding.code == "shadow-expired")
    assert expired.message == 'rule "big-account-cancelling" was to be in shadow mode until 2026-10-01'


def test_every_example_comes_out_as_it_says(language: RuleSet) -> None:
    tried = tuple(trial.trials(language))

    assert len(tried) == 32
    assert [outcome for outcome in tried if not outcome.as_expected] == []


def test_the_scenarios_say_what_the_rules_do_together(language: RuleSet) -> None:
    outage, crash = language.scenarios

    decision = language.decide(Facts(outage.kind, {"message.from": "customer", "event.time": NOON, **outage.values}))

    assert outage.expected.own == Tags(add=("urgent/p1",), remove=("urgent/p2",))
    assert {(change.tag, change.action) for change in decision.changes} == {
        ("urgent/p1", "add"),
        ("urgent/p2", "remove"),
    }
    assert outage.expected.matched == tuple(match.rule for match in decision.matches)
    assert outage.expected.acted == decision.acted
    assert crash.expected.own == Tags(add=("urgent/p2", "bug/crash"))
    assert crash.expected.matched is None


@pytest.mark.parametrize(
    ("kind", "values", "changes"),
    [
        ("conversation", {"message.text": "data-loss", "contact.tags": ("VIP",)}, {"urgent/p1", "urgent/p2"}),
        ("ticket", {"message.text": "error 503"}, {"urgent/p2"}),
        ("conversation", {"event.time": NOON.replace(day=5)}, {"after-hours"}),
        ("conversation", {"event.time": NOON.replace(hour=17)}, {"after-hours"}),
        ("conversation", {"event.time": NOON.replace(hour=16, minute=59)}, set()),
        ("conversation", {"event.time": datetime(2026, 12, 25, 12, tzinfo=UTC)}, {"after-hours"}),
        ("company", {"company.attributes.tier": "Platinum"}, {"vip"}),
        ("contact", {"contact.tags": ("vip",)}, set()),
    ],
)
def test_what_the_rules_do(language: RuleSet, kind: Kind, values: dict[str, Value], changes: set[str]) -> None:
    decision = language.decide(facts({"event.time": NOON, **values}, kind=kind))

    assert {change.tag for change in decision.changes} == changes


def test_limits_and_the_rule_that_acted_instead_stand_with_the_match(language: RuleSet) -> None:
    event = facts({"event.time": NOON, "message.text": "an outage", "contact.tags": ("vip",)})

    first, second = language.decide(event).matches

    assert (first.rule, first.limits, first.beaten_by) == ("p1-vip-outage", Limits(50), None)
    assert (second.rule, second.limits, second.beaten_by) == ("p2-broken", None, "p1-vip-outage")


def test_a_rule_in_shadow_would_tag_the_contact_too(language: RuleSet) -> None:
    event = facts({"event.time": NOON, "message.text": "Leaving you", "company.monthly_spend": 500})

    decision = language.decide(event)

    assert decision.changes == ()
    assert decision.shadow == (
        Change("conversation", "churn/cancel-request", "add", ("big-account-cancelling",)),
        Change("contact", "churn/at-risk", "add", ("big-account-cancelling",)),
    )


def test_a_rule_that_stops_being_true_gives_up_its_tag(language: RuleSet) -> None:
    norway = facts({"event.time": NOON, "contact.location.country": "norway"})
    elsewhere = facts({"event.time": NOON, "contact.location.country": "Spain"})

    assert language.decide(norway).withdrawals == ()
    assert language.decide(elsewhere).withdrawals == (Withdrawal("conversation", "region/nordics", "nordic-customer"),)


def test_a_group_waits_for_the_rules_before_it(language: RuleSet) -> None:
    event = facts({"event.time": NOON, "message.text": "an outage", "contact.id": "5"}, "contact", "company")

    decision = language.decide(event)

    assert decision.changes == ()
    assert set(decision.undecided) == {"p1-vip-outage", "p2-broken", "nordic-customer"}
    assert decision.undecided["p2-broken"] == ("company.attributes.tier", "contact.tags")
    assert [(need.read, need.calls) for need in decision.needs] == [("company", 1), ("contact", 1)]
