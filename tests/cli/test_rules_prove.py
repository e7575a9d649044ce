"""`autotagger rules prove` as its users call it."""

import json
from pathlib import Path

from tests.cli.test_rules import EXAMPLES, OTHER, RULE, SHIPPED, folder, run

TWO = RULE + OTHER


def test_sound_rules_are_fine() -> None:
    result = run("prove", SHIPPED)

    assert result.exit_code == 0
    assert result.output == "12 rules: 0 findings, 0 not decided\n"


def test_rules_that_disagree_are_shown_with_an_event(tmp_path: Path) -> None:
    made = folder(tmp_path, TWO)

    result = run("prove", made)

    assert result.exit_code == 1
    assert f'{made}/rules.yaml:6:8: warning: rule "other" removes "vip", rule "refund-request"' in result.output
    assert '  message.text: "refund"\n' in result.output
    assert result.output.endswith("2 rules: 1 finding, 0 not decided\n")


def test_the_event_that_is_shown_is_one_that_explain_reads(tmp_path: Path) -> None:
    made = folder(tmp_path, TWO)
    (found,) = json.loads(run("prove", made, "--json").output)["findings"]
    event = tmp_path.parent / f"{tmp_path.name}.yaml"
    event.write_text(found["witness"]["sheet"], encoding="utf-8")

    result = run("explain", made, event)

    assert result.exit_code == 0
    assert "nothing happens to vip: rules of the same priority disagree" in result.output


def test_for_programs_all_is_json(tmp_path: Path) -> None:
    pattern = "- {id: other, if: {message.text: {matches_any: ['x[0-9]y']}}, then: {remove: vip}}\n"

    result = run("prove", folder(tmp_path, RULE + EXAMPLES + pattern), "--json")

    assert result.exit_code == 0
    told = json.loads(result.output)
    assert told["findings"] == []
    assert {tuple(one["rules"]) for one in told["undecided"]} == {("other",), ("other", "refund-request")}
    assert {one["code"] for one in told["undecided"]} == {"cannot-prove"}
    assert all(one["reasons"] == ["what patterns match is not worked out"] for one in told["undecided"])


def test_rules_with_errors_cannot_be_proved(tmp_path: Path) -> None:
    result = run("prove", folder(tmp_path, RULE.replace("vip", "vpi")))

    assert result.exit_code == 2
    assert "[unknown-tag]" in result.output


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert run("prove", tmp_path / "nothing").exit_code == 2
