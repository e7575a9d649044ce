"""Every operator on every type it goes with: where it holds, where it does not, and on no value at all."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.language.fields import Type
from rules.language.operators import BY_TYPE, EXACT_CASE, OPERATORS
from rules.language.values import Value
from tests.rules.sets import verdict

NOON = datetime(2026, 9, 2, 12, tzinfo=UTC)
TEXT, STRING, NUMBER, LIST = "message.text", "conversation.title", "conversation.rating", "conversation.tags"
ENUM, ANSWER, TIME = "conversation.source", "conversation.open", "conversation.created_at"
ATTRIBUTE = "conversation.attributes.tier"

# field, operator and operand; a value for which it holds; one for which it does not; what it is without a value
CASES: list[tuple[str, str, Value, Value, bool]] = [
    (TEXT, "mentions_any: [refund*, money back]", "my money back", "my money", False),
    (TEXT, "mentions_all: [refund, order]", "refund this order", "refund this", False),
    (TEXT, "mentions_none: [refund]", "hello", "a refund", True),
    (TEXT, "contains_any: [fund]", "refunded", "fun", False),
    (TEXT, "contains_all: [re, fund]", "refund", "fund", False),
    (TEXT, "contains_none: [fund]", "hello", "refund", True),
    (TEXT, "starts_with_any: [hello, hi]", "<p>Hello!</p>", "I say hello", False),
    (TEXT, "ends_with_any: ['?']", "when?", "when? now", False),
    (TEXT, r"matches_any: ['error\s+(code\s+)?5\d\d']", "Error code 503", "error 404", False),
    (TEXT, r"matches_none: ['5\d\d']", "404", "503", True),
    (TEXT, "exists: yes", "x", "<p> </p>", False),
    (TEXT, "exists: no", "<p>&nbsp;</p>", "x", True),
    (STRING, "is: Big  deal", "BIG deal", "big deals", False),
    (STRING, "is_not: Big deal", "small deal", "big deal", True),
    (STRING, "in: [a, b]", "B", "c", False),
    (STRING, "not_in: [a, b]", "c", "a", True),
    (STRING, "contains_any: [deal]", "ideals", "dea", False),
    (STRING, "contains_all: [big, deal]", "big deal", "big", False),
    (STRING, "contains_none: [deal]", "big", "big deal", True),
    (STRING, "starts_with_any: [big]", "Bigger", "no big", False),
    (STRING, "ends_with_any: [big]", "no big", "bigger", False),
    (STRING, "mentions_any: [jose]", "José", "joseph", False),
    (STRING, "mentions_all: [big, deal]", "big deal", "big", False),
    (STRING, "mentions_none: [big]", "bigger", "big", True),
    (STRING, "matches_any: ['^b.g$']", "BIG", "bigger", False),
    (STRING, "matches_none: ['^b.g$']", "bigger", "big", True),
    (STRING, "exists: yes", "x", " ", False),
    (STRING, "exists: no", " ", "x", True),
    (ENUM, "is: email", "email", "whatsapp", False),
    (ENUM, "is_not: email", "whatsapp", "email", True),
    (ENUM, "in: [email, Whatsapp]", "whatsapp", "sms", False),
    (ENUM, "not_in: [email]", "sms", "email", True),
    (ENUM, "exists: true", "email", "", False),
    (ANSWER, "is: yes", True, False, False),
    (ANSWER, "is: no", False, True, False),
    (ANSWER, "exists: yes", False, "", False),
    (NUMBER, "at_least: 4", 4, 3.99, False),
    (NUMBER, "at_most: 2", 2, 2.01, False),
    (NUMBER, "above: 4", 4.01, 4, False),
    (NUMBER, "below: 2", 1.99, 2, False),
    (NUMBER, "between: [2, 4]", 4, 4.5, False),
    (NUMBER, "between: [2, 4]", 2, 1, False),
    (NUMBER, "is: 3.10", 3.1, 3, False),
    (NUMBER, "exists: yes", 0, "", False),
    (LIST, "has_any: [VIP, beta]", ("x", "vip"), ("x",), False),
    (LIST, "has_all: [vip, beta]", ("beta", "x", "Vip"), ("vip",), False),
    (LIST, "has_none: [vip]", ("x",), ("VIP",), True),
    (LIST, "count_at_least: 2", ("a", "b"), ("a",), False),
    (LIST, "count_at_most: 1", ("a",), ("a", "b"), True),
    (LIST, "exists: yes", ("a",), (), False),
    (TIME, "before: 2026-09-02", NOON - timedelta(hours=12, seconds=1), NOON, False),
    (TIME, "after: 2026-09-02T13:00:00+02:00", NOON, NOON - timedelta(hours=1), False),
    (TIME, "within_last: 7d", NOON - timedelta(days=7), NOON - timedelta(days=7, seconds=1), False),
    (TIME, "older_than: 90m", NOON - timedelta(minutes=91), NOON - timedelta(minutes=90), False),
    (TIME, "during: office", NOON, NOON + timedelta(hours=6), False),
    (TIME, "not_during: office", NOON + timedelta(days=3), NOON, True),
    (TIME, "exists: yes", NOON, "", False),
    (ATTRIBUTE, "is: gold", "Gold", "silver", False),
    (ATTRIBUTE, "is_not: gold", "silver", "gold", True),
    (ATTRIBUTE, "in: [gold, 200]", 200, 201, False),
    (ATTRIBUTE, "not_in: [gold]", "silver", "gold", True),
    (ATTRIBUTE, "contains_any: [20]", 1200, 1300, False),
    (ATTRIBUTE, "contains_all: [a, b]", "ab", "a", False),
    (ATTRIBUTE, "contains_none: [a]", "b", "a", True),
    (ATTRIBUTE, "starts_with_any: [go]", "gold", "ago", False),
    (ATTRIBUTE, "ends_with_any: ['.5']", 1.5, 15, False),
    (ATTRIBUTE, "mentions_any: [gold]", "gold card", "golden card", False),
    (ATTRIBUTE, "mentions_all: [gold, card]", "gold card", "gold", False),
    (ATTRIBUTE, "mentions_none: [gold]", "golden", "gold", True),
    (ATTRIBUTE, "matches_any: ['^g']", "gold", "a gold", False),
    (ATTRIBUTE, "matches_none: ['^g']", "a gold", "gold", True),
    (ATTRIBUTE, "at_least: 500", "500", "499.99", False),
    (ATTRIBUTE, "at_most: 500", 500, "lots", False),
    (ATTRIBUTE, "above: 1", 2, True, False),
    (ATTRIBUTE, "below: 2", -1.5, 2, False),
    (ATTRIBUTE, "between: [1, 2]", "1", "1,5", False),
    (ATTRIBUTE, "has_any: [a]", ("A",), "a", False),
    (ATTRIBUTE, "has_all: [a, b]", ("b", "a"), ("a",), False),
    (ATTRIBUTE, "has_none: [a]", ("b",), ("a",), True),
    (ATTRIBUTE, "count_at_least: 1", ("a",), "a", False),
    (ATTRIBUTE, "count_at_most: 1", ("a",), ("a", "b"), True),
    (ATTRIBUTE, "before: 2026-09-02", 0, int(NOON.timestamp()), False),
    (ATTRIBUTE, "after: 2026-09-01", "2026-09-01T00:00:01Z", "2026-08-01", False),
    (ATTRIBUTE, "within_last: 1d", int(NOON.timestamp()), "soon", False),
    (ATTRIBUTE, "older_than: 1w", 0, 10**30, False),
    (ATTRIBUTE, "during: office", "2026-09-02T08:00:00Z", "at noon", False),
    (ATTRIBUTE, "not_during: office", "2026-09-02T17:00:00Z", int(NOON.timestamp()), True),
    (ATTRIBUTE, "exists: yes", False, " ", False),
    (TEXT, "mentions_any: [IT], exact_case: true", "our IT", "it is", False),
    (TEXT, "contains_any: [US], exact_case: yes", "USA", "usable", False),
    (STRING, "is: US, exact_case: yes", "US", "us", False),
    (ATTRIBUTE, "matches_any: ['^US'], exact_case: yes", "USA", "usable", False),
]

each = pytest.mark.parametrize(("field", "test", "held", "failed", "missing"), CASES, ids=lambda part: str(part)[:40])


def asked(field: str, test: str) -> str:
    return f"{{{field}: {{{test}}}}}"


@each
def test_holds_for_what_it_asks_for(field: str, test: str, held: Value, failed: Value, missing: bool) -> None:
    event: dict[str, Value] = {"event.time": NOON}

    assert verdict(asked(field, test), {**event, field: held}) is True
    assert verdict(asked(field, test), {**event, field: failed}) is False
    assert verdict(asked(field, test), event) is missing


@each
def test_is_undecided_on_a_field_that_was_not_fetched(
    field: str, test: str, held: Value, failed: Value, missing: bool
) -> None:
    del held, failed, missing

    undecided = verdict(asked(field, test), {"event.time": NOON}, field)

    assert undecided is None


def test_there_is_a_case_for_every_operator_of_every_type() -> None:
    types = {
        TEXT: Type.TEXT,
        STRING: Type.STRING,
        NUMBER: Type.NUMBER,
        LIST: Type.LIST,
        ENUM: Type.ENUM,
        ANSWER: Type.YES_NO,
        TIME: Type.TIME,
        ATTRIBUTE: Type.ATTRIBUTE,
    }
    told = {
        (types[field], word.partition(":")[0]) for field, test, *_ in CASES for word in test.split(", ") if ":" in word
    }

    assert {(kind, name) for kind, names in BY_TYPE.items() for name in names} <= told


def test_every_negative_operator_is_the_negation_of_its_twin() -> None:
    negative = {name: operator.negates for name, operator in OPERATORS.items() if operator.negates}

    assert negative == {
        "mentions_none": "mentions_any",
        "contains_none": "contains_any",
        "matches_none": "matches_any",
        "is_not": "is",
        "not_in": "in",
        "has_none": "has_any",
        "count_at_most": "count_above",
        "not_during": "during",
    }
    assert EXACT_CASE not in OPERATORS


@pytest.mark.parametrize(
    ("bare", "held", "failed"),
    [
        (f"{STRING}: NO", "no", "yes"),
        (f"{STRING}: [NO, 22:30, 3.10]", "22:30", "1350"),
        (f"{STRING}: 3.10", "3.10", "3.1"),
        (f"{ENUM}: [email, sms]", "sms", "push"),
        (f"{ANSWER}: yes", True, False),
        (f"{ANSWER}: FALSE", False, True),
        (f"{NUMBER}: 5", 5.0, 4),
        (f"{ATTRIBUTE}: [gold, yes, 3.10]", True, False),
        (f"{ATTRIBUTE}: [gold, yes, 3.10]", 3.1, 3.2),
        (f"{ATTRIBUTE}: Billing", "billing", ("billing",)),
    ],
)
def test_a_bare_value_or_list_means_one_of_them(bare: str, held: Value, failed: Value) -> None:
    field = bare.partition(":")[0]

    assert verdict(f"{{{bare}}}", {field: held}) is True
    assert verdict(f"{{{bare}}}", {field: failed}) is False
    assert verdict(f"{{{bare}}}", {}) is False


def test_names_of_attributes_are_compared_without_case_and_with_their_spaces_collapsed() -> None:
    condition = "{conversation.attributes.Billing   Country: [NO, SE]}"

    assert verdict(condition, {"conversation.attributes.billing country": "no"}) is True


def test_ages_count_from_the_event_and_without_one_nothing_has_an_age() -> None:
    assert verdict("{conversation.created_at: {older_than: 1m}}", {"conversation.created_at": NOON}) is False


def test_a_start_just_after_the_event_is_within_the_last_hour() -> None:
    values: dict[str, Value] = {"conversation.created_at": NOON + timedelta(seconds=1), "event.time": NOON}

    assert verdict("{conversation.created_at: {within_last: 1h}}", values) is True


def test_a_value_of_the_wrong_type_fails_every_positive_test() -> None:
    assert verdict("{conversation.rating: {at_least: 1}}", {"conversation.rating": ("5",)}) is False
    assert verdict("{conversation.tags: {has_any: [vip]}}", {"conversation.tags": "vip"}) is False
    assert verdict("{conversation.created_at: {after: 2026-01-01}}", {"conversation.created_at": True}) is False
    assert verdict("{message.text: {exists: yes}}", {"message.text": ("a",)}) is False


def test_the_subject_of_a_conversation_is_compared_without_its_markup() -> None:
    assert verdict("{conversation.subject: Hello}", {"conversation.subject": "<p>Hello</p>"}) is True
