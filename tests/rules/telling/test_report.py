import pytest

from rules.findings.finding import Finding, Findings
from rules.findings.source import Source
from rules.telling import report


def told(text: str, piece: str) -> list[str]:
    """The lines that picture a piece of a line."""
    findings = Findings()
    start = text.index(piece)
    findings.error(Source("a.yaml", text).span(start, start + len(piece)), "a-code", "a message")
    return report.as_text(findings.sorted()[0]).split("\n")


def test_the_caret_stands_below_the_fault() -> None:
    assert told("first\n  key: value", "value") == [
        "a.yaml:2:8: error: a message [a-code]",
        "  |",
        "2 |   key: value",
        "  |        ^~~~~",
    ]


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert told("闪退e\u0301: 退款x", "退款")[2:] == ["1 | 闪退e\u0301: 退款x", "  |        ^~~~"]


def test_tabs_stay_tabs() -> None:
    assert told("\ta:\tb", "b")[3] == "  | \t  \t^"


def test_a_long_line_is_shown_in_part() -> None:
    shown = told("x" * 500 + "here" + "y" * 500, "here")

    assert shown[2] == "1 | …" + "x" * 60 + "here" + "y" * 96 + "…"
    assert shown[3] == "  | " + " " * 61 + "^~~~"


def test_nothing_that_a_terminal_would_obey_is_shown() -> None:
    findings = Findings()
    source = Source("a.yaml", "a: \x1b[31m")
    findings.error(source.span(0, 1), "a-code", "say \x1b[31m\n or " + "x" * 2000, "note \x07")

    (finding,) = findings.sorted()

    assert "\x1b" not in report.as_text(finding)
    assert "\n" not in finding.message
    assert len(finding.message) == 1001
    assert finding.notes == ("note �",)


def test_a_finding_about_a_whole_file_has_no_picture() -> None:
    finding = Finding("a.yaml", 1, 1, "warning", "a-code", "a message", notes=("do this",))

    assert report.as_text(finding) == "a.yaml:1:1: warning: a message [a-code]\n  = do this"


def test_the_same_is_told_once() -> None:
    findings = Findings()
    span = Source("a.yaml", "text").span(0, 1)

    for _ in range(3):
        findings.error(span, "a-code", "a message")

    assert len(findings.sorted()) == 1
    assert findings.errors == 1


def test_machines_get_the_keys_of_the_outside_contract_and_what_people_see_besides() -> None:
    finding = Finding("a.yaml", 3, 5, "error", "a-code", "a message", "better", 9, "source", ("note",), "billing-ops")

    assert report.as_json(finding) == {
        "file": "a.yaml",
        "line": 3,
        "column": 5,
        "severity": "error",
        "code": "a-code",
        "message": "a message",
        "suggestion": "better",
        "end_column": 9,
        "notes": ["note"],
        "owner": "billing-ops",
    }


def test_machines_are_told_no_end_where_only_the_line_is_known() -> None:
    finding = Finding("a.yaml", 3, 1, "error", "a-code", "a message")

    assert (report.as_json(finding)["end_column"], report.as_json(finding)["notes"]) == (None, [])


@pytest.mark.parametrize(("count", "words"), [(0, "0 rules"), (1, "1 rule"), (12_000, "12,000 rules")])
def test_numbers_go_with_their_nouns(count: int, words: str) -> None:
    assert report.plural(count, "rule") == words


def test_line_breaks_of_every_kind_count_alike() -> None:
    source = Source("a.yaml", "one\r\ntwo\rthree\nfour\u2028five")

    assert source.lines == ("one", "two", "three", "four", "five")
    assert source.line(9) == ""
    assert source.span(source.text.index("three"), source.text.index("three") + 5).line == 3
