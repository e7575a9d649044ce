from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.deciding.asked import Needles
from rules.deciding.condition import Test
from rules.language.values import Absent
from rules.reading.loader import load
from rules.trying.explain import Asked, Explanation, Story, explain
from rules.trying.trial import facts_of
from rules.words.budget import STEPS, Budget
from tests.rules import hostile
from tests.rules.sets import facts, rule_set

HOUSE = Path(__file__).parents[3]
SETS = [HOUSE / "rules" / "examples", Path(__file__).parents[1] / "tour"]

RULES = """\
version: 1
groups: [{id: one-of, pick: first}]
rules:
- {id: first, group: one-of, if: {message.text: {mentions_any: [refund]}}, then: {add: vip}}
- {id: second, group: one-of, if: {message.text: {mentions_any: [refund]}}, then: {add: vip}}
- {id: ticket-only, applies_to: ticket, if: {message.text: {exists: yes}}, then: {add: vip}}
- {id: other-topic, events: [conversation.rating.added], if: {message.text: {exists: yes}}, then: {add: vip}}
- {id: off, mode: disabled, if: {message.text: {exists: yes}}, then: {add: vip}}
- {id: trying, mode: shadow, if: {message.text: {exists: yes}}, then: {remove: billing/refund}}
- {id: strong, priority: 5, if: {message.text: {exists: yes}}, then: {add: billing/invoice}}
- {id: weak, if: {message.text: {exists: yes}}, then: {remove: billing/invoice}}
- {id: mixed, if: {message.text: {exists: yes}}, then: {remove: billing/invoice, add: vip}}
- {id: unknown, if: {company.size: {at_least: 5}}, then: {add: vip}}
- {id: silent, if_unmatched: remove, if: {message.text: {mentions_any: [hello]}}, then: {add: vip}}
"""


def told(text: str, *not_fetched: str, message: str = "A refund") -> Explanation:
    given = {"message.text": message, "event.topic": "conversation.user.created"}
    return explain(rule_set(text), facts(given, *not_fetched))


def stories(text: str, *not_fetched: str) -> dict[str, tuple[str, str]]:
    return {story.rule.id: (story.fate, story.reason) for story in told(text, *not_fetched).stories}


def only_story(condition: str, message: str = "A refund") -> Story:
    text = f"version: 1\nrules:\n- {{id: a, if: {condition}, then: {{add: vip}}}}\n"
    (story,) = told(text, message=message).stories
    return story


def parts(asked: Asked) -> Iterator[Asked]:
    yield asked
    for part in asked.parts:
        yield from parts(part)


def leaves(asked: Asked) -> list[Asked]:
    return [part for part in parts(asked) if isinstance(part.condition, Test)]


def test_every_rule_is_told_and_why() -> None:
    assert stories(RULES, "company") == {
        "first": ("acts", "matches: add vip"),
        "second": ("held back", 'matches, but "first" of its group acts in its place'),
        "ticket-only": ("not concerned", "is for a ticket, and this is a conversation"),
        "other-topic": ("not concerned", "does not look at conversation.user.created"),
        "off": ("disabled", "is disabled; it would match"),
        "trying": ("shadow", "matches in shadow mode: would remove billing/refund"),
        "strong": ("acts", "matches: add billing/invoice"),
        "weak": ("held back", 'matches, but "strong" adds billing/invoice with a higher priority'),
        "mixed": ("acts", 'matches: add vip, but "strong" adds billing/invoice with a higher priority'),
        "unknown": ("undecided", "is undecided: nobody has fetched company.size"),
        "silent": ("no match", "does not match, and gives up its claim on vip"),
    }


def test_rules_of_one_priority_that_disagree() -> None:
    said = stories(RULES.replace("priority: 5, ", ""))

    reason = "matches, but nothing happens to billing/invoice"
    assert said["strong"] == ("held back", f'{reason}: "weak" and "mixed" remove it with the same priority')
    assert said["weak"] == ("held back", f'{reason}: "strong" adds it with the same priority')


def test_a_change_elsewhere_says_where() -> None:
    text = "version: 1\nrules:\n- {id: a, if: {message.text: {exists: yes}}, then: {contact: {add: vip}}}\n"

    assert stories(text)["a"] == ("acts", "matches: add vip on the contact")


