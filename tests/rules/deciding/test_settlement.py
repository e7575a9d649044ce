"""Groups, what is given up, what is still needed, and the second decision of rules in shadow."""

import pytest

from rules.deciding.decision import Change, Decision, Need, Settled, Withdrawal
from rules.findings.finding import Findings
from rules.language.values import Kind, Value
from rules.reading.loader import File, assemble
from tests.rules.sets import TAGS, facts, rule_set

EVENT = facts({"message.text": "a refund"})
REFUND, INVOICE = "{message.text: {mentions_any: [refund]}}", "{message.text: {mentions_any: [invoice]}}"
UNKNOWN = "{contact.email: {exists: yes}}"


def file(*lines: str) -> str:
    return "version: 1\ngroups: [{id: g, pick: first}]\nrules:\n" + "".join(f"- {line}\n" for line in lines)


def decide(*lines: str, event: object = EVENT) -> Decision:
    never = "{id: z, group: g, if: {event.attempt: {is: 99}}, then: {add: vip}}"
    return rule_set(file(never, *lines)).decide(event)  # type: ignore[arg-type]


def member(name: str, condition: str, tag: str, more: str = "") -> str:
    return f"{{id: {name}, group: g, if: {condition}, then: {{add: {tag}}}{more}}}"


def tags(decision: Decision) -> list[str]:
    return [change.tag for change in decision.changes]


def test_of_a_group_the_first_that_matches_acts() -> None:
    decision = decide(member("a", INVOICE, "vip"), member("b", REFUND, "billing/refund"), member("c", REFUND, "vip"))

    assert tags(decision) == ["billing/refund"]
    assert decision.acted == ("b",)
    assert [(match.rule, match.beaten_by) for match in decision.matches] == [("b", None), ("c", "b")]


def test_a_shadow_rule_takes_no_place_but_would() -> None:
    decision = decide(member("a", REFUND, "vip", ", mode: shadow"), member("b", REFUND, "billing/refund"))

    assert tags(decision) == ["billing/refund"]
    assert decision.if_live == Settled((Change("conversation", "vip", "add", ("a",)),))
    assert [match.beaten_by for match in decision.matches] == [None, None]


@pytest.mark.parametrize(
    ("before", "after", "changed", "open_"),
    [
        pytest.param(member("a", UNKNOWN, "vip"), "", [], {"a", "m"}, id="undecided before it: it waits"),
        pytest.param("", member("a", UNKNOWN, "vip"), ["billing/refund"], set(), id="undecided behind it: no matter"),
        pytest.param(
            "",
            member("a", UNKNOWN, "vip", ", if_unmatched: remove"),
            ["billing/refund"],
            {"a"},
            id="undecided behind it, but with something to give up",
        ),
        pytest.param(
            member("a", UNKNOWN, "vip", ", mode: shadow"),
            "",
            ["billing/refund"],
            {"a"},
            id="a shadow rule is no hindrance",
        ),
    ],
)
def test_a_rule_waits_for_those_of_its_group_before_it(
    before: str, after: str, changed: list[str], open_: set[str]
) -> None:
    event = facts({"message.text": "a refund"}, "contact")

    decision = decide(*filter(None, (before, member("m", REFUND, "billing/refund"), after)), event=event)

    assert tags(decision) == changed
    assert set(decision.undecided) == open_
    assert set(decision.undecided.values()) <= {("contact.email",)}


def test_groups_of_the_same_name_in_two_files_are_two() -> None:
    contents = {
        "tags.yaml": TAGS,
        "1.yaml": file(member("a", REFUND, "vip")),
        "2.yaml": file(member("b", REFUND, "vip")),
    }
    made = assemble((File(name, text.encode()) for name, text in contents.items()), Findings(), "folder").rule_set

    assert made is not None
    assert made.decide(EVENT).acted == ("a", "b")


@pytest.mark.parametrize(
    ("condition", "event", "given_up"),
    [
        pytest.param(INVOICE, EVENT, True, id="it no longer matches"),
        pytest.param(REFUND, EVENT, False, id="it matches"),
        pytest.param(INVOICE, facts({"conversation.open": True}), False, id="no message to tell"),
        pytest.param("{conversation.open: no}", facts({"conversation.open": True}), True, id="asks for no message"),
        pytest.param(UNKNOWN, facts({"message.text": "x"}, "contact"), False, id="undecided"),
        pytest.param(INVOICE, facts({"message.text": "x", "message.from": "bot"}), False, id="not the customer's"),
        pytest.param(INVOICE, facts({"message.text": "x"}, kind="ticket"), False, id="another kind of object"),
    ],
)
def test_if_unmatched_remove_gives_up_a_tag_only_where_the_event_can_tell(
    condition: str, event: object, given_up: bool
) -> None:
    decision = decide(f"{{id: a, if_unmatched: remove, if: {condition}, then: {{add: vip}}}}", event=event)

    assert decision.withdrawals == ((Withdrawal("conversation", "vip", "a"),) if given_up else ())


