from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.deciding.anchor import Anchor, anchors
from rules.deciding.decision import Decision
from rules.deciding.index import Index
from rules.deciding.rule import Rule
from rules.deciding.ruleset import RuleSet
from rules.deciding.view import View
from rules.language.values import Absent, Facts, Value
from rules.words.text import whole_words
from tests.rules.sets import facts, rule, rule_set


class Unindexed(RuleSet):
    """Tries every rule on every event."""

    def _candidates(self, event: Any) -> Iterable[Rule]:
        rules = self._by_kind.get(event.facts.kind, ())
        return (rule for rule in rules if rule.concerns(event.facts))


def unindexed(made: RuleSet) -> RuleSet:
    return Unindexed(made.hash, made.rules, made.tags, made.scenarios)


def decided(made: RuleSet, event: Facts) -> Decision:
    """The decision but for what evaluating more or fewer rules may change: which odd values were noticed."""
    return replace(made.decide(event), mismatched=())


def awake(condition: str, values: dict[str, Value], *not_fetched: str) -> bool:
    """Whether the index has a rule with this condition tried on the event."""
    return bool([*_candidates(rule_set(rule(condition)), facts(values, *not_fetched))])


def _candidates(made: RuleSet, event: Facts) -> Iterable[Rule]:
    tried: list[Rule] = []

    class Watched(Index):
        def candidates(self, ordinary: View, everything: View) -> Sequence[Rule]:
            tried.extend(super().candidates(ordinary, everything))
            return tried

    watched = RuleSet(made.hash, made.rules, made.tags)
    watched.__dict__["indexes"] = {"conversation": Watched(made.rules, "conversation")}
    watched.decide(event)
    return tried


def anchored(condition: str) -> tuple[Anchor, ...] | None:
    found = anchors(rule_set(rule(condition)).rules[0].condition, "conversation")
    return found.any_of if found else None


# What is filed where


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        pytest.param("{message.text: {mentions_any: [Refund]}}", {("word", "refund")}, id="a word"),
        pytest.param("{message.text: {mentions_any: [a, b]}}", {("word", "a"), ("word", "b")}, id="each word of some"),
        pytest.param("{message.text: {mentions_all: [a, refund]}}", {("word", "refund")}, id="one word of all"),
        pytest.param("{message.text: {mentions_any: [Crédit]}}", {("word", "credit")}, id="without its accents"),
        pytest.param("{message.text: {mentions_any: [money back]}}", {("piece", "money back")}, id="a phrase"),
        pytest.param(
            "{message.text: {mentions_any: [money-back]}}", {("piece", "money back")}, id="a hyphen is a space"
        ),
        pytest.param("{message.text: {mentions_any: [refund*]}}", {("piece", "refund")}, id="any ending"),
        pytest.param("{message.text: {mentions_any: [闪退]}}", {("piece", "闪退")}, id="without spaces"),
        pytest.param("{message.text: {mentions_any: [C++]}}", {("piece", "c++")}, id="a sign"),
        pytest.param("{message.text: {mentions_any: [US], exact_case: yes}}", {("word", "US")}, id="exact case"),
        pytest.param("{message.text: {contains_any: [a-bcd-]}}", {("piece", "bcd")}, id="a piece between hyphens"),
        pytest.param("{message.text: {contains_any: ['-']}}", {("presence", "")}, id="nothing but a hyphen"),
        pytest.param("{contact.email: {ends_with_any: ['@a.example']}}", {("piece", "@a.example")}, id="an end"),
        pytest.param("{message.text: {matches_any: ['order #?[0-9]+']}}", {("piece", "order")}, id="a pattern"),
        pytest.param("{message.text: {matches_any: ['[0-9]+']}}", {("presence", "")}, id="a pattern of no letters"),
        pytest.param("{conversation.source: email}", {("value", "email")}, id="a value"),
        pytest.param("{conversation.attributes.Seats: 5}", {("value", "5"), ("value", 5)}, id="a number as a text"),
        pytest.param("{conversation.open: yes}", {("value", "yes"), ("value", True)}, id="an answer"),
        pytest.param("{conversation.tags: {has_any: [A, b]}}", {("member", "a"), ("member", "b")}, id="members"),
        pytest.param("{conversation.rating: {at_most: 2}}", {("presence", "")}, id="a range"),
        pytest.param(
            "{conversation.source: email, message.text: {mentions_any: [refund]}}",
            {("word", "refund")},
            id="the rarest of several",
        ),
        pytest.param(
            "{message.text: {mentions_any: [b]}, company.plan: Enterprise}",
            {("word", "b")},
            id="rather what is carried",
        ),
        pytest.param(
            "{any: [{message.text: {mentions_any: [a]}}, {conversation.source: email}]}",
            {("word", "a"), ("value", "email")},
            id="any",
        ),
        pytest.param(
            "{none: [{none: [{message.text: {mentions_any: [refund]}}]}]}",
            {("word", "refund")},
            id="none of none",
        ),
        pytest.param(
            "{none: [{message.text: {mentions_none: [refund]}, conversation.source: {is_not: sms}}]}",
            {("word", "refund"), ("value", "sms")},
            id="not both of two negatives",
        ),
    ],
)
def test_a_rule_is_filed_under_what_it_cannot_match_without(condition: str, where: set[tuple[str, object]]) -> None:
    found = anchored(condition)

    assert found is not None
    assert {(anchor.where, anchor.key) for anchor in found} == where


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("{message.text: {mentions_none: [refund]}}", id="a negative"),
        pytest.param("{none: [{message.text: {mentions_any: [refund]}}]}", id="none"),
        pytest.param("{any: [{message.text: {mentions_any: [a]}}, {contact.email: {is_not: b}}]}", id="a way around"),
        pytest.param("{event.time: {after: 2026-01-01}}", id="what every event has"),
    ],
)
def test_what_may_match_without_anything_is_always_tried(condition: str) -> None:
    made = rule_set(rule(condition))

    assert anchored(condition) is None
    assert made.indexes["conversation"].always == made.rules