def test_every_test_tells_its_value_and_what_it_found() -> None:
    story = only_story("{message.text: {mentions_any: [refund*], mentions_none: [now]}}", message="<b>Refunds</b> now")

    assert story.asked is not None
    found, refused = leaves(story.asked)
    assert (found.value, found.verdict, found.needed) == ("Refunds now", True, True)
    assert [(one.phrase, one.span) for one in found.found] == [("refund*", (0, 7))]
    assert (refused.verdict, refused.needed) == (False, True)
    assert [(one.phrase, one.span) for one in refused.found] == [("now", (8, 11))]


def test_all_words_that_are_there_are_found_though_one_would_do() -> None:
    story = only_story("{message.text: {mentions_any: [refund*, order, now]}}", message="Order now: no refunding")

    assert story.asked is not None
    (asked,) = leaves(story.asked)
    assert [(one.phrase, one.span) for one in asked.found] == [
        ("refund*", (14, 23)),
        ("order", (0, 5)),
        ("now", (6, 9)),
    ]


def test_of_words_that_must_all_be_there_those_are_found_that_are() -> None:
    story = only_story("{message.text: {mentions_all: [refund, order]}}", message="a refund")

    assert story.asked is not None
    (asked,) = leaves(story.asked)
    assert asked.verdict is False
    assert [one.phrase for one in asked.found] == ["refund"]


def test_what_had_no_say_is_asked_all_the_same() -> None:
    story = only_story("{any: [{message.text: {mentions_any: [refund]}}, {message.text: {mentions_any: [x]}}]}")

    assert story.asked is not None
    assert [(one.verdict, one.needed) for one in leaves(story.asked)] == [(True, True), (False, False)]


def test_what_is_absent_is_told() -> None:
    story = only_story("{any: [{message.subject: {exists: yes}}, {message.text: {exists: yes}}]}")

    assert story.asked is not None
    assert [one.value for one in leaves(story.asked)] == [Absent.MISSING, "A refund"]


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_the_explanation_agrees_with_the_decision(folder: Path) -> None:
    made = load(folder).rule_set
    assert made is not None

    for rule in made.rules:
        for example in rule.examples:
            explained = explain(made, facts_of(rule, example))

            matched = {match.rule for match in explained.decision.matches}
            fates = {story.rule.id for story in explained.stories if story.fate in {"acts", "held back", "shadow"}}
            assert explained.decision == made.decide(explained.facts)
            assert fates == matched
            for story in explained.stories:
                for one in leaves(story.asked) if story.asked else ():
                    assert isinstance(one.condition, Test)
                    asked = one.condition.asked
                    wanted = len(asked.needles) if isinstance(asked, Needles) and asked.every else 1
                    assert one.verdict is ((len(one.found) >= wanted) is not one.condition.negative)


@pytest.mark.parametrize("rules", hostile.SETS)
def test_an_explanation_has_a_budget_and_says_of_each_rule_what_the_decision_says(rules: str) -> None:
    made = hostile.made(rules)
    steps = STEPS // 16
    for text in hostile.TEXTS.values():
        budget = Budget(steps)
        told = explain(made, hostile.event(text[: len(text) // 16]), budget)

        assert budget.left >= -steps / 4
        matched = {match.rule for match in told.decision.matches}
        open_ = {*told.decision.undecided, *told.decision.unevaluated}
        for story in told.stories:
            assert (story.fate == "undecided") is (story.rule.id in open_)
            assert (story.fate in {"acts", "held back"}) is (story.rule.id in matched - open_)


def test_a_test_for_which_the_budget_of_an_explanation_does_not_suffice_is_undecided() -> None:
    one = "- {id: one, if: {message.text: {mentions_any: [refund]}, conversation.source: email}, then: {add: vip}}\n"
    said = facts({"message.text": "a refund", "conversation.source": "email"})

    (story,) = explain(rule_set(f"version: 1\nrules:\n{one}"), said, Budget(10)).stories

    assert (story.fate, story.reason) == ("acts", "matches: add vip")
    assert story.asked is not None
    assert [leaf.verdict for leaf in leaves(story.asked)] == [None, None]
    assert [leaf.found for leaf in leaves(story.asked)] == [(), ()]
    assert [leaf.value for leaf in leaves(story.asked)] == ["a refund", "email"]
