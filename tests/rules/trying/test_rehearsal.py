from rules.deciding.ruleset import RuleSet
from rules.findings.finding import Findings
from rules.reading.loader import File, assemble
from rules.trying import coverage, rehearsal, trial
from rules.trying.coverage import Coverage
from rules.trying.rehearsal import Played
from tests.rules.sets import TAGS

RULES = """\
version: 1
rules:
- id: refund
  if: {message.text: {mentions_any: [refund]}}
  then: {add: [billing/refund], remove: [billing/invoice]}
- id: invoice
  if: {any: [{message.text: {mentions_any: [invoice]}}, {conversation.source: email}]}
  then: {add: [billing/invoice]}
- id: vip
  mode: shadow
  if: {company.size: {at_least: 5}}
  then: {add: [vip]}
"""


def rule_set(tests: str, rules: str = RULES) -> RuleSet:
    files = [("tags.yaml", TAGS), ("rules.yaml", rules), ("tests.yaml", f"version: 1\ntests:\n{tests}")]
    made = assemble([File(name, text.encode()) for name, text in files], Findings(), "folder")
    assert made.rule_set is not None, made.findings
    return made.rule_set


def played(given: str, expect: str) -> Played:
    (one,) = rehearsal.play(rule_set(f"- {{name: a test, given: {{{given}}}, expect: {{{expect}}}}}\n"))
    return one


def messages(given: str, expect: str) -> list[str]:
    return [difference.message for difference in played(given, expect).differences]


def test_what_is_not_named_may_be_anything() -> None:
    assert messages("message.text: refund", "add: [billing/refund]") == []
    assert messages("message.text: refund", "matched: [refund]") == []


def test_what_is_named_is_all_there_is() -> None:
    assert messages("message.text: refund", "add: [vip]") == ["tags added: billing/refund; expected: vip"]
    assert messages("message.text: x", "acted: [refund]") == ["rules that act: none; expected: refund"]
    assert messages("message.text: refund", "add: []") == ["tags added: billing/refund; expected: none"]


def test_rules_that_match_need_not_act() -> None:
    both = "message.text: the invoice of a refund, company.size: 9"

    assert messages(both, "matched: [vip, invoice, refund], acted: [refund]") == []


def test_a_tag_that_is_there_is_not_added() -> None:
    assert messages("message.text: refund, conversation.tags: [Billing/Refund]", "add: [], remove: []") == []
    assert messages("message.text: refund, conversation.tags: [billing/invoice]", "remove: [billing/invoice]") == []


def test_a_failure_tells_each_difference_and_why_nothing_happens_to_a_tag() -> None:
    failed = rehearsal.failure(played("message.text: the invoice of a refund", "add: [billing/invoice], acted: []"))

    assert (failed.file, failed.line, failed.code) == ("tests.yaml", 3, "failed-scenario")
    assert failed.message == 'test "a test" does not come out as expected'
    assert failed.notes == (
        "line 3: tags added: billing/refund; expected: billing/invoice",
        "line 3: rules that act: refund; expected: none",
        'rules disagree about "billing/invoice", so nothing happens to it',
    )


def test_scenarios_are_summed_up() -> None:
    good, bad = played("message.text: refund", "matched: [refund]"), played("message.text: refund", "matched: []")

    assert rehearsal.summary((good,)) == "1 scenario: all as expected"
    assert rehearsal.summary((good, bad)) == "2 scenarios: 1 failed"


# Coverage

EXAMPLES = "  examples: {match: [a refund], no_match: [hello]}\n"


def covered(tests: str, rules: str = RULES) -> Coverage:
    made = rule_set(tests, rules)
    return coverage.measure(made, tuple(trial.trials(made)), tuple(rehearsal.play(made)))


def test_a_rule_is_covered_by_both_outcomes() -> None:
    only_one = "- {name: a, given: {message.text: invoice, company.size: 9}, expect: {add: [billing/invoice]}}\n"

    found = covered(only_one)

    assert found.rules.of("rule") == "0 of 3 rules (0 %)"
    assert [gap.message for gap in found.gaps if "rule " in gap.message] == [
        'rule "refund" is never seen matching',
        'rule "invoice" is never seen not matching',
        'rule "vip" is never seen not matching',
    ]


def test_every_test_of_a_rule_is_to_be_covered() -> None:
    scenarios = "".join(
        f"- {{name: {name}, given: {{{given}}}, expect: {{acted: {acted}}}}}\n"
        for name, given, acted in (
            ("a", "message.text: refund, company.size: 9", "[refund]"),
            ("b", "message.text: invoice, company.size: 1", "[invoice]"),
        )
    )

    found = covered(scenarios)

    assert (found.rules.percent, found.tests.percent, found.percent) == (100, 75, 75)
    assert [(gap.line, gap.code, gap.message) for gap in found.gaps] == [
        (7, "not-covered", "this test is never seen to hold: conversation.source in ['email']")
    ]


def test_examples_cover_too_and_disabled_rules_do_not_count() -> None:
    disabled = RULES.replace("mode: shadow", "mode: disabled").replace("- id: invoice", f"{EXAMPLES}- id: invoice")
    scenario = "- {name: a, given: {message.text: x, conversation.source: email}, expect: {acted: [invoice]}}\n"

    found = covered(scenario, disabled)

    assert found.rules.of("rule") == "1 of 2 rules (50 %)"
    assert found.tests.of("test") == "1 of 3 tests (33 %)"


def test_a_share_is_never_rounded_up_to_everything() -> None:
    assert coverage.Share(1999, 2000).of("test") == "1,999 of 2,000 tests (99 %)"
    assert coverage.Share(0, 0).percent == 100
