from concurrent.futures import ThreadPoolExecutor

import pytest

from rules.deciding.decision import Change, Decision, Passed
from tests.rules.sets import facts, rule_set

REFUND = "{message.text: {mentions_any: [refund*]}}"
EVENT = facts({"message.text": "<p>Please <b>refund</b> me</p>"})


def rules(*lines: str, defaults: str = "{}") -> str:
    return f"version: 1\ndefaults: {defaults}\nrules:\n" + "".join(f"- {line}\n" for line in lines)


def decide(*lines: str, defaults: str = "{}") -> Decision:
    return rule_set(rules(*lines, defaults=defaults)).decide(EVENT)


def test_a_match_names_the_words_that_made_it_and_where_they_stand() -> None:
    decision = decide(f"{{id: a, if: {REFUND}, then: {{add: billing/refund, remove: VIP}}}}")

    (match,) = decision.matches
    assert match.rule == "a"
    assert match.passed == (Passed("message.text", "mentions_any", "refund*", (7, 13)),)
    assert decision.changes == (
        Change("conversation", "billing/refund", "add", ("a",)),
        Change("conversation", "vip", "remove", ("a",)),
    )


def test_only_what_helped_is_named() -> None:
    condition = (
        "{all: [{message.text: {mentions_all: [please, refund]}}], message.text: {mentions_none: [money]},"
        " any: [{message.text: {mentions_any: [money]}}, {message.from: customer}, {message.text: {exists: yes}}],"
        " none: [{message.text: {mentions_any: [money]}}]}"
    )

    decision = decide(f"{{id: a, if: {condition}, then: {{add: vip}}}}")

    assert [(passed.operator, passed.phrase) for passed in decision.matches[0].passed] == [
        ("mentions_all", "please"),
        ("mentions_all", "refund"),
        ("in", "customer"),
        ("exists", ""),
    ]


def test_nothing_matches_and_nothing_happens() -> None:
    decision = decide("{id: a, if: {message.text: {mentions_any: [invoice]}}, then: {add: vip}}")

    assert decision == Decision()


def test_rules_that_want_the_same_make_one_change_that_names_them_all() -> None:
    decision = decide(
        f"{{id: b, if: {REFUND}, then: {{add: vip}}}}",
        f"{{id: a, if: {REFUND}, then: {{add: vip}}, admin_id: 7}}",
        f"{{id: c, if: {REFUND}, then: {{add: vip}}, admin_id: 8}}",
    )

    assert decision.changes == (Change("conversation", "vip", "add", ("b", "a", "c"), "7"),)


@pytest.mark.parametrize(
    ("add", "remove", "action"),
    [
        pytest.param(2, 1, "add", id="the adding rule is stronger"),
        pytest.param(-2, 1, "remove", id="the removing rule is stronger"),
        pytest.param(1, 1, None, id="a tie"),
    ],
)
def test_the_higher_priority_wins_and_in_a_tie_nothing_happens(add: int, remove: int, action: str | None) -> None:
    decision = decide(
        f"{{id: a, priority: {add}, if: {REFUND}, then: {{add: [vip, billing/refund]}}}}",
        f"{{id: b, priority: {remove}, if: {REFUND}, then: {{remove: VIP}}}}",
    )

    by_tag = {change.tag: change.action for change in decision.changes}
    assert by_tag == {"billing/refund": "add"} | ({"vip": action} if action else {})
    assert decision.conflicts == (() if action else ("vip",))
    assert len(decision.matches) == 2


def test_shadow_rules_are_recorded_and_change_nothing() -> None:
    decision = decide(
        f"{{id: a, if: {REFUND}, then: {{add: billing/refund}}}}",
        f"{{id: b, mode: shadow, if: {REFUND}, then: {{add: [vip, billing/refund]}}}}",
    )

    assert decision.changes == (Change("conversation", "billing/refund", "add", ("a",)),)
    assert decision.shadow == (
        Change("conversation", "billing/refund", "add", ("a", "b")),
        Change("conversation", "vip", "add", ("b",)),
    )
    assert [(match.rule, match.shadow) for match in decision.matches] == [("a", False), ("b", True)]


def test_a_shadow_rule_wins_no_tie_and_makes_none() -> None:
    decision = decide(
        f"{{id: a, if: {REFUND}, then: {{add: vip}}}}",
        f"{{id: b, mode: shadow, priority: 5, if: {REFUND}, then: {{remove: vip}}}}",
    )

    assert decision.changes == (Change("conversation", "vip", "add", ("a",)),)
    assert decision.shadow == (Change("conversation", "vip", "remove", ("b",)),)
    assert decision.conflicts == ()


def test_a_disabled_rule_does_nothing_at_all() -> None:
    decision = decide(f"{{id: a, mode: disabled, if: {REFUND}, then: {{add: vip}}}}")

    assert decision == Decision()


def test_defaults_hold_where_the_rule_says_nothing() -> None:
    decision = decide(
        f"{{id: a, if: {REFUND}, then: {{add: vip}}}}",
        f"{{id: b, admin_id: 8, mode: live, if: {REFUND}, then: {{remove: billing/invoice}}}}",
        defaults="{admin_id: 7, mode: shadow, priority: 3}",
    )

    assert decision.changes == (Change("conversation", "billing/invoice", "remove", ("b",), "8"),)
    assert decision.shadow == (Change("conversation", "vip", "add", ("a",), "7"),)


