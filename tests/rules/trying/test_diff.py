from rules.deciding.ruleset import RuleSet
from rules.language.values import Value
from rules.trying.diff import Event, Happening, Tagged, differences, distinct, examples
from tests.rules.sets import facts, rule_set

RULES = """\
version: 1
rules:
- id: refund
  if: {message.text: {mentions_any: [refund, money back]}}
  then: {add: billing/refund}
  examples: {match: [a refund, money back], no_match: [hello]}
- id: invoice
  if: {message.text: {mentions_any: [invoice]}}
  then: {add: billing/invoice, remove: vip}
  examples: {match: [an invoice], no_match: [hello]}
"""


def events(*texts: str, **more: Value) -> list[Event]:
    given = {key.replace("__", "."): value for key, value in more.items()}
    return [Event(text, text, facts({"message.text": text, **given})) for text in texts]


def changed(new: str, old: str = RULES, *, tried: list[Event]) -> list[tuple[Tagged, list[str], tuple[str, ...]]]:
    found = differences(rule_set(old), rule_set(new), tried)
    return [(one.tagged, [event.name for event in one.events], one.reasons) for one in found]


def test_the_same_rules_do_the_same() -> None:
    assert changed(RULES, tried=events("a refund", "an invoice", "hello")) == []


def test_a_lost_word_is_told_with_the_rule_and_the_events() -> None:
    new = RULES.replace("[refund, money back]", "[refund]")

    assert changed(new, tried=events("a refund", "my money back", "money back now")) == [
        (
            Tagged("conversation", "billing/refund", Happening("add", ("refund",)), None),
            ["my money back", "money back now"],
            ('now: rule "refund" does not match',),
        ),
    ]


def test_a_rule_that_is_gone_and_one_that_is_new() -> None:
    new = RULES.replace("id: refund", "id: money").replace("billing/refund", "vip")

    assert changed(new, tried=events("a refund")) == [
        (
            Tagged("conversation", "billing/refund", Happening("add", ("refund",)), None),
            ["a refund"],
            ('rule "refund" is gone',),
        ),
        (Tagged("conversation", "vip", None, Happening("add", ("money",))), ["a refund"], ('rule "money" is new',)),
    ]


def test_another_name_for_a_rule_that_does_the_same_is_no_difference() -> None:
    assert changed(RULES.replace("id: refund", "id: money"), tried=events("a refund")) == []


def test_what_concerns_most_events_comes_first() -> None:
    new = RULES.replace("[refund, money back]", "[refunds]").replace("[invoice]", "[invoices]")

    found = changed(new, tried=events("a refund", "refund and invoice", "refund, please"))

    assert [(tagged.tag, len(names)) for tagged, names, _ in found] == [
        ("billing/refund", 3),
        ("billing/invoice", 1),
        ("vip", 1),
    ]


def test_a_tag_that_is_there_already_makes_no_difference() -> None:
    new = RULES.replace("[invoice]", "[invoices]")

    tagged = [tagged for tagged, _, _ in changed(new, tried=events("invoice", conversation__tags=("Billing/Invoice",)))]

    assert tagged == []


def test_a_tag_taken_back_is_a_difference_where_it_is_known_to_be_there() -> None:
    new = RULES.replace("- id: refund\n", "- id: refund\n  if_unmatched: remove\n")

    assert changed(new, tried=events("hello")) == []
    assert [tagged for tagged, _, _ in changed(new, tried=events("hello", conversation__tags=("billing/refund",)))] == [
        Tagged("conversation", "billing/refund", None, Happening("take back", ("refund",))),
    ]


def test_examples_and_scenarios_are_events_and_the_same_one_is_tried_once() -> None:
    made: RuleSet = rule_set(RULES)

    found = tuple(examples(made))

    assert [event.name for event in found] == [f"rules.yaml:{line}" for line in (6, 6, 6, 10, 10)]
    assert found[0].text == "a refund"
    assert len(distinct([*found, *examples(rule_set(RULES))])) == 4
