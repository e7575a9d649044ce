"""Findings as other programs read them: GitHub, code scanning, JUnit."""

from xml.etree import ElementTree as ET

from rules.findings.finding import Finding
from rules.telling import github, junit, sarif
from rules.telling.codes import CODES
from rules.telling.junit import Case

FINDING = Finding("rules/a, b.yaml", 3, 5, "error", "unknown-tag", 'tag "vpi": 100 %', "vip", 8, "  - vpi", ("vip?",))


def test_a_github_command_has_its_place_and_all_lines() -> None:
    said = github.as_command(FINDING)

    assert said == (
        '::error file=rules/a%2C b.yaml,line=3,col=5,endColumn=8,title=unknown-tag::tag "vpi": 100 %25%0Avip?'
    )


def test_github_knows_other_words_for_what_is_less_than_an_error() -> None:
    for severity, word in (("warning", "warning"), ("info", "notice")):
        finding = Finding("a.yaml", 1, 1, severity, "unused-tag", "x")  # type: ignore[arg-type]

        assert github.as_command(finding) == f"::{word} file=a.yaml,line=1,col=1,title=unused-tag::x"


def test_a_sarif_log_explains_each_code_once() -> None:
    log = sarif.document((FINDING, FINDING, Finding("/x/a.yaml", 1, 1, "info", "new-code", "y")), "1.2.3")

    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (log["version"], driver["name"], driver["version"]) == ("2.1.0", "autotagger", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == ["new-code", "unknown-tag"]
    assert driver["rules"][1]["shortDescription"]["text"] == "The tag is not in tags.yaml."
    assert driver["rules"][1]["help"]["text"] == CODES["unknown-tag"].as_text()


def test_a_sarif_result_points_at_its_place() -> None:
    first, second = sarif.document((FINDING, Finding("/x/a.yaml", 1, 1, "info", "b-code", "y")), "1")["runs"][0][
        "results"
    ]

    assert first["level"] == "error"
    assert (first["ruleId"], first["ruleIndex"]) == ("unknown-tag", 1)
    assert first["message"]["text"] == 'tag "vpi": 100 %\nvip?'
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "rules/a%2C%20b.yaml"},
                "region": {"startLine": 3, "startColumn": 5, "endColumn": 8},
            },
        },
    ]
    assert second["level"] == "note"
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "file:///x/a.yaml"


def test_a_junit_report_counts_and_tells() -> None:
    cases = (
        Case("rule-a", "match: <x>", "a.yaml", 3),
        Case("rule-b", "y", "a.yaml", 9, "not \x1b so", "line 1\nline 2"),
        Case("rule-a", "no_match: z", "a.yaml", 4),
    )

    root = ET.fromstring(junit.document(cases).encode())  # noqa: S314 - our own

    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("rule-a", "2"), ("rule-b", "1")]
    assert [case.get("name") for case in root.iter("testcase")] == ["match: <x>", "no_match: z", "y"]
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == ("not � so", "line 1\nline 2")