def test_whose_rule_it_is_the_rule_says_before_the_defaults_and_these_before_the_file() -> None:
    ways = ("", "defaults: {owner: of-the-defaults}\n")
    text = f"version: 1\nowner: of-the-file\n%srules:\n- {{id: a, if: {REFUND}, then: {{add: vip}}%s}}\n"

    owners = [rule_set(text % (way, own)).rules[0].owner for way in ways for own in ("", ", owner: of-the-rule")]

    assert owners == ["of-the-file", "of-the-rule", "of-the-defaults", "of-the-rule"]


def test_a_rule_looks_only_at_the_kinds_it_applies_to() -> None:
    made = rule_set(
        rules(
            f"{{id: a, if: {REFUND}, then: {{add: vip}}}}",
            f"{{id: b, applies_to: [ticket, conversation], if: {REFUND}, then: {{add: vip}}}}",
            f"{{id: c, applies_to: ticket, if: {REFUND}, then: {{add: vip}}}}",
        ),
    )

    by_kind = {
        kind: [match.rule for match in made.decide(facts({"message.text": "refund"}, kind=kind)).matches]
        for kind in ("conversation", "ticket", "company")
    }
    assert by_kind == {"conversation": ["a", "b"], "ticket": ["b", "c"], "company": []}


@pytest.mark.parametrize(("topic", "matches"), [("conversation.user.replied", 1), ("conversation.user.created", 0)])
def test_a_rule_with_events_looks_only_at_these(topic: str, matches: int) -> None:
    made = rule_set(rules(f"{{id: a, events: conversation.user.replied, if: {REFUND}, then: {{add: vip}}}}"))

    decision = made.decide(facts({"message.text": "refund", "event.topic": topic}))

    assert len(decision.matches) == matches


@pytest.mark.parametrize("sender", ["teammate", "bot"])
def test_only_the_customers_words_are_a_message(sender: str) -> None:
    made = rule_set(
        rules(
            f"{{id: ordinary, if: {REFUND}, then: {{add: vip}}}}",
            f"{{id: names-it, if: {{message.from: [teammate, bot], all: [{REFUND}]}}, then: {{add: vip}}}}",
            "{id: without, if: {message.text: {exists: no}, conversation.open: yes}, then: {add: vip}}",
        ),
    )

    decision = made.decide(facts({"message.text": "refund", "message.from": sender, "conversation.open": True}))

    assert [match.rule for match in decision.matches] == ["names-it", "without"]


def test_while_the_sender_is_not_known_nobody_knows_whether_there_is_a_message() -> None:
    made = rule_set(rules(f"{{id: a, if: {REFUND}, then: {{add: vip}}}}"))
    event = facts({"message.text": "refund"}, "message.from")

    decision = made.decide(type(event)("conversation", {"message.text": "refund"}, event.not_fetched))

    assert decision.undecided == {"a": ("message.text",)}


@pytest.mark.parametrize(
    ("condition", "undecided"),
    [
        pytest.param("{message.text: {mentions_any: [refund]}, contact.email: x}", ("contact.email",), id="depends"),
        pytest.param("{message.text: {mentions_any: [invoice]}, contact.email: x}", None, id="false anyway"),
        pytest.param("{any: [{message.text: {exists: yes}}, {contact.email: x}]}", None, id="true anyway"),
        pytest.param(
            "{any: [{contact.email: x}, {contact.name: y}, {message.text: {mentions_any: [invoice]}}]}",
            ("contact.email", "contact.name"),
            id="any of two",
        ),
        pytest.param("{none: [{contact.email: x}], message.text: {exists: yes}}", ("contact.email",), id="none"),
        pytest.param("{none: [{contact.email: x}, {message.text: {exists: yes}}]}", None, id="none, false anyway"),
        pytest.param("{contact.email: {is_not: x}, message.text: {exists: yes}}", ("contact.email",), id="negative"),
        pytest.param(
            "{all: [{any: [{contact.email: x}]}, {contact.email: {ends_with_any: [y]}}]}",
            ("contact.email",),
            id="each field once",
        ),
    ],
)
def test_not_fetched_is_never_taken_for_missing(condition: str, undecided: tuple[str, ...] | None) -> None:
    made = rule_set(rules(f"{{id: a, if: {condition}, then: {{add: vip}}}}"))

    decision = made.decide(facts({"message.text": "a refund"}, "contact"))

    assert decision.undecided == ({"a": undecided} if undecided else {})
    assert not (decision.undecided and decision.matches)


def test_an_undecided_rule_keeps_no_other_from_acting() -> None:
    made = rule_set(
        rules(
            f"{{id: a, if: {REFUND}, then: {{add: vip}}}}",
            "{id: b, priority: 9, if: {contact.email: x}, then: {remove: vip}}",
        ),
    )

    decision = made.decide(facts({"message.text": "refund"}, "contact.email"))

    assert [change.action for change in decision.changes] == ["add"]
    assert set(decision.undecided) == {"b"}


def test_the_order_of_rules_does_not_matter_for_what_is_changed() -> None:
    one = f"{{id: a, if: {REFUND}, then: {{add: vip}}}}"
    other = f"{{id: b, priority: 1, if: {REFUND}, then: {{remove: vip, add: billing/refund}}}}"

    assert set(decide(one, other).changes) == set(decide(other, one).changes)


def test_one_rule_set_decides_in_many_threads_at_once() -> None:
    made = rule_set(rules(f"{{id: a, if: {REFUND}, then: {{add: vip}}}}"))

    with ThreadPoolExecutor(8) as threads:
        decisions = list(threads.map(lambda _: made.decide(EVENT), range(200)))

    assert all(decision == decisions[0] for decision in decisions)
    assert len(decisions[0].changes) == 1