# What is tried


@pytest.mark.parametrize(
    ("phrase", "message", "tried"),
    [
        ("refund", "I want a refund.", True),
        ("refund", "<b>re</b>fund", True),
        ("refund", "It was prerefunded", False),
        ("refund*", "refunded", True),
        ("remboursé", "REMBOURSE", True),
        ("rembourse", "Remboursé!", True),
        ("data loss", "data-loss", True),
        ("money back", "money   back", True),
        ("闪退", "应用闪退了", True),
        ("iphone闪退", "我的iPhone闪退了", True),
        ("iphone", "我的iPhone闪退了", True),
        ("C++", "a C++ question", True),
        ("straße", "STRASSE", True),
        ("हिन्दी", "यह हिन्दी है", True),
        ("ﬁne", "FINE", True),
    ],
)
def test_a_rule_is_tried_where_its_phrase_may_be(phrase: str, message: str, tried: bool) -> None:
    assert awake(f'{{message.text: {{mentions_any: ["{phrase}"]}}}}', {"message.text": message}) is tried


def test_hyphens_are_spaces_in_what_is_searched_and_yet_pieces_with_hyphens_are_found() -> None:
    assert awake("{message.text: {contains_any: [the-end]}}", {"message.text": "At the-ending"})


@pytest.mark.parametrize("field", ["contact.name", "contact.tags", "contact.attributes.x"])
def test_while_a_field_is_not_fetched_all_rules_under_it_are_tried(field: str) -> None:
    asked = "{has_any: [a]}" if field == "contact.tags" else "{in: [a]}"

    assert awake(f"{{{field}: {asked}}}", {}, "contact")
    assert not awake(f"{{{field}: {asked}}}", {})


def test_the_words_of_a_text_are_those_that_phrases_end_at() -> None:
    assert whole_words("a_b c2, e-mail été 我a闪b x") == ["a_b", "c2", "e", "mail", "été", "a", "b", "x"]


def test_rules_that_name_the_sender_have_an_index_of_their_own() -> None:
    condition = "{message.from: teammate, message.text: {mentions_any: [refund]}}"

    assert awake(condition, {"message.from": "teammate", "message.text": "A refund"})
    assert not awake(condition, {"message.from": "teammate", "message.text": "An invoice"})
    assert not awake("{message.text: {mentions_any: [a]}}", {"message.from": "teammate", "message.text": "a"})


# With and without

WORDS = (
    "refund",
    "money back",
    "été",
    "ete",
    "Straße",
    "闪退",
    "了",
    "c++",
    "a",
    "the-end",
    "हिन्दी",
    "ﬁ",
    "İ",
    "US",
    "5",
    ":(",
)
PATTERNS = ("refund", "a[bc]+d", "(?:money|cash) back", "[0-9]{2}", "x*", "(re)?fund", "(?i)US", "é", "end|a")

piece = st.sampled_from(WORDS)
phrase = st.builds(lambda text, star: text + star, piece, st.sampled_from(("", "", "*")))
several = st.lists(phrase, min_size=1, max_size=3)
plain = st.lists(piece, min_size=1, max_size=3)


def _listed(values: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


def _text_test(field: str) -> st.SearchStrategy[str]:
    mentions = st.builds(
        lambda name, values, exact: f"{{{field}: {{{name}: {_listed(values)}, exact_case: {exact}}}}}",
        st.sampled_from(("mentions_any", "mentions_all", "mentions_none")),
        several,
        st.sampled_from(("yes", "no")),
    )
    contains = st.builds(
        lambda name, values, exact: f"{{{field}: {{{name}: {_listed(values)}, exact_case: {exact}}}}}",
        st.sampled_from(("contains_any", "contains_all", "contains_none", "starts_with_any", "ends_with_any")),
        plain,
        st.sampled_from(("yes", "no")),
    )
    matches = st.builds(
        lambda name, values: f"{{{field}: {{{name}: {_listed(values)}}}}}",
        st.sampled_from(("matches_any", "matches_none")),
        st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2),
    )
    return (
        mentions
        | contains
        | matches
        | st.sampled_from((f"{{{field}: {{exists: yes}}}}", f"{{{field}: {{exists: no}}}}"))
    )


