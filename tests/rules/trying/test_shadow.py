"""What rules in shadow mode would do, to whom, and who would keep them from it."""

import pytest

from rules.deciding.decision import Change, Withdrawal
from rules.trying.explain import Explanation, explain
from rules.trying.shadow import Otherwise
from tests.rules.sets import facts, rule_set

MESSAGE = {"message.text": "A refund", "event.topic": "conversation.user.created"}


def told(*rules: str) -> Explanation:
    """An explanation of rules that all match, but for those that say otherwise; `trying` is in shadow mode."""
    lines = "".join(f"- {{{rule}, if: {{message.text: {{mentions_any: [refund]}}}}}}\n" for rule in rules)
    return explain(rule_set(f"version: 1\ngroups: [{{id: one, pick: first}}]\nrules:\n{lines}"), facts(MESSAGE))


def reason(explanation: Explanation, name: str = "trying") -> str:
    (story,) = (story for story in explanation.stories if story.rule.id == name)
    assert (story.fate == "shadow") is (name == "trying")
    return story.reason


def difference(explanation: Explanation) -> Otherwise:
    assert explanation.otherwise is not None
    return explanation.otherwise


TRYING = "id: trying, mode: shadow"
USED = "id: used, group: one, then: {add: billing/refund}"


def test_without_rules_in_shadow_there_is_no_second_decision() -> None:
    assert told("id: live, then: {add: vip}", USED).otherwise is None


def test_a_change_that_only_the_rule_in_shadow_would_make() -> None:
    explanation = told(f"{TRYING}, then: {{add: vip}}", USED)

    assert reason(explanation) == "matches in shadow mode: would add vip"
    assert difference(explanation) == Otherwise(more=(Change("conversation", "vip", "add", ("trying",)),))


def test_a_change_that_is_made_anyway_is_no_difference() -> None:
    explanation = told(f"{TRYING}, then: {{add: vip}}", "id: live, then: {add: vip}", USED)

    assert reason(explanation) == 'matches in shadow mode: would add vip (as "live" does anyway)'
    assert difference(explanation) == Otherwise()
    assert not difference(explanation)


def test_it_would_win_against_a_live_rule() -> None:
    explanation = told(f"{TRYING}, priority: 5, then: {{remove: vip}}", "id: live, then: {add: vip}", USED)

    assert reason(explanation) == 'matches in shadow mode: would remove vip (though "live" adds it now)'
    assert reason(explanation, "live") == "matches: add vip"
    assert difference(explanation) == Otherwise(
        more=(Change("conversation", "vip", "remove", ("trying",)),),
        fewer=(Change("conversation", "vip", "add", ("live",)),),
    )


def test_it_would_lose_to_a_live_rule() -> None:
    explanation = told(f"{TRYING}, then: {{remove: vip}}", "id: live, priority: 5, then: {add: vip}", USED)

    assert reason(explanation) == 'matches in shadow mode, but "live" would add vip with a higher priority'
    assert difference(explanation) == Otherwise()


def test_it_would_disagree_with_live_rules() -> None:
    explanation = told(
        f"{TRYING}, then: {{remove: vip}}", "id: live, then: {add: vip}", "id: more, then: {add: vip}", USED
    )

    assert reason(explanation) == (
        'matches in shadow mode, but nothing would happen to vip: "live" and "more" add it with the same priority'
    )
    assert difference(explanation) == Otherwise(
        fewer=(Change("conversation", "vip", "add", ("live", "more")),), conflicts=("vip",)
    )


def test_it_would_take_the_place_of_a_live_rule_of_its_group() -> None:
    explanation = told(f"{TRYING}, group: one, then: {{add: vip}}", USED)

    assert reason(explanation) == 'matches in shadow mode: would add vip, in place of "used" of its group'
    assert reason(explanation, "used") == "matches: add billing/refund"
    assert [change.tag for change in difference(explanation).fewer] == ["billing/refund"]


def test_it_would_not_get_the_place_of_a_live_rule_before_it() -> None:
    explanation = told(USED, f"{TRYING}, group: one, then: {{add: vip}}")

    assert reason(explanation) == 'matches in shadow mode, but "used" of its group would act in its place'
    assert difference(explanation) == Otherwise()


@pytest.mark.parametrize(("mode", "gives_up"), [("shadow", "in shadow mode: would give up"), ("live", "and gives up")])
def test_a_claim_that_it_would_give_up(mode: str, gives_up: str) -> None:
    condition = "if: {message.text: {mentions_any: [x]}}, then: {add: vip}"
    rules = f"version: 1\nrules:\n- {{id: a, mode: {mode}, if_unmatched: remove, {condition}}}\n"

    explanation = explain(rule_set(rules), facts(MESSAGE))

    (story,) = explanation.stories
    assert (story.fate, story.reason) == ("no match", f"does not match, {gives_up} its claim on vip")
    if mode == "shadow":
        assert difference(explanation) == Otherwise(withdrawals=(Withdrawal("conversation", "vip", "a"),))


def test_a_live_rule_would_have_to_wait_for_one_in_shadow_mode_that_is_not_decided() -> None:
    rules = (
        "version: 1\ngroups: [{id: one, pick: first}]\nrules:\n"
        "- {id: trying, mode: shadow, group: one, if: {contact.phone: x}, then: {add: vip}}\n"
        "- {id: live, group: one, if: {message.text: {mentions_any: [refund]}}, then: {add: vip}}\n"
        "- {id: also, mode: shadow, if: {message.text: {mentions_any: [refund]}}, then: {add: billing/refund}}\n"
    )

    explanation = explain(rule_set(rules), facts(MESSAGE, "contact"))

    assert difference(explanation) == Otherwise(
        more=(Change("conversation", "billing/refund", "add", ("also",)),),
        open=(Change("conversation", "vip", "add", ("live",)),),
    )
