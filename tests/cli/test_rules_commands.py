"""The commands for understanding, comparing, formatting and deploying rules, as their users call them."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from cli import events
from rules.telling.codes import CODES
from tests.cli.test_rules import EXAMPLES, RULE, SHIPPED, TAGS, folder, run

NOTIFICATIONS = Path(__file__).parents[1] / "facts" / "notifications"
REFUND = NOTIFICATIONS / "2.10" / "conversation.user.created.json"
SCENARIO = "version: 1\ntests:\n- {name: a refund, given: {message.text: refund}, expect: {add: [vip]}}\n"


def event(path: Path, text: str = "message.text: I want a refund\n") -> Path:
    file = path / "event.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def rules_of(path: Path, name: str, text: str = RULE + EXAMPLES) -> Path:
    (path / name).mkdir()
    return folder(path / name, text)


# check


def test_strict_makes_warnings_errors(tmp_path: Path) -> None:
    result = run("check", folder(tmp_path, RULE), "--strict")

    assert result.exit_code == 1
    assert "error: rule" in result.output
    assert result.output.endswith("1 rule in 1 file: 1 error, 0 warnings\n")


def test_strict_leaves_information_alone(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE + EXAMPLES)
    (made / "tags.yaml").write_text(TAGS.replace("vip:", "old: An old tag, vip:"))

    result = run("check", made, "--strict")

    assert result.exit_code == 0
    assert "[unused-tag]" in result.output


def test_a_code_is_explained_without_a_folder() -> None:
    result = run("check", "--explain", "any-of-negatives")

    assert result.exit_code == 0
    assert result.output == CODES["any-of-negatives"].as_text() + "\n"


@pytest.mark.parametrize(("name", "advice"), [("unknown-tga", 'did you mean "unknown-tag"?'), ("x", "there are: ")])
def test_a_code_that_does_not_exist(name: str, advice: str) -> None:
    result = run("check", "--explain", name)

    assert result.exit_code == 2
    assert advice in result.output


def test_findings_for_github(tmp_path: Path) -> None:
    result = run("check", folder(tmp_path, RULE), "--format", "github")

    assert result.exit_code == 0
    assert result.output.startswith(
        f"::warning file={tmp_path}/rules.yaml,line=3,col=7,endColumn=21,title=no-examples::"
    )
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize("command", ["check", "test"])
def test_findings_for_code_scanning(tmp_path: Path, command: str) -> None:
    result = run(command, folder(tmp_path, RULE.replace("vip", "vpi") + EXAMPLES), "--format", "sarif")

    (made,) = json.loads(result.output)["runs"]
    assert result.exit_code == 1
    assert [found["ruleId"] for found in made["results"]] == ["unknown-tag"]


# test


def test_scenarios_are_tried_with_the_examples(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE + EXAMPLES)
    (made / "tests.yaml").write_text(SCENARIO)

    result = run("test", made)

    assert result.exit_code == 0
    assert result.output == (
        "2 examples of 1 rule: all as expected\n"
        "1 scenario: all as expected\n"
        "coverage: 1 of 1 rule (100 %), 1 of 1 test (100 %)\n"
    )


def test_a_scenario_that_fails(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE + EXAMPLES)
    (made / "tests.yaml").write_text(SCENARIO.replace("text: refund", "text: hello"))

    result = run("test", made)

    assert result.exit_code == 1
    assert f'{tmp_path}/tests.yaml:3:10: FAIL test "a refund" does not come out as expected\n' in result.output
    assert "   line 3: tags added: none; expected: vip\n" in result.output


def test_a_failed_scenario_for_machines(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE + EXAMPLES)
    (made / "tests.yaml").write_text(SCENARIO.replace("text: refund", "text: hello"))

    (finding,) = json.loads(run("test", made, "--json").output)

    assert finding["code"] == "failed-scenario"
    assert finding["scenario"] == "a refund"
    assert finding["differences"] == [{"line": 3, "key": "expect.add", "expected": ["vip"], "found": []}]
    assert (finding["undecided"], finding["conflicts"]) == ({}, [])


def test_scenarios_alone_are_enough_to_try(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE)
    (made / "tests.yaml").write_text(SCENARIO)

    result = run("test", made)

    assert result.exit_code == 0
    assert result.output == "1 scenario: all as expected\ncoverage: 0 of 1 rule (0 %), 0 of 1 test (0 %)\n"


def test_a_scenario_cannot_name_what_does_not_exist(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE + EXAMPLES)
    (made / "tests.yaml").write_text(SCENARIO.replace("add: [vip]", "matched: [refund-reqest]"))

    result = run("test", made)

    assert result.exit_code == 1
    assert "[unknown-rule]" in result.output


@pytest.mark.parametrize(("least", "exit_code"), [("0", 0), ("100", 1)])
def test_less_coverage_than_asked_for_fails(tmp_path: Path, least: str, exit_code: int) -> None:
    result = run("test", folder(tmp_path, RULE + EXAMPLES.replace(", no_match: [hello]", "")), "--min-coverage", least)

    assert result.exit_code == exit_code
    assert ("error: this test is never seen to fail" in result.output) is bool(exit_code)
    assert result.output.endswith(f"1 test (0 %){': less than 100 %' if exit_code else ''}\n")


def test_what_is_not_covered_is_listed_when_asked_for(tmp_path: Path) -> None:
    result = run("test", folder(tmp_path, RULE + EXAMPLES.replace(", no_match: [hello]", "")), "--coverage")

    assert result.exit_code == 0
    assert 'info: rule "refund-request" is never seen not matching [not-covered]' in result.output


def test_a_junit_report(tmp_path: Path) -> None:
    made = rules_of(tmp_path, "rules", RULE + EXAMPLES.replace("hello", "no refund"))

    result = run("test", made, "--junit", tmp_path / "report.xml")

    root = ET.parse(tmp_path / "report.xml").getroot()  # noqa: S314 - our own
    assert result.exit_code == 1
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == 'rule "refund-request" should not match but does'
    assert "-> yes" in (failure.text or "")


def test_a_case_is_named_by_the_words_of_its_example(tmp_path: Path) -> None:
    event = "{message.text: refund, contact.tags: [a, b], conversation.open: yes}"
    examples = f"  examples: {{match: [a refund, {event}], no_match: [hello]}}\n"

    run("test", rules_of(tmp_path, "rules", RULE + examples), "--junit", tmp_path / "report.xml")

    cases = ET.parse(tmp_path / "report.xml").iter("testcase")  # noqa: S314 - our own
    assert [case.get("name") for case in cases] == [
        "match: a refund",
        "match: message.text: refund, contact.tags: ['a', 'b'], conversation.open: yes",
        "no_match: hello",
    ]


@pytest.mark.parametrize("text", [RULE, RULE.replace("vip", "vpi")], ids=["nothing to try", "an error"])
def test_a_junit_report_never_says_that_nothing_failed_where_something_did(tmp_path: Path, text: str) -> None:
    result = run("test", rules_of(tmp_path, "rules", text), "--junit", tmp_path / "report.xml")

    assert result.exit_code == 1
    assert ET.parse(tmp_path / "report.xml").getroot().get("failures") == "1"  # noqa: S314 - our own


def test_a_junit_report_that_cannot_be_written(tmp_path: Path) -> None:
    result = run("test", rules_of(tmp_path, "rules"), "--junit", tmp_path / "nowhere" / "report.xml")

    assert result.exit_code == 2
    assert "nowhere/report.xml cannot be written: No such file or directory\n" in result.stderr


# explain


def test_a_fact_sheet_is_explained(tmp_path: Path) -> None:
    result = run("explain", SHIPPED, event(tmp_path), "--rule", "refund-request")

    assert result.exit_code == 0
    assert result.output == (
        f"{tmp_path}/event.yaml: conversation.user.created about a conversation at 2026-09-02T12:00:00+00:00\n"
        "   add billing/refund   (refund-request)\n\n"
        f"refund-request ({SHIPPED}/billing.yaml:5, billing-ops) matches: add billing/refund\n"
        "   line 10: message.text mentions_any ['refund*', 'money back', 'chargeback'] -> yes"
        "   (value: 'I want a «refund»')\n"
    )


def test_a_notification_is_explained_with_every_rule() -> None:
    result = run("explain", SHIPPED, REFUND)

    assert result.exit_code == 0
    assert "I have my «money back»?" in result.output
    assert "is for a ticket, and this is a conversation" in result.output
    stories = json.loads(run("explain", SHIPPED, REFUND, "--json").output)[0]["rules"]
    assert len(stories) == 12
    assert [story["owner"] for story in stories if story["rule"] == "refund-request"] == ["billing-ops"]


def test_joined_tests_are_shown_as_they_are_joined(tmp_path: Path) -> None:
    condition = "{any: [{message.text: {mentions_any: [refund]}}, {none: [{message.subject: {exists: yes}}]}]}"

    made = rules_of(tmp_path, "rules", RULE.replace("{message.text: {mentions_any: [refund]}}", condition))

    result = run("explain", made, event(tmp_path))

    assert "   line 4: any of these -> yes\n      line 4: message.text mentions_any ['refund'] -> yes" in result.output
    assert "      line 4: none of these -> yes" in result.output
    assert "         line 4: message.subject exists yes -> no" in result.output
    assert ", not needed" in result.output


def test_an_explanation_for_programs(tmp_path: Path) -> None:
    result = run("explain", SHIPPED, event(tmp_path), "--rule", "refund-request", "--json")

    (told,) = json.loads(result.output)
    (rule,) = told["rules"]
    assert told["changes"] == [
        {"kind": "conversation", "tag": "billing/refund", "action": "add", "rules": ["refund-request"]}
    ]
    assert (rule["rule"], rule["fate"]) == ("refund-request", "acts")
    (found,) = rule["condition"]["parts"]
    assert found["value"] == "I want a refund"
    assert found["found"] == [{"phrase": "refund*", "span": [9, 15]}]


SHADOW = """\
- id: trying
  mode: shadow
  priority: 1
  if: {message.text: {mentions_any: [refund]}}
  then: {remove: vip, contact: {add: vip}}
