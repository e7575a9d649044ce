import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from rules.language import fields

SHIPPED = Path(__file__).parents[2] / "rules" / "examples"
TAGS = "version: 1\ntags: {vip: A customer who matters much}\n"
RULE = """\
version: 1
rules:
- id: refund-request
  if: {message.text: {mentions_any: [refund]}}
  then: {add: vip}
"""
OTHER = "- {id: other, if: {conversation.open: yes}, then: {remove: vip}}\n"
DEAD = """\
version: 1
rules:
- {id: dead, if: {conversation.rating: {above: 3, below: 3}}, then: {add: vip}}
"""
EXAMPLES = "  examples: {match: [a refund], no_match: [hello]}\n"


def run(*arguments: str | Path, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, ["rules", *map(str, arguments)], env=environment or {})


def folder(path: Path, rules: str) -> Path:
    (path / "tags.yaml").write_text(TAGS)
    (path / "rules.yaml").write_text(rules)
    return path


def test_a_good_folder_is_fine() -> None:
    result = run("check", SHIPPED)

    assert result.exit_code == 0
    assert result.output.endswith("\n12 rules in 3 files: 0 errors, 0 warnings\n")
    assert ": error:" not in result.output
    assert ": warning:" not in result.output


def test_errors_are_told_with_their_places(tmp_path: Path) -> None:
    result = run("check", folder(tmp_path, RULE.replace("vip", "VPI")))

    assert result.exit_code == 1
    assert f'{tmp_path}/rules.yaml:5:15: error: tag "VPI" is not in tags.yaml [unknown-tag]\n' in result.output
    assert result.output.endswith("1 rule in 1 file: 1 error, 1 warning\n")


def test_warnings_are_no_errors(tmp_path: Path) -> None:
    result = run("check", folder(tmp_path, RULE))

    assert result.exit_code == 0
    assert result.output.endswith("1 rule in 1 file: 0 errors, 1 warning\n")


def test_what_rules_do_to_each_other_is_told_in_its_place(tmp_path: Path) -> None:
    made = folder(tmp_path, f"{DEAD}{OTHER}{RULE.partition('rules:')[2].lstrip()}")

    result = run("check", made)

    places = [line.split(" ")[0] for line in result.output.splitlines() if line.startswith(str(tmp_path))]
    assert result.exit_code == 0
    assert places == [f"{made}/rules.yaml:{place}:" for place in ("3:8", "3:8", "4:8", "4:8", "5:7")]
    assert "[never-matches]" in result.output
    assert f'rule "other" removes "vip", rule "refund-request" ({made}/rules.yaml:5) adds it' in result.output
    assert result.output.endswith("\n3 rules in 1 file: 0 errors, 5 warnings\n")


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_whoever_is_strict_is_so_about_proofs_too(tmp_path: Path, form: str) -> None:
    made = folder(tmp_path, RULE + EXAMPLES + OTHER.replace("}}\n", "}, examples: {match: [a], no_match: [b]}}\n"))

    assert run("check", made).exit_code == 0
    result = run("check", made, "--strict", "--format", form)

    assert result.exit_code == 1
    assert "add-remove-conflict" in result.output


def test_nothing_is_proved_of_rules_with_errors(tmp_path: Path) -> None:
    result = run("check", folder(tmp_path, DEAD + RULE.partition("rules:\n")[2].replace("vip", "vpi")))

    assert "[unknown-tag]" in result.output
    assert "[never-matches]" not in result.output


def test_what_cannot_be_proved_is_left_to_prove(tmp_path: Path) -> None:
    made = folder(tmp_path, RULE.replace("mentions_any: [refund]", "matches_any: ['x[0-9]y']"))

    assert "cannot-prove" not in run("check", made).output
    assert "cannot-prove" in run("prove", made).output


@pytest.mark.parametrize("option", [["--format", "json"], ["--json"]], ids=" ".join)
def test_machines_get_a_list_of_findings(tmp_path: Path, option: list[str]) -> None:
    result = run("check", folder(tmp_path, RULE.replace("vip", "vpi") + EXAMPLES), *option)

    assert result.exit_code == 1
    assert json.loads(result.output) == [
        {
            "file": str(tmp_path / "rules.yaml"),
            "line": 5,
            "column": 15,
            "severity": "error",
            "code": "unknown-tag",
            "message": 'tag "vpi" is not in tags.yaml',
            "suggestion": "vip",
            "end_column": 18,
            "notes": ['did you mean "vip"?'],
            "owner": None,
        },
    ]


def test_the_folder_may_come_from_the_environment() -> None:
    assert run("check", environment={"AUTOTAGGER_RULES": str(SHIPPED)}).exit_code == 0


