"""Whatever is proved of generated rules is so, by the judgement of the oracle, which shares no code with the engine."""

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.deciding import condition
from rules.deciding.condition import Test
from rules.deciding.ruleset import RuleSet
from rules.deciding.view import View
from rules.language.values import Value
from rules.proof import clash
from rules.proof.implication import needle_implies
from rules.proof.proofs import Proofs, prove
from rules.proof.told import Proof
from rules.proof.ways import Literal
from rules.words.phrase import Phrase
from rules.words.substring import Substring
from rules.words.text import Text
from tests.rules.oracle import Event
from tests.rules.sets import facts as facts_of
from tests.rules.test_oracle import FIELDS, NOON, TAGS, WORDS, events, files, judged, loaded

short = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

PLAN = "contact.attributes.plan"
SAME = "add: [vip]"
FEW = ("refund", "refund*", "refunds", "money back", "back", "re*", "été", "ete", "C++", "money")


def asking(proofs: Proofs, code: str) -> list[Proof]:
    return [proof for proof in proofs.found if proof.finding.code == code]


def matched(file: dict[str, Any], event: Event) -> set[str]:
    return set(judged(file, event, as_if_live=True).matched)


def witnessed(proof: Proof) -> Event:
    assert proof.witness is not None
    return Event(proof.witness.facts.kind, proof.witness.facts.values)


@st.composite
def similar_files(draw: st.DrawFn) -> dict[str, Any]:
    """Rules that ask for much the same, so that there is something to prove."""
    file = draw(files())
    for rule in file["rules"]:
        rule["mode"] = "live"
        rule["priority"] = 0
        row = st.lists(st.sampled_from(FEW), min_size=1, max_size=2)
        operator = st.sampled_from(["mentions_any", "mentions_none", "mentions_all", "contains_any", "contains_none"])
        words = st.builds(lambda name, few: {name: few}, operator, row.map(lambda few: [w.rstrip("*") for w in few]))
        stars = st.builds(lambda name, few: {name: few}, st.sampled_from(["mentions_any", "mentions_none"]), row)
        numbers = FIELDS["conversation.rating"][0]
        block = draw(
            st.fixed_dictionaries(
                {"message.text": words | stars},
                optional={"conversation.rating": numbers, "conversation.tags": FIELDS["conversation.tags"][0]},
            )
        )
        both = draw(st.lists(st.just(block) | st.builds(lambda one: {"message.text": one}, words | stars), max_size=2))
        rule["if"] = {"all": [block, *both]} if draw(st.booleans()) else {"any": [block, *both]}
        rule["then"] = draw(st.sampled_from([{"add": ["vip"]}, {"remove": ["vip"]}, {"add": TAGS[:2]}]))
    return file


texts = st.lists(st.sampled_from([*FEW, "refunded", "hello"]).map(lambda word: word.rstrip("*")), max_size=4)
similar_events = st.builds(
    lambda said, rating, tags, glue: Event(
        "conversation",
        {
            "message.text": glue.join(said),
            "message.from": "customer",
            "event.time": NOON,
            "conversation.tags": tuple(tags),
            "conversation.rating": rating,
        },
    ),
    texts,
    st.none() | st.integers(0, 5),
    st.lists(st.sampled_from([*TAGS, "x"]), max_size=3),
    st.sampled_from([" ", "-", "", ", "]),
)


def check(file: dict[str, Any], tried: list[Event]) -> None:
    """That everything that is proved of the rules of a file is so."""
    proofs = prove(loaded(file))
    shown = [witnessed(proof) for proof in proofs.found if proof.witness]
    rows = [matched(file, event) for event in (*tried, *shown)]

    for proof in asking(proofs, "never-matches"):
        assert not any(proof.rules[0] in row for row in rows)
    for code in ("shadowed-by", "duplicate-rule"):
        for proof in asking(proofs, code):
            narrow, wide = proof.rules
            assert all(wide in row for row in rows if narrow in row)
            assert {narrow, wide} <= matched(file, witnessed(proof))
            if code == "duplicate-rule":
                assert all(narrow in row for row in rows if wide in row)
    for proof in asking(proofs, "shadowed-by"):
        assert proof.rules[0] not in acting_alone(file, proof, (*tried, *shown))
    for proof in asking(proofs, "add-remove-conflict"):
        judgement = judged(file, witnessed(proof), as_if_live=True)
        assert set(proof.rules) <= set(judgement.acting)
        assert judgement.conflicts


