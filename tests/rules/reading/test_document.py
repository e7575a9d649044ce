import pytest

from rules.findings.finding import Findings
from rules.findings.source import Source
from rules.reading import document
from rules.reading.document import Mapping, Node, Scalar, Sequence


def parsed(text: str) -> tuple[Node | None, list[str]]:
    findings = Findings()
    node = document.parse(Source("a.yaml", text), findings)
    return node, [finding.code for finding in findings.sorted()]


@pytest.mark.parametrize(
    "text",
    ["NO", "no", "yes", "on", "22:30", "3.10", "0x1F", "010", "1_000", "2026-09-01", ".inf", "1e3", "=", "-0"],
)
def test_a_text_stays_a_text_whatever_yaml_would_make_of_it(text: str) -> None:
    node, codes = parsed(f"key: {text}\n")

    assert isinstance(node, Mapping)
    value = node.get("key")
    assert isinstance(value, Scalar)
    assert value.text == text
    assert codes == []


@pytest.mark.parametrize(("text", "empty"), [("~", True), ("null", True), ("", True), ("''", False), ("'null'", False)])
def test_nothing_is_told_from_the_word_for_it(text: str, empty: bool) -> None:
    node, _ = parsed(f"key: {text}\n")

    assert isinstance(node, Mapping)
    value = node.get("key")
    assert isinstance(value, Scalar)
    assert value.empty is empty


def test_places_count_characters_from_one() -> None:
    node, _ = parsed("首: [é, 闪退]\n")

    assert isinstance(node, Mapping)
    value = node.get("首")
    assert isinstance(value, Sequence)
    assert [(item.span.line, item.span.column, item.span.end_column) for item in value.items] == [(1, 5, 6), (1, 8, 10)]
    assert node.get("nothing") is None


def test_a_text_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    node, _ = parsed("key: |\n  one\n  two\n")

    assert isinstance(node, Mapping)
    value = node.get("key")
    assert isinstance(value, Scalar)
    assert (value.span.line, value.span.column, value.span.end_column) == (1, 6, 7)
    assert value.quoted


def test_the_first_of_two_equal_keys_is_kept() -> None:
    node, codes = parsed("a: 1\na: 2\n")

    assert isinstance(node, Mapping)
    assert [entry.value for entry in node.entries] == [node.get("a")]
    assert codes == ["duplicate-key"]


def test_an_empty_file_is_no_document_and_no_error() -> None:
    assert parsed("# only a comment\n") == (None, [])


def test_an_alias_bomb_is_never_expanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]

    assert parsed("\n".join(lines)) == (None, ["anchor"])


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_no_depth_breaks_the_reader(text: str) -> None:
    node, codes = parsed(text)

    assert node is None
    assert codes == ["too-deep"]


def test_what_the_parser_itself_refuses_is_a_finding() -> None:
    assert parsed("a: \x00") == (None, ["yaml-syntax"])