@pytest.mark.parametrize("arguments", [["check"], ["check", "/nowhere"], ["test", __file__], ["check", "--colour"]])
def test_called_wrongly(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_examples_that_come_out_right() -> None:
    result = run("test", SHIPPED)

    assert result.exit_code == 0
    assert "examples of 12 rules: all as expected\n" in result.output
    assert result.output.endswith("coverage: 12 of 12 rules (100 %), 15 of 15 tests (100 %)\n")


def test_an_example_that_fails(tmp_path: Path) -> None:
    result = run("test", folder(tmp_path, RULE + EXAMPLES.replace("hello", "no refund")))

    assert result.exit_code == 1
    assert f'{tmp_path}/rules.yaml:6:44: FAIL rule "refund-request" should not match but does\n' in result.output
    assert "2 examples of 1 rule: 1 failed\n" in result.output


def test_a_failed_example_for_machines(tmp_path: Path) -> None:
    result = run("test", folder(tmp_path, RULE + EXAMPLES.replace("hello", "no refund")), "--json")

    assert result.exit_code == 1
    assert json.loads(result.output) == [
        {
            "file": f"{tmp_path}/rules.yaml",
            "line": 6,
            "column": 44,
            "severity": "error",
            "code": "failed-example",
            "message": 'rule "refund-request" should not match but does',
            "suggestion": None,
            "end_column": 53,
            "notes": ["line 4: message.text mentions_any ['refund'] -> yes   (value: 'no refund')"],
            "owner": None,
            "rule": "refund-request",
            "expectation": "no_match",
            "matched": True,
            "unheard": None,
            "tests": [
                {
                    "file": f"{tmp_path}/rules.yaml",
                    "line": 4,
                    "field": "message.text",
                    "operator": "mentions_any",
                    "wanted": ["refund"],
                    "verdict": True,
                    "value": "no refund",
                    "absent": None,
                },
            ],
        },
    ]


def test_a_failed_example_says_for_machines_where_there_was_no_value(tmp_path: Path) -> None:
    examples = "  examples: {match: [{contact.tags: [a], contact.created_at: 2026-09-01}], no_match: []}\n"
    condition = "{contact.tags: {has_any: [b]}, contact.created_at: {exists: yes}, contact.name: {exists: yes}}"
    made = folder(tmp_path, RULE.replace("{message.text: {mentions_any: [refund]}}", condition) + examples)

    (finding,) = json.loads(run("test", made, "--json").output)

    assert [(one["value"], one["absent"], one["verdict"]) for one in finding["tests"]] == [
        (["a"], None, False),
        ("2026-09-01T00:00:00+00:00", None, True),
        (None, "missing", False),
    ]


def test_without_examples_nothing_has_passed(tmp_path: Path) -> None:
    result = run("test", folder(tmp_path, RULE))

    assert result.exit_code == 1
    assert result.output == "no rule has an example: nothing was tested\n"
    assert [finding["code"] for finding in json.loads(run("test", tmp_path, "--json").output)] == ["no-examples"]


def test_rules_that_cannot_be_read_are_not_tried(tmp_path: Path) -> None:
    result = run("test", folder(tmp_path, RULE.replace("message.text", "mesage.text") + EXAMPLES))

    assert result.exit_code == 1
    assert "[unknown-field]" in result.output
    assert [finding["code"] for finding in json.loads(run("test", tmp_path, "--json").output)] == ["unknown-field"]


def test_the_fields_are_listed_by_where_they_come_from() -> None:
    result = run("fields")

    assert result.exit_code == 0
    assert result.output.startswith("event fields | conversation, ticket, contact, company: payload\n  event.topic ")
    assert "contact fields | conversation, ticket: 1 GET | contact: cached list\n  contact.tags " in result.output
    assert "ticket fields | ticket: ledger\n  ticket.tags " in result.output
    assert max(map(len, result.output.splitlines())) <= 120
    assert [field.path for field in fields.table() if f"  {field.path} " not in result.output] == []


def test_the_fields_are_listed_for_programs() -> None:
    listed = {row["path"]: row for row in json.loads(run("fields", "--json").output)}

    assert list(listed) == list(fields.paths())
    assert listed["contact.role"] == {
        "path": "contact.role",
        "type": "enumeration",
        "values": ["user", "lead"],
        "targets": ["conversation", "ticket", "contact"],
        "sources": {kind: {"source": "payload", "calls": 0} for kind in ("conversation", "ticket", "contact")},
        "sentence": "User or lead",
    }
    assert listed["company.size"]["sources"]["conversation"] == {"source": "1 GET", "calls": 1}


def test_the_fields_of_one_kind_of_object() -> None:
    listed = json.loads(run("fields", "--kind", "company", "--json").output)

    assert {row["path"].partition(".")[0] for row in listed} == {"event", "company"}
    assert all(row["targets"] == ["company"] for row in listed)
    assert "conversation" not in run("fields", "--kind", "ticket").output


@pytest.mark.parametrize(
    ("options", "as_json"),
    [([], False), (["--json"], True), (["--format", "json"], True), (["--format", "text"], False)],
    ids=["neither", "short", "json", "text"],
)
def test_the_form_of_the_output_is_chosen_alike_everywhere(options: list[str], as_json: bool) -> None:
    assert run("fields", *options).output.startswith("[") is as_json


def test_checking_does_not_wait_for_a_web_server_to_load() -> None:
    code = "import sys, cli.rules; print([name for name in ('starlette', 'redis', 'httpx') if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loaded.stdout == "[]\n"