def test_a_shadow_rule_gives_up_nothing_but_would() -> None:
    decision = decide(f"{{id: a, mode: shadow, if_unmatched: remove, if: {INVOICE}, then: {{add: vip}}}}")

    assert decision.withdrawals == ()
    assert decision.if_live == Settled(withdrawals=(Withdrawal("conversation", "vip", "a"),))


def test_the_same_tag_on_two_objects_is_two_things() -> None:
    decision = decide(
        f"{{id: a, if: {REFUND}, then: {{add: vip, company: {{remove: vip}}}}}}",
        f"{{id: b, if: {REFUND}, then: {{contact: {{add: [vip]}}}}}}",
    )

    assert decision.conflicts == ()
    assert [(change.kind, change.action) for change in decision.changes] == [
        ("conversation", "add"),
        ("company", "remove"),
        ("contact", "add"),
    ]


def test_what_is_still_needed_is_named_the_cheapest_first() -> None:
    event = facts({"message.text": "a refund", "contact.id": "5"}, "contact", "company", "ticket.tags")
    both = "{company.size: {at_least: 5}, contact.segments: {has_any: [x]}, contact.email: {exists: yes}}"

    decision = decide(
        f"{{id: a, if: {both}, then: {{add: vip}}}}",
        f"{{id: b, if: {UNKNOWN}, then: {{add: vip}}}}",
        event=event,
    )

    assert set(decision.undecided["a"]) == {"contact.segments", "contact.email", "company.size"}
    assert decision.needs == (
        Need("contact", 1, ("contact.email",), ("a", "b")),
        Need("company", 1, ("company.size",), ("a",)),
        Need("contact.segments", 1, ("contact.segments",), ("a",)),
    )


@pytest.mark.parametrize(
    ("values", "not_fetched", "condition", "need"),
    [
        ({"company.id": "7"}, {"company"}, "company.size: {at_least: 5}", ("company", 1)),
        ({"contact.id": "5"}, {"contact", "company"}, "company.size: {at_least: 5}", ("company", 1)),
        ({}, {"contact", "company"}, "company.size: {at_least: 5}", ("company", 2)),
        ({}, {"contact", "company"}, "contact.email: a", ("contact", 2)),
        ({}, {"contact", "company"}, "contact.id: a", ("conversation", 1)),
        ({}, {"contact"}, "contact.segments: {has_any: [a]}", ("contact.segments", 2)),
        ({"contact.id": "5"}, {"contact"}, "contact.tags: {has_any: [a]}", ("contact", 1)),
        ({"contact.id": "5"}, {"contact.tags", "contact.tags.id"}, "contact.tags: {has_any: [a]}", ("contact.tags", 1)),
        ({"contact.id": "5"}, {"contact.tags"}, "contact.tags: {has_any: [a]}", ("tags", 0)),
        ({}, {"conversation.title"}, "conversation.title: a", ("conversation", 1)),
        ({}, {"message"}, "message.text: {mentions_any: [a]}", ("conversation", 1)),
    ],
)
def test_what_each_field_costs(
    values: dict[str, Value], not_fetched: set[str], condition: str, need: tuple[str, int]
) -> None:
    event = facts(values, *not_fetched)

    decision = decide(f"{{id: a, if: {{{condition}}}, then: {{add: vip}}}}", event=event)

    assert [(need.read, need.calls) for need in decision.needs] == [need]


@pytest.mark.parametrize(
    ("kind", "not_fetched", "condition", "need"),
    [
        ("ticket", {"ticket.tags"}, "ticket.tags: {has_any: [a]}", ("ledger", 0)),
        ("company", {"company"}, "company.tags: {has_any: [a]}", ("company", 1)),
        ("company", {"company.tags"}, "company.tags: {has_any: [a]}", ("tags", 0)),
        ("company", {"company.segments"}, "company.segments: {has_any: [a]}", ("company", 1)),
        ("contact", {"contact.segments"}, "contact.segments: {has_any: [a]}", ("contact.segments", 1)),
    ],
)
def test_what_the_fields_of_other_objects_cost(
    kind: Kind, not_fetched: set[str], condition: str, need: tuple[str, int]
) -> None:
    event = facts({}, *not_fetched, kind=kind)

    decision = decide(f"{{id: a, applies_to: {kind}, if: {{{condition}}}, then: {{add: vip}}}}", event=event)

    assert [(need.read, need.calls) for need in decision.needs] == [need]


def test_a_value_of_another_type_is_counted_and_the_test_does_not_hold() -> None:
    event = facts({"contact.attributes.plan": "lots", "conversation.tags": ("a",)})
    condition = "{any: [{contact.attributes.plan: {at_least: 5}}, {contact.attributes.plan: {after: 2026-01-01}}]}"

    decision = decide(f"{{id: a, if: {condition}, then: {{add: vip}}}}", event=event)

    assert decision.matches == ()
    assert decision.mismatched == ("contact.attributes.plan",)
