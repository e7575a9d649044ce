import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.findings.finding import Findings
from rules.reading import patterns, questions
from rules.reading.loader import File, assemble
from tests.rules.sets import TAGS, codes, loaded, rule, rule_set, verdict
from tests.rules.sets import facts as event

WORDS = ("refund", "invoice", "crash")
tests = st.sampled_from([f"{{message.text: {{mentions_any: [{word}]}}}}" for word in WORDS])
conditions = st.recursive(
    tests,
    lambda parts: st.tuples(st.sampled_from(["all", "any", "none"]), st.lists(parts, min_size=1, max_size=3)).map(
        lambda joint: f"{{{joint[0]}: [{', '.join(joint[1])}]}}",
    ),
    max_leaves=6,
)
messages = st.lists(st.sampled_from(WORDS)).map(" ".join)


@pytest.mark.parametrize(
    ("condition", "said", "holds"),
    [
        ("{all: [A, B]}", "a b", True),
        ("{all: [A, B]}", "a", False),
        ("{any: [A, B]}", "b", True),
        ("{any: [A, B]}", "c", False),
        ("{none: [A, B]}", "c", True),
        ("{none: [A, B]}", "b", False),
        ("{any: [{all: [A, B]}, {none: [A]}]}", "c", True),
        ("{any: [{all: [A, B]}, {none: [A]}]}", "a", False),
        ("{none: [{none: [A]}]}", "a", True),
        ("{message.text: {mentions_any: [aa, bb], mentions_none: [cc]}}", "aa", True),
        ("{message.text: {mentions_any: [aa, bb], mentions_none: [cc]}}", "aa cc", False),
        ("{message.text: {mentions_any: aa}, all: [B]}", "aa bb", True),
    ],
)
def test_blocks_mean_all_and_joints_say_what_they_mean(condition: str, said: str, holds: bool) -> None:
    for name in "AB":
        condition = condition.replace(name, f"{{message.text: {{mentions_any: [{name.lower() * 2}]}}}}")
    body = " ".join(word if len(word) > 1 else word * 2 for word in said.split())

    assert verdict(condition, {"message.text": body}) is holds


@settings(derandomize=True, max_examples=100, deadline=None)
@given(conditions, conditions, messages)
def test_de_morgan_holds(one: str, other: str, said: str) -> None:
    values = {"message.text": said}

    none_of = verdict(f"{{none: [{one}, {other}]}}", values)
    each_none = verdict(f"{{all: [{{none: [{one}]}}, {{none: [{other}]}}]}}", values)

    assert none_of is each_none


@settings(derandomize=True, max_examples=100, deadline=None)
@given(conditions, messages)
def test_not_knowing_never_decides_otherwise_than_knowing(condition: str, said: str) -> None:
    blind = verdict(f"{{all: [{condition}], any: [{condition}]}}", {}, "message.text")

    assert blind in {None, verdict(condition, {"message.text": said})}


LISTS = """
version: 1
lists:
  refunds: [refund*, money back]
  codes: [NO, SE]
conditions:
  wants_money:
    message.text: {mentions_any: $refunds}
rules:
- {id: list, if: {message.text: {mentions_any: $refunds}}, then: {add: vip}}
- {id: in-a-list, if: {message.text: {mentions_any: [chargeback, $refunds]}}, then: {add: vip}}
- {id: bare, if: {conversation.attributes.Country: $codes}, then: {add: vip}}
- {id: named, if: {use: wants_money}, then: {add: vip}}
- {id: only-text, if: {message.text: {contains_any: ["$refunds", $5]}}, then: {add: vip}}
"""


@pytest.mark.parametrize(
    ("values", "matched"),
    [
        ({"message.text": "my money back"}, ["list", "in-a-list", "named"]),
        ({"message.text": "a chargeback"}, ["in-a-list"]),
        ({"conversation.attributes.country": "no"}, ["bare"]),
        ({"message.text": "$refunds"}, ["only-text", "list", "in-a-list", "named"]),
        ({"message.text": "it was $5"}, ["only-text"]),
    ],
)
def test_lists_and_conditions_are_used_by_name(values: dict[str, str], matched: list[str]) -> None:
    decision = rule_set(LISTS).decide(event({**values}))

    assert sorted(match.rule for match in decision.matches) == sorted(matched)