def acting_alone(file: dict[str, Any], proof: Proof, tried: tuple[Event, ...]) -> set[str]:
    """The rules without which some event would be decided otherwise."""
    narrow, _ = proof.rules
    without = {**file, "rules": [rule for rule in file["rules"] if rule["id"] != narrow]}
    same = all(
        judged(file, event).changes == judged(without, event).changes
        and judged(file, event).conflicts == judged(without, event).conflicts
        for event in tried
    )
    return set() if same else {narrow}


@short
@given(files(), st.lists(events(), min_size=5, max_size=10))
def test_what_is_proved_of_any_rules_is_so(file: dict[str, Any], tried: list[Event]) -> None:
    check(file, tried)


@short
@given(similar_files(), st.lists(similar_events, min_size=10, max_size=15))
def test_what_is_proved_of_similar_rules_is_so(file: dict[str, Any], tried: list[Event]) -> None:
    check(file, tried)


def of_one_field(path: str, asked: list[dict[str, Any]]) -> list[Test]:
    rules = [
        {"id": f"rule-{at}", "if": {path: one}, "applies_to": ["conversation"], "then": {"add": ["vip"]}}
        for at, one in enumerate(asked)
    ]
    window = {"timezone": "UTC", "open": [{"days": ["wed"], "from": "09:00", "to": "18:00"}]}
    file = {
        "version": "1",
        "lists": {"words": ["refund*", "闪退", "rembourse"]},
        "windows": {"office": window, "night": {**window, "timezone": "Asia/Tokyo"}},
        "rules": rules,
    }
    rule_set: RuleSet = loaded(file)
    return [test for rule in rule_set.rules for test in condition.tests(rule.condition)]


@st.composite
def fields_with_tests(draw: st.DrawFn) -> tuple[list[Test], list[Value | None]]:
    path = draw(st.sampled_from(sorted(FIELDS.keys() - {"message.from", "event.time"})))
    asked, value = FIELDS[path]
    few = draw(st.lists(asked, min_size=2, max_size=4))
    values = draw(st.lists(st.none() | value, min_size=5, max_size=10))
    return of_one_field(path, few), [*values, *(word for word in WORDS if path == PLAN)]


@settings(short, max_examples=300)
@given(fields_with_tests(), st.lists(st.booleans(), min_size=12, max_size=12))
def test_tests_that_clash_never_come_out_so_together(
    made: tuple[list[Test], list[Value | None]], found: list[bool]
) -> None:
    asked, values = made
    literals = [Literal(test, hit) for test, hit in zip(asked, found, strict=False)]
    path = literals[0].test.field.path
    clashing = clash.of_field(literals[0].test.field, literals)
    assume(clashing is not None)

    for value in values:
        view = View(facts_of({path: value, "event.time": NOON} if value is not None else {"event.time": NOON}))
        assert [bool(one.test.seek(view)) for one in literals] != [one.found for one in literals]
        assert clashing is not None
        assert [bool(one.test.seek(view)) for one in clashing] != [one.found for one in clashing]


# A small alphabet, so that words are often part of each other.
SIGNS = ("a", "a", "b", "ab", "á", "a\u0301", "A", "-", " ", "+", "_", "闪", "www.", "://", "1")
AROUND = ("", " ", "-", "a", "b", "_", "闪", "http://", "http://a", "www.a", ".", "\u0301")
spelt = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=4).map("".join)
exactly = st.sampled_from([False, False, False, True])
phrases = st.builds(Phrase, st.builds(str.__add__, spelt, st.sampled_from(["", "", "*"])), exactly)
pieces = st.builds(Substring, spelt, st.sampled_from(["anywhere", "anywhere", "start", "end"]), exactly)


@settings(short, max_examples=400)
@given(st.lists(phrases | pieces, min_size=6, max_size=10), st.lists(spelt, max_size=3))
def test_what_follows_from_a_word_is_in_every_text_that_has_it(
    needles: list[Phrase | Substring], more: list[str]
) -> None:
    needles = [needle for needle in needles if needle.needle and "*" not in needle.needle]
    implied = [(one, other) for one in needles for other in needles if one != other and needle_implies(one, other)]

    for one, other in implied:
        word = one.text.removesuffix("*")
        texts = [Text(f"{before}{word}{after}") for before in (*AROUND, *more) for after in (*AROUND, *more)]
        for text in texts:
            assert one.find(text) is None or other.find(text) is not None