value_test = st.builds(
    lambda field, name, values: f"{{{field}: {{{name}: {_listed(values)}}}}}",
    st.sampled_from(("contact.name", "conversation.title", "conversation.subject", "conversation.attributes.x")),
    st.sampled_from(("in", "not_in")),
    plain,
)
other_test = st.sampled_from(
    (
        "{conversation.source: email}",
        "{conversation.source: {is_not: email}}",
        "{conversation.open: yes}",
        "{conversation.tags: {has_any: [us, a]}}",
        "{conversation.tags: {has_all: [US, été]}}",
        "{conversation.tags: {has_none: [a]}}",
        "{conversation.tags: {count_at_least: 0}}",
        "{conversation.tags: {count_at_most: 1}}",
        "{conversation.rating: {at_most: 2}}",
        "{conversation.attributes.x: {between: [1, 5]}}",
        "{conversation.attributes.x: [yes, 5]}",
        "{message.from: [teammate, customer]}",
        "{event.attempt: 1}",
    ),
)
test = st.one_of(
    _text_test("message.text"),
    _text_test("message.full_text"),
    _text_test("conversation.attributes.x"),
    value_test,
    other_test,
)
condition = st.recursive(
    test,
    lambda inner: st.builds(
        lambda joint, parts: f"{{{joint}: [{', '.join(parts)}]}}",
        st.sampled_from(("all", "any", "none")),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)

words_of_a_message = st.lists(
    st.sampled_from(
        (*WORDS, "REFUNDED", "e\u0301te\u0301", "fi", "strasse", "i\u0307", "end", "<b>", "&nbsp;", "> x", "12")
    ),
    max_size=6,
)
message = st.builds(
    lambda parts, glue: glue.join(parts), words_of_a_message, st.sampled_from((" ", "", "-", "\n", "."))
)
PATHS: dict[str, st.SearchStrategy[Value]] = {
    "message.text": message,
    "message.full_text": message,
    "message.from": st.sampled_from(("customer", "customer", "teammate", "bot")),
    "conversation.source": st.sampled_from(("email", "sms")),
    "conversation.open": st.booleans(),
    "conversation.tags": st.lists(piece, max_size=3).map(tuple),
    "conversation.rating": st.integers(1, 5),
    "conversation.title": message,
    "conversation.subject": message,
    "conversation.attributes.x": st.one_of(message, st.booleans(), st.integers(0, 6), st.just(5.0), st.just(("a",))),
    "contact.name": piece,
    "event.attempt": st.just(1),
}
event = st.builds(
    lambda values, gone: Facts(
        "conversation",
        {path: value for path, value in values.items() if path not in gone},
        frozenset(gone),
    ),
    st.fixed_dictionaries({}, optional=PATHS),
    st.sets(
        st.sampled_from(("contact", "message.text", "message.from", "conversation.attributes", "conversation.tags"))
    ),
)

# Most events are a customer's who says something that rules may look for.
said = st.builds(
    lambda one, text: replace(one, values={**one.values, "message.text": text, "message.from": "customer"}),
    event,
    st.lists(st.sampled_from((*WORDS, "refunded", "the-ending", "Refund")), min_size=4, max_size=8).map(" ".join),
)


@settings(derandomize=True, max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(condition, min_size=1, max_size=6), st.lists(said | event, min_size=2, max_size=6))
def test_an_index_changes_no_decision(conditions: list[str], events: list[Facts]) -> None:
    actions = ("{add: vip}", "{remove: vip}", "{add: billing/refund}")
    made = rule_set(
        "version: 1\nrules:\n"
        + "".join(
            f"- {{id: r{number}, if: {asked}, if_unmatched: {'remove' if number % 3 == 0 else 'keep'}, "
            f"mode: {'shadow' if number % 4 == 3 else 'live'}, then: {actions[number % 3]}}}\n"
            for number, asked in enumerate(conditions)
        ),
    )
    naive = unindexed(made)

    for one in events:
        assert decided(made, one) == decided(naive, one)


def test_the_naive_set_does_try_every_rule() -> None:
    made = rule_set(rule("{message.text: {mentions_any: [refund]}}"))
    nothing = facts({"message.text": "hello"})

    assert Absent.MISSING is nothing.get("contact.name")
    assert [*_candidates(made, nothing)] == []
    assert decided(unindexed(made), nothing) == decided(made, nothing)