def test_a_list_may_stand_in_a_file_of_its_own_and_serve_all() -> None:
    shared = "version: 1\nlists: {refunds: [refund]}\nconditions: {asks: {message.text: {mentions_any: $refunds}}}\n"
    tags = "version: 1\ntags: {vip: x}\n"
    files = (
        File("a.yaml", shared.encode()),
        File("b.yaml", rule("{use: asks}").encode()),
        File("c.yaml", tags.encode()),
    )

    made = assemble(files, Findings(), "folder").rule_set

    assert made is not None
    assert len(made.decide(event({"message.text": "refund"})).matches) == 1


def test_conditions_that_use_one_another_without_end_are_refused() -> None:
    named = "".join(f"  c{n}: {{all: [{{use: c{n + 1}}}, {{use: c{n + 1}}}]}}\n" for n in range(40))
    text = (
        f"version: 1\nconditions:\n{named}  c40: {{message.text: {{exists: yes}}}}\n"
        + rule("{use: c0}").partition(
            "\n",
        )[2]
    )

    found = loaded(text)

    assert found.rule_set is None
    assert "too-deep" in {finding.code for finding in found.findings}


def test_a_condition_has_an_end() -> None:
    many = ", ".join("{message.text: {exists: yes}}" for _ in range(700))
    text = (
        f"version: 1\nconditions: {{many: {{all: [{many}]}}}}\n"
        "rules: [{id: a, if: {all: [{use: many}, {use: many}, {use: many}]}, then: {add: vip}}]\n"
    )

    assert codes(text) == [(3, "too-many")]


def test_a_list_has_an_end() -> None:
    assert codes(rule(f"{{message.text: {{mentions_any: [{', '.join(['word'] * 20_001)}]}}}}")) == [(5, "too-many")]


def test_a_list_used_over_and_over_is_no_bomb() -> None:
    words = ", ".join(f"w{number}" for number in range(1_000))
    uses = ", ".join(["$words"] * 1_000)
    rules = "".join(
        f"- {{id: r-{n}, if: {{message.text: {{mentions_any: [{uses}]}}}}, then: {{add: vip}}}}\n" for n in (1, 2)
    )

    assert codes(f"version: 1\nlists: {{words: [{words}]}}\nrules:\n{rules}") == [(4, "too-many"), (5, "too-many")]


def test_a_long_list_in_many_tests_is_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_VALUES", 50)
    words = ", ".join(f"w{number}" for number in range(10))
    many = ", ".join(["{message.text: {mentions_any: $words}}"] * 6)
    text = f"version: 1\nlists: {{words: [{words}]}}\nrules:\n- {{id: r, if: {{any: [{many}]}}, then: {{add: vip}}}}\n"

    assert set(codes(text)) == {(4, "too-many")}


def test_the_patterns_of_a_set_together_are_no_larger_than_a_process_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_STATES", 2_000)

    def files(*asked: str) -> list[File]:
        return [
            File(
                f"{at}.yaml",
                f"version: 1\nrules:\n- {{id: r{at}, if: {{message.text: {{matches_any: ['{one}']}}}}, "
                "then: {add: vip}}\n".encode(),
            )
            for at, one in enumerate(asked)
        ]

    tags = File("tags.yaml", TAGS.encode())
    over = assemble((tags, *files("a.{100}z", "b.{100}z", "c.{100}z", "(")), Findings(), "folder")
    alike = assemble((tags, *files(*["a.{100}z"] * 20)), Findings(), "folder")

    errors = [finding for finding in over.findings if finding.severity == "error"]
    assert [(found.code, found.file) for found in errors] == [("too-many", "2.yaml")]
    assert alike.rule_set is not None
