"""What is said of tests that hold where their field has no value, and how often that was seen."""

from rules.findings.finding import Finding, Findings
from rules.proof.proofs import checked
from rules.reading.loader import File, assemble
from tests.rules.sets import TAGS

RULE = """\
version: 1
rules:
- id: outsider
  events: [conversation.user.created]
  if:
    message.text: {mentions_any: [refund]}
    none: [{contact.email_domain: example.com}]
  then: {add: vip}
  examples:
"""
SCENARIOS = """\
version: 1
tests:
- {name: one, given: {message.text: a refund}, expect: {matched: [outsider]}}
- {name: two, given: {message.text: a refund, contact.email: anna@example.org}, expect: {matched: [outsider]}}
- {name: three, given: {message.text: a refund, contact.email: anna@example.com}, expect: {matched: []}}
- {name: four, given: {message.text: hello}, expect: {matched: []}}
"""


def told(examples: str, scenarios: str = "") -> tuple[Finding, ...]:
    files = [File("tags.yaml", TAGS.encode()), File("rules.yaml", f"{RULE}    {examples}\n".encode())]
    if scenarios:
        files.append(File("tests.yaml", scenarios.encode()))
    found = checked(assemble(files, Findings(), "folder")).findings
    return tuple(finding for finding in found if finding.code == "negative-on-optional")


def test_it_is_told_in_how_many_examples_that_match_there_is_no_value() -> None:
    (finding,) = told(
        "{match: [a refund, {message.text: refund, contact.email: anna@example.org}], "
        "no_match: [hello, {message.text: refund, contact.email: anna@example.com}]}"
    )

    assert finding.line == 7
    assert finding.message == (
        'rule "outsider" may match where "contact.email_domain" has no value: this test holds there'
    )
    assert finding.notes == (
        "examples and scenarios that match: 2, without a value: 1",
        "if it should not, add   contact.email_domain: {exists: yes}",
    )


def test_scenarios_count_too() -> None:
    (finding,) = told("{match: [a refund], no_match: [hello]}", SCENARIOS)

    assert finding.notes[0] == "examples and scenarios that match: 3, without a value: 2"


def test_where_there_always_is_one_an_example_without_is_asked_for() -> None:
    (finding,) = told("{match: [{message.text: refund, contact.email: anna@example.org}], no_match: [hello]}")

    assert finding.notes[0] == (
        "examples and scenarios that match: 1, without a value: 0; write one, to say what should happen there"
    )


def test_without_anything_that_matches_nothing_is_counted() -> None:
    (finding,) = told("{no_match: [hello]}")

    assert finding.notes == ("if it should not, add   contact.email_domain: {exists: yes}",)


def test_where_the_value_is_asked_for_nothing_is_told() -> None:
    text = RULE.replace("none:", "contact.email_domain: {exists: yes}\n    none:")
    files = (File("tags.yaml", TAGS.encode()), File("rules.yaml", f"{text}    {{match: [a refund]}}\n".encode()))

    found = checked(assemble(files, Findings(), "folder")).findings

    assert [finding.code for finding in found if finding.severity == "info"] == ["unused-tag"] * 2