"""


def test_what_rules_in_shadow_mode_would_change_is_told(tmp_path: Path) -> None:
    result = run("explain", rules_of(tmp_path, "rules", RULE + SHADOW), event(tmp_path), "--rule", "trying")

    assert result.output.startswith(
        f"{tmp_path}/event.yaml: conversation.user.created about a conversation at 2026-09-02T12:00:00+00:00\n"
        "   add vip   (refund-request)\n"
        "   if the rules in shadow mode were live:\n"
        "      remove vip   (trying)\n"
        "      add vip on the contact   (trying)\n"
        "      not add vip   (refund-request)\n\n"
        f"trying ({tmp_path}/rules/rules.yaml:6) matches in shadow mode:"
        ' would remove vip (though "refund-request" adds it now), add vip on the contact\n'
    )


def test_a_tag_that_a_rule_in_shadow_mode_would_fight_over(tmp_path: Path) -> None:
    made = rules_of(tmp_path, "rules", RULE + SHADOW.replace("  priority: 1\n", ""))

    result = run("explain", made, event(tmp_path), "--rule", "trying")

    assert "      nothing happens to vip: rules of the same priority disagree\n" in result.output
    assert "not add" not in result.output
    assert 'but nothing would happen to vip: "refund-request" adds it with the same priority\n' in result.output


def test_the_second_decision_for_programs(tmp_path: Path) -> None:
    (told,) = json.loads(run("explain", rules_of(tmp_path, "rules", RULE + SHADOW), event(tmp_path), "--json").output)

    here = {"kind": "conversation", "tag": "vip"}
    there = {"kind": "contact", "tag": "vip", "action": "add", "rules": ["trying"]}
    removed, added = (
        {**here, "action": "remove", "rules": ["trying"]},
        {**here, "action": "add", "rules": ["refund-request"]},
    )
    assert told["changes"] == [added]
    assert told["if_live"] == {
        "changes": [removed, there],
        "conflicts": [],
        "withdrawals": [],
        "differs": {"more": [removed, there], "fewer": [added], "conflicts": [], "withdrawals": [], "undecided": []},
    }
    assert (told["needs"], told["mismatched"]) == ([], [])


def test_what_would_have_to_wait_for_a_rule_in_shadow_mode_is_told(tmp_path: Path) -> None:
    rules = (
        "version: 1\ngroups: [{id: one, pick: first}]\nrules:\n"
        "- {id: trying, mode: shadow, group: one, if: {contact.phone: x}, then: {add: vip}}\n"
        "- {id: live, group: one, if: {message.text: {exists: yes}}, then: {add: vip}}\n"
        "- {id: silent, mode: shadow, if_unmatched: remove, if: {message.text: {mentions_any: [x]}},"
        " then: {add: vip}}\n"
    )

    result = run("explain", rules_of(tmp_path, "rules", rules), REFUND)

    assert (
        "   if the rules in shadow mode were live:\n"
        "      undecided: add vip   (live)\n"
        "      claim on vip given up   (silent)\n"
    ) in result.output


def test_without_rules_in_shadow_mode_there_is_no_second_decision(tmp_path: Path) -> None:
    (told,) = json.loads(run("explain", rules_of(tmp_path, "rules"), event(tmp_path), "--json").output)

    assert told["if_live"] is None


def test_whatever_keeps_tags_from_changing_is_told_first(tmp_path: Path) -> None:
    rules = (
        "version: 1\nrules:\n"
        "- {id: adds, if: {message.text: {exists: yes}}, then: {add: vip}}\n"
        "- {id: removes, if: {message.text: {exists: yes}}, then: {remove: vip}}\n"
        "- {id: gives-up, if_unmatched: remove, if: {message.text: {mentions_any: [x]}}, then: {add: vip}}\n"
        "- {id: waits, if: {message.text: {exists: yes}, contact.phone: x}, then: {add: vip}}\n"
        "- {id: misread, if: {conversation.attributes.Plan: {at_least: 5}}, then: {add: vip}}\n"
    )
    notification = json.loads(REFUND.read_text(encoding="utf-8"))
    notification["data"]["item"]["custom_attributes"] = {"Plan": "gold"}
    (tmp_path / "event.json").write_text(json.dumps(notification), encoding="utf-8")

    result = run("explain", rules_of(tmp_path, "rules", rules), tmp_path / "event.json")

    assert result.output.partition("\n")[2].partition("\n\n")[0].splitlines() == [
        "   nothing happens to vip: rules of the same priority disagree",
        "   claim on vip given up   (gives-up)",
        "   to be fetched: contact, for contact.phone   (waits)",
        "   conversation.attributes.plan is of another type than a test needs, which therefore does not hold",
        "   no tag is changed",
    ]


def test_an_event_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_bytes(b"{" + b" " * events.LARGEST)

    result = run("explain", SHIPPED, tmp_path / "event.json")

    assert result.exit_code == 1
    assert "event.json:1:1: error: an event file has at most 8,388,608 bytes [too-large]" in result.stderr


def test_a_notification_that_nobody_acts_on_is_explained_too() -> None:
    result = run("explain", SHIPPED, NOTIFICATIONS / "2.10" / "ping.json")

    assert result.exit_code == 0
    assert result.output.endswith("ping.json: ping: the service does nothing with this notification\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [("mesage.text: hi\n", "unknown-field"), ("hello\n", "bad-event"), ('{"type": "x"}', "bad-event")],
)
def test_an_event_that_cannot_be_read(tmp_path: Path, text: str, code: str) -> None:
    result = run("explain", SHIPPED, event(tmp_path, text))

    assert result.exit_code == 1
    assert f"[{code}]" in result.stderr
    assert result.stdout == ""


def test_an_unknown_rule_cannot_be_explained(tmp_path: Path) -> None:
    result = run("explain", SHIPPED, event(tmp_path), "--rule", "refund-reqest")

    assert result.exit_code == 2
    assert 'did you mean "refund-request"?' in result.output


# diff


def test_the_same_rules_make_no_difference() -> None:
    result = run("diff", SHIPPED, SHIPPED, NOTIFICATIONS)

    assert result.exit_code == 0
    assert result.output.endswith("events tried: all with the same tags\n")
    assert "1 notification left out, as the service does: ping\n" in result.output


def test_a_difference_is_told_with_its_rule_and_samples(tmp_path: Path) -> None:
    old, new = rules_of(tmp_path, "old"), rules_of(tmp_path, "new", RULE.replace("[refund]", "[refunds]") + EXAMPLES)

    result = run("diff", old, new, event(tmp_path))

    assert result.exit_code == 1
    assert result.output == (
        "vip on the conversation: added by refund-request before, untouched now   (2 events)\n"
        '   now: rule "refund-request" does not match\n'
        f"     {tmp_path}/event.yaml: I want a refund\n"
        f"     {old}/rules.yaml:6: a refund\n"
        "\n"
        "3 events tried: 2 with other tags\n"
    )
    assert json.loads(run("diff", old, new, "--json").output)[0]["old"] == {
        "action": "add",
        "rules": ["refund-request"],
    }
    assert "     and 1 more\n" in run("diff", old, new, event(tmp_path), "--samples", "1").output
    assert " more\n" not in run("diff", old, new, event(tmp_path), "--samples", "0").output


def test_examples_on_one_line_are_counted_one_by_one(tmp_path: Path) -> None:
    both = "a refund, {message.text: refund 3, conversation.source: email}, my refund"
    examples = f"  examples: {{match: [{both}], no_match: [hello]}}\n"
    old = rules_of(tmp_path, "old", RULE + examples)
    new = rules_of(tmp_path, "new", RULE.replace("[refund]", "[refunds]"))

    result = run("diff", old, new)

    assert result.output.endswith("4 events tried: 3 with other tags\n")
    assert f"     {old}/rules.yaml:6: message.text: refund 3, conversation.source: email\n" in result.output


def test_events_may_come_as_lines(tmp_path: Path) -> None:
    body = json.dumps(json.loads(REFUND.read_text(encoding="utf-8")))
    (tmp_path / "events.jsonl").write_text(f"{body}\n\n{body}\n", encoding="utf-8")
    old = rules_of(tmp_path, "old", RULE.replace("[refund]", "[money back]"))

    result = run("diff", old, rules_of(tmp_path, "new", RULE), tmp_path / "events.jsonl")

    assert result.exit_code == 1
    assert f"     {tmp_path}/events.jsonl:1: My parcel never came" in result.output


def test_a_line_that_is_no_notification_is_named_by_its_number(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "rules")
    (tmp_path / "events.jsonl").write_text("\n\n{}\n")

    result = run("diff", rules, rules, tmp_path / "events.jsonl")

    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path}/events.jsonl:3:1: error: this is not a notification of Intercom's: ")


def test_what_cannot_be_read_cannot_be_compared(tmp_path: Path) -> None:
    good, bad = rules_of(tmp_path, "good"), rules_of(tmp_path, "bad", RULE.replace("vip", "vpi"))

    assert [run("diff", *pair).exit_code for pair in ((good, bad), (bad, good), (good, tmp_path / "nowhere"))] == [
        2,
        2,
        2,
    ]
    assert run("diff", good, good, event(tmp_path, "hello\n")).exit_code == 2


def test_an_event_that_cannot_be_read_is_named_and_the_others_are_compared(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "rules")
    (tmp_path / "odd.json").write_text("{}")

    result = run("diff", rules, rules, tmp_path / "odd.json", event(tmp_path))

    assert result.exit_code == 0
    assert "odd.json:1:1: error: this is not a notification of Intercom's" in result.stderr
    assert "all with the same tags" in result.stdout


def test_a_folder_without_events_is_not_passed_over(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "rules")
    (tmp_path / "events").mkdir()

    result = run("diff", rules, rules, tmp_path / "events")

    assert result.exit_code == 2
    assert f"{tmp_path}/events:1:1: error: there is no event in this folder: events are files that" in result.stderr


# fmt, pack, schema


def test_a_folder_without_rules_is_not_well_formatted(tmp_path: Path) -> None:
    result = run("fmt", "--check", tmp_path)

    assert result.exit_code == 1
    assert "error: there is no rule file in this folder [no-tags-file]" in result.stderr


def test_files_are_formatted_in_place_once(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE + EXAMPLES)
    (made / "rules.yaml").chmod(0o640)

    asked, done, again = run("fmt", "--check", made), run("fmt", made), run("fmt", "--check", made)

    assert (asked.exit_code, done.exit_code, again.exit_code) == (1, 0, 0)
    assert asked.output.startswith(f"{tmp_path}/rules.yaml: not formatted\n")
    assert done.output == f"{tmp_path}/rules.yaml: formatted\n2 files: 1 formatted\n"
    assert (made / "rules.yaml").read_text().startswith("version: 1\nrules:\n  - id: refund-request\n    if: {message")
    assert (made / "rules.yaml").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in made.iterdir()) == ["rules.yaml", "tags.yaml"]


def test_a_file_that_cannot_be_written_is_told_and_stays(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE)
    (made / ".rules.yaml.new").mkdir()

    result = run("fmt", made)

    assert result.exit_code == 1
    assert (
        f"{tmp_path}/rules.yaml:1:1: error: this file cannot be written: Is a directory [unreadable]" in result.stderr
    )
    assert result.stdout == "2 files: 0 formatted\n"
    assert (made / "rules.yaml").read_text() == RULE


def test_a_file_that_cannot_be_read_is_told_and_the_others_formatted(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE)
    (made / "broken.yaml").write_text("a: [b\n")

    result = run("fmt", made)

    assert result.exit_code == 1
    assert "[yaml-syntax]" in result.stderr
    assert f"{tmp_path}/rules.yaml: formatted\n" in result.stdout
    assert (made / "broken.yaml").read_text() == "a: [b\n"


def test_the_shipped_rules_are_packed() -> None:
    result = run("pack", SHIPPED, "--name", "rules", "--namespace", "support")

    made = yaml.safe_load(result.stdout)
    assert result.exit_code == 0
    assert made["metadata"]["name"] == "rules"
    assert made["data"] == {path.name: path.read_text(encoding="utf-8") for path in SHIPPED.iterdir()}
    assert run("pack", SHIPPED, "--name", "rules", "--namespace", "support").stdout == result.stdout


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (RULE.replace("vip", "vpi"), "[unknown-tag]"),
        (RULE + "".join(f"# {'x' * 997}\n" for _ in range(1100)), "[too-large-for-a-configmap]"),
    ],
    ids=["faulty", "large"],
)
def test_what_cannot_be_deployed_is_not_packed(tmp_path: Path, rules: str, said: str) -> None:
    result = run("pack", folder(tmp_path, rules))

    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


def test_what_kubectl_apply_cannot_note_down_is_told(tmp_path: Path) -> None:
    result = run("pack", folder(tmp_path, RULE + "".join(f"# {'x' * 997}\n" for _ in range(300))))

    assert result.exit_code == 0
    assert "--server-side" in result.stderr


@pytest.mark.parametrize(
    ("option", "name", "exit_code"),
    [
        ("--name", "rules.of-support", 0),
        ("--name", "My Rules", 2),
        ("--name", "rules..x", 2),
        ("--name", "-rules", 2),
        ("--name", ".".join(["x" * 60] * 5), 2),
        ("--namespace", "support-2", 0),
        ("--namespace", "support.x", 2),
        ("--namespace", "x" * 64, 2),
        ("--namespace", "", 2),
    ],
)
def test_names_are_those_that_kubernetes_takes(option: str, name: str, exit_code: int) -> None:
    assert run("pack", SHIPPED, option, name).exit_code == exit_code


def test_the_schema_is_printed() -> None:
    result = run("schema")

    assert result.exit_code == 0
    assert json.loads(result.output)["title"] == "Rules of autotagger"


@pytest.mark.parametrize(
    "command", ["", "check", "test", "explain", "diff", "prove", "fmt", "pack", "fields", "schema"]
)
def test_help_is_whole_sentences(command: str) -> None:
    result = run(*([command] if command else []), "--help")

    assert result.exit_code == 0
    assert "..." not in result.output.replace("[EVENTS]...", "").replace("COMMAND [ARGS]...", "")
