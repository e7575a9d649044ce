"""The engine and the oracle, which shares no code with it, agree about whatever rules and events there are."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.deciding.decision import Settled
from rules.deciding.ruleset import RuleSet
from rules.language.values import Facts, Kind
from rules.words.budget import Budget
from tests.rules import oracle
from tests.rules.oracle import Event
from tests.rules.sets import rule_set

short = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

WORDS = (
    *("refund", "REFUNDED", "prerefund", "money back", "money  back", "money-back", "It", "IT", "C++", "x_y", "503"),
    *("remboursé", "rembourse\u0301", "rembourse", "año", "ano", "straße", "STRASSE", "ﬁn", "fin", "été", "моя", "мои"),
    *("мой", "мои\u0306", "ΣΑΣ", "σας", "闪退", "应用闪退了", "返金", "คืนเงิน", "ငွေ", "환불", "فَتح", "فتح"),
    *("👍", "👍🏽", "❤️", "re\u00adfund", "re\u200bfund", "\u2019tis", "'tis", "“vip”", "—", "Ⅷ", "①", "İstanbul", "Ǆ"),
    *("https://shop.example/refund", "www.shop.example/money-back?x=refund.", "a@refund.example"),
)
GLUE = (" ", " ", " ", "", "-", ", ", "\n", "\n> ", "\u00a0", "_", ". ")
MARKUP = ("<b>{}</b>", "<p>{}</p>", "<i>{}", "<br>{}", "<blockquote>{}</blockquote>", "<script>{}</script>", "{}&nbsp;")
PHRASES = [
    *(word for word in WORDS if "http" not in word and "www" not in word),
    "refund*",
    "re*",
    "闪*",
    "mon*",
    "été*",
]
PATTERNS = ["error", "ref[u]nd", "^money", "[0-9]{3}", "fin$", "été"]
TAGS = ["billing/refund", "billing/invoice", "vip"]
NOON = datetime(2026, 9, 2, 12, tzinfo=UTC)

pieces = st.sampled_from(WORDS) | st.builds(str.format, st.sampled_from(MARKUP), st.sampled_from(WORDS))
texts = st.lists(st.tuples(st.sampled_from(GLUE), pieces), max_size=7).map(
    lambda parts: "".join(glue + piece for glue, piece in parts)
)
phrases = st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3) | st.just("$words")
plain = st.lists(st.sampled_from([phrase for phrase in PHRASES if "*" not in phrase]), min_size=1, max_size=3)
times = st.integers(-20_000, 20_000).map(lambda minutes: NOON + timedelta(minutes=minutes))


def one(operators: list[str], operands: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda operator, operand: {operator: operand}, st.sampled_from(operators), operands)


def exactly(test: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda one, exact: {**one, **exact}, test, st.sampled_from([{}, {}, {"exact_case": "yes"}]))


in_text = exactly(
    one(["mentions_any", "mentions_all", "mentions_none"], phrases)
    | one(["contains_any", "contains_all", "contains_none", "starts_with_any", "ends_with_any"], plain)
    | one(["matches_any", "matches_none"], st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2))
)
existing = one(["exists"], st.sampled_from(["yes", "no"]))
numbers = st.sampled_from(["0", "1", "2.5", "3", "5"])
of_number = one(["at_least", "at_most", "above", "below", "is"], numbers) | st.just({"between": ["1", "3"]})
of_list = one(
    ["has_any", "has_all", "has_none"], st.lists(st.sampled_from([*TAGS, "VIP"]), min_size=1, max_size=2)
) | one(["count_at_least", "count_at_most"], st.sampled_from(["0", "1", "2"]))
of_time = (
    one(["before", "after"], times.map(datetime.isoformat))
    | one(["within_last", "older_than"], st.sampled_from(["5h", "2d", "1w"]))
    | one(["during", "not_during"], st.sampled_from(["office", "night"]))
)
equal = one(["in", "not_in"], plain) | one(["is", "is_not"], st.sampled_from(["refund", "3", "fin", "yes"]))

FIELDS: dict[str, tuple[st.SearchStrategy[dict[str, Any]], st.SearchStrategy[Any]]] = {
    "message.text": (in_text | existing, texts),
    "message.full_text": (in_text | existing, texts),
    "message.from": (one(["is", "is_not"], st.sampled_from(["customer", "teammate"])), st.nothing()),
    "conversation.title": (in_text | existing | exactly(equal), st.sampled_from(WORDS)),
    "conversation.tags": (of_list | existing, st.lists(st.sampled_from([*TAGS, "x"]), max_size=3).map(tuple)),
    "conversation.rating": (of_number | existing, st.integers(0, 5)),
    "conversation.open": (one(["is"], st.sampled_from(["yes", "no"])) | existing, st.booleans()),
    "conversation.created_at": (of_time | existing, times),
    "contact.attributes.plan": (
        in_text | of_number | of_list | equal | existing,
        st.sampled_from(WORDS) | st.integers(0, 5) | st.just("2.5") | st.booleans() | st.just(("vip", "x")),
    ),
    "event.time": (of_time, times),
}

tests = st.sampled_from(sorted(FIELDS)).flatmap(lambda path: FIELDS[path][0].map(lambda test: {path: test}))
blocks = st.recursive(
    tests | st.just({"use": "named"}),
    lambda inner: st.builds(
        lambda joint, parts: {joint: parts},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
named = st.recursive(
    tests,
    lambda inner: st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=2)),
    max_leaves=2,
)


@st.composite
def thens(draw: st.DrawFn) -> dict[str, Any]:
    first, second, _ = draw(st.permutations(TAGS))
    then = draw(st.sampled_from([{"add": [first]}, {"remove": [first]}, {"add": [first], "remove": [second]}]))
    return dict(then)


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """A file of rules, as plain data."""
    conditions = {"named": draw(named)}
    count = draw(st.integers(1, 5))
    rules = []
    for number in range(count):
        rule: dict[str, Any] = {
            "id": f"rule-{number}",
            "applies_to": draw(st.sampled_from([["conversation"], ["conversation"], ["conversation", "ticket"]])),
            "mode": draw(st.sampled_from(["live", "live", "shadow", "disabled"])),
            "priority": draw(st.integers(-1, 1)),
            "if": draw(blocks),
            "then": draw(thens()),
        }
        extra = draw(st.sampled_from(["", "", "group", "contact", "company", "if_unmatched"]))
        if extra in {"contact", "company"}:
            rule["then"][extra] = {"add": [draw(st.sampled_from(TAGS))]}
        elif extra:
            rule[extra] = {"group": "together", "if_unmatched": "remove"}[extra]
        rules.append(rule)
    return {
        "version": "1",
        "lists": {"words": ["refund*", "闪退", "rembourse"]},
        "conditions": conditions,
        "windows": {
            "office": {
                "timezone": "Europe/Dublin",
                "open": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"}],
                "closed_on": ["2026-09-03"],
            },
            "night": {"timezone": "Asia/Tokyo", "open": [{"days": ["tue", "sat"], "from": "22:30", "to": "06:00"}]},
        },
        "groups": [{"id": "together", "pick": "first"}],
        "rules": rules,
    }


@st.composite
def events(draw: st.DrawFn) -> Event:
    paths = draw(st.lists(st.sampled_from(sorted(FIELDS.keys() - {"message.from"})), min_size=4, unique=True))
    values = {path: draw(FIELDS[path][1]) for path in paths}
    values["message.from"] = draw(st.sampled_from(["customer", "customer", "customer", "teammate", ""]))
    values["event.time"] = draw(times)
    unknown = draw(st.frozensets(st.sampled_from(["contact.attributes.plan", "conversation.tags", "message.text"])))
    kind = draw(st.sampled_from(["conversation", "conversation", "ticket"]))
    if kind == "ticket":
        values = {path: value for path, value in values.items() if not path.startswith("conversation.")}
        unknown = frozenset(path for path in unknown if not path.startswith("conversation."))
    return Event(kind, values, unknown - values.keys())


def loaded(file: Mapping[str, Any]) -> RuleSet:
    text = json.dumps(file, ensure_ascii=False)
    return rule_set(re.sub(r'"\$(\w+)"', r"$\1", text))


def judged(file: Mapping[str, Any], event: Event, *, as_if_live: bool = False) -> oracle.Judged:
    rules = [{**rule, "conditions": file["conditions"]} for rule in file["rules"]]
    return oracle.judge({**file, "rules": rules}, event, as_if_live=as_if_live)


def facts(event: Event) -> Facts:
    kind: Kind = "ticket" if event.kind == "ticket" else "conversation"
    return Facts(kind, event.values, event.unknown)


def changes(settled: Settled) -> set[tuple[str, str, str]]:
    return {(change.kind, change.tag, change.action) for change in settled.changes}


@short
@given(files(), events())
def test_the_engine_decides_as_the_oracle_does(file: dict[str, Any], event: Event) -> None:
    decision = loaded(file).decide(facts(event))

    live, every = judged(file, event), judged(file, event, as_if_live=True)
    assert [match.rule for match in decision.matches] == every.matched
    made = Settled(decision.changes, decision.conflicts, decision.withdrawals)
    second = decision.if_live or made
    for settled, wanted in ((made, live), (second, every)):
        assert changes(settled) == wanted.changes
        assert set(settled.conflicts) == wanted.conflicts
        assert {(gone.rule, gone.tag) for gone in settled.withdrawals} == wanted.withdrawals
    # A rule that would not act in any case is not worth asking for.
    assert set(decision.undecided) - set(every.matched) <= every.open
    assert bool(decision.needs) is bool(decision.undecided)


@short
@given(files(), events(), st.integers(0, 60_000))
def test_too_small_a_budget_leaves_rules_open_and_decides_none_otherwise(
    file: dict[str, Any], event: Event, steps: int
) -> None:
    decision = loaded(file).decide(facts(event), Budget(steps))

    every = judged(file, event, as_if_live=True)
    matched, left = {match.rule for match in decision.matches}, set(decision.unevaluated)
    assert matched <= set(every.matched)
    assert {gone.rule for gone in decision.withdrawals} <= {rule for rule, _ in judged(file, event).withdrawals} - left
    assert left.isdisjoint(decision.undecided)
    # Those of a group that are not listed cannot act in any case.
    grouped = {rule["id"] for rule in file["rules"] if "group" in rule}
    assert set(every.matched) - matched - grouped <= left
    assert set(decision.undecided) - matched <= every.open


@short
@given(st.lists(in_text, min_size=6, max_size=12), texts, st.sampled_from(["message.text", "message.full_text"]))
def test_engine_and_oracle_find_the_same_words(asked: list[dict[str, Any]], text: str, path: str) -> None:
    """Many tests of one text at a time, each in a rule of its own."""
    common = {"applies_to": ["conversation"], "mode": "live", "priority": 0, "then": {"add": ["vip"]}}
    rules = [{**common, "id": f"rule-{at}", "if": {path: test}} for at, test in enumerate(asked)]
    file = {"version": "1", "lists": {"words": ["refund*", "闪退", "rembourse"]}, "conditions": {}, "rules": rules}
    event = Event("conversation", {path: text, "message.from": "customer"})

    decision = loaded(file).decide(facts(event))

    assert [match.rule for match in decision.matches] == judged(file, event).matched
    assert {passed.phrase for match in decision.matches for passed in match.passed} <= {*PHRASES, *PATTERNS}


@short
@given(files(), events(), st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing_but_who_comes_first_in_a_group(
    file: dict[str, Any], event: Event, random: Any
) -> None:
    for rule in file["rules"]:
        rule.pop("group", None)
    other = {**file, "rules": random.sample(file["rules"], len(file["rules"]))}

    one, two = loaded(file).decide(facts(event)), loaded(other).decide(facts(event))

    assert changes(Settled(one.changes)) == changes(Settled(two.changes))
    assert set(one.conflicts) == set(two.conflicts)
    assert set(one.withdrawals) == set(two.withdrawals)
    assert one.undecided == two.undecided
    assert {match.rule for match in one.matches} == {match.rule for match in two.matches}


def alone(condition: Mapping[str, Any], file: Mapping[str, Any], event: Event) -> bool | None:
    """What a condition comes out as; it names the sender, so that both sides of a law see the same message."""
    sees = {"any": [{"message.from": {"exists": "yes"}}, {"message.from": {"exists": "no"}}]}
    rule = {
        "id": "a",
        "if": {"all": [condition, sees]},
        "applies_to": ["conversation", "ticket"],
        "then": {"add": TAGS},
    }
    decision = loaded({**file, "rules": [rule]}).decide(facts(event))
    return None if decision.undecided else bool(decision.matches)


@short
@given(blocks, blocks, files(), events())
def test_de_morgan_holds_whatever_is_missing_or_not_fetched(
    one: dict[str, Any], two: dict[str, Any], file: dict[str, Any], event: Event
) -> None:
    neither = alone({"none": [one, two]}, file, event)
    not_both = alone({"none": [{"all": [one, two]}]}, file, event)

    assert neither is alone({"all": [{"none": [one]}, {"none": [two]}]}, file, event)
    assert not_both is alone({"any": [{"none": [one]}, {"none": [two]}]}, file, event)
