import sys
from types import FrameType

import pytest

from rules.deciding.decision import Decision
from rules.trying.explain import explain
from rules.words.budget import ASK, READ, STEPS, Budget, Spent
from tests.rules.hostile import SETS, TEXTS, event, made
from tests.rules.sets import facts, rule_set

_PART = 32
"""The grid is tried on a part of each text with the same part of the budget, which shows the same."""

HARD = "{message.text: {matches_any: ['(a?b?){400}[yz]']}}"
"""For a message as long as this one it may be more work than a decision may be."""

LONG = "refund " * 3_000


def calls(rules: str, text: str) -> tuple[int, float]:
    """How many functions a decision calls, and how many steps it counts."""
    rule_set, said, budget = made(rules), event(text), Budget(STEPS // _PART)
    called = 0

    def count(_frame: FrameType, what: str, _argument: object) -> None:
        nonlocal called
        called += what in {"call", "c_call"}

    rule_set.decide(event("hello"))
    sys.setprofile(count)
    try:
        rule_set.decide(said, budget)
    finally:
        sys.setprofile(None)
    return called, STEPS // _PART - budget.left


@pytest.mark.parametrize("rules", SETS)
def test_no_text_makes_a_decision_do_more_than_it_counts(rules: str) -> None:
    few, _ = calls(rules, "hello")
    most = few + SETS[rules].rules * 40

    for name, text in TEXTS.items():
        called, counted = calls(rules, text[: len(text) // _PART])

        # Beyond what an ordinary message costs, each call takes some steps that were counted.
        assert called <= most + counted / 8, name
        assert counted <= 1.2 * STEPS // _PART, name


def decided(*conditions: str, text: str = LONG, more: str = "") -> Decision:
    rules = "".join(f"- {{id: r{n}, if: {one}, then: {{add: vip}}{more}}}\n" for n, one in enumerate(conditions))
    return rule_set(f"version: 1\nrules:\n{rules}").decide(facts({"message.text": text}))


def test_what_the_budget_does_not_suffice_for_is_neither_matched_nor_unmatched() -> None:
    easy = "{message.text: {mentions_any: [refund]}}"

    decision = decided(easy, HARD, easy)

    assert decision.unevaluated == ("r1",)
    assert [match.rule for match in decision.matches] == ["r0", "r2"]
    assert [change.rules for change in decision.changes] == [("r0", "r2")]
    assert decision.undecided == {}
    assert decided(HARD, text="refund").unevaluated == ()


def test_a_rule_that_was_not_evaluated_gives_nothing_up() -> None:
    more = ", if_unmatched: remove"

    assert [gone.rule for gone in decided(HARD, text="refund", more=more).withdrawals] == ["r0"]
    assert decided(HARD, more=more).withdrawals == ()


GROUP = """
version: 1
groups: [{{id: one, pick: first}}]
rules:
- {{id: first, group: one, if: {first}, then: {{add: billing/refund}}}}
- {{id: second, group: one, if: {second}, then: {{add: vip}}}}
"""


def test_those_of_its_group_wait_for_a_rule_that_was_not_evaluated() -> None:
    easy = "{message.text: {mentions_any: [refund]}}"

    waiting = rule_set(GROUP.format(first=HARD, second=easy))
    moot = rule_set(GROUP.format(first=easy, second=HARD))

    said = facts({"message.text": LONG})
    assert waiting.decide(said).unevaluated == ("first", "second")
    assert waiting.decide(said).changes == ()
    assert moot.decide(said).unevaluated == ()
    assert [change.tag for change in moot.decide(said).changes] == ["billing/refund"]


def test_explain_tells_of_it_and_what_a_larger_budget_would_show() -> None:
    waiting = rule_set(GROUP.format(first=HARD, second="{message.text: {mentions_any: [refund]}}"))

    first, second = explain(waiting, facts({"message.text": LONG})).stories

    why = "this event takes more work than the budget of a decision allows"
    assert (first.fate, first.reason) == ("undecided", f"was not evaluated: {why}")
    assert (second.fate, second.reason) == ("undecided", f"matches, but waits for a rule of its group: {why}")


def test_a_retry_decides_the_same() -> None:
    for rules in ("small patterns", "any ending", "nothing of many"):
        said, rule_set = event(TEXTS["two letters in turn"]), made(rules)

        assert rule_set.decide(said) == rule_set.decide(said)
        assert rule_set.decide(said).unevaluated


def test_a_field_too_long_to_read_leaves_its_rules_open_and_no_others() -> None:
    asked = "{conversation.attributes.x: {contains_any: [q]}}"
    rules = f"version: 1\nrules:\n- {{id: r0, if: {asked}, then: {{add: vip}}}}\n"
    other = "- {id: r1, if: {message.text: {mentions_any: [refund]}}, then: {add: billing/refund}}\n"
    said = facts({"message.text": "refund", "conversation.attributes.x": "x" * (STEPS // READ + 1)})

    decision = rule_set(rules + other).decide(said)

    assert decision.unevaluated == ("r0",)
    assert [match.rule for match in decision.matches] == ["r1"]


def test_work_that_is_too_much_is_not_begun_and_leaves_the_rest_for_others() -> None:
    budget = Budget(10 * ASK)

    with pytest.raises(Spent):
        budget.spend(11 * ASK)
    budget.spend(10 * ASK)

    assert budget.left == 0


def test_work_that_was_too_much_leaves_nothing() -> None:
    budget = Budget(10 * ASK)

    with pytest.raises(Spent):
        budget.owe(11 * ASK)
    with pytest.raises(Spent):
        budget.spend(1)
