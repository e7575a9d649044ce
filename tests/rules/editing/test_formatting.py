from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.editing.formatting import formatted
from rules.findings.finding import Findings
from rules.findings.source import Source
from tests.rules.test_faulty import SAMPLES

HOUSE = Path(__file__).parents[3]
WRITTEN = [
    *SAMPLES,
    *(HOUSE / "rules" / "examples").glob("*.yaml"),
    *(Path(__file__).parents[1] / "tour").glob("*.yaml"),
]


def laid_out(text: str) -> str | None:
    return formatted(Source("rules.yaml", text), Findings())


CASES = {
    "indentation": ("rules:\n- id: a\n  if:\n     x: y\n", "rules:\n  - id: a\n    if:\n      x: y\n"),
    "brackets": ("a: [ 1,2 , x ]\nb: {c:   d,e: [f]}\n", "a: [1, 2, x]\nb: {c: d, e: [f]}\n"),
    "quotes nobody needs": ('a: \'x\'\nb: ["two words", "it\'s"]\n', 'a: x\nb: [two words, "it\'s"]\n'),
    "quotes that matter": ('a: ["$x", "no", "3.10", \'\\d\', ""]\n', 'a: ["$x", "no", "3.10", \'\\d\', ""]\n'),
    "a comment beside": ("a:   # why\n - b # one\n - cc    # two\n", "a:  # why\n  - b   # one\n  - cc  # two\n"),
    "a comment that goes on": ("a: b   # one\n       # two\nc: d\n", "a: b  # one\n      # two\nc: d\n"),
    "comments above and below": (
        "# top\nr:\n- a: b\n  # in a\n# of c\n- c: d\n# end\n",
        "# top\nr:\n  - a: b\n    # in a\n  # of c\n  - c: d\n# end\n",
    ),
    "a comment between key and value": ("a:\n  # why\n  b\n", "# why\na: b\n"),
    "empty lines": ("\n\na: b\n\n\n\nc:\n\n  d: e\n\n\n", "a: b\n\nc:\n  d: e\n"),
    "a dash alone": ("a:\n-\n  b: c\n  d: e\n", "a:\n  - b: c\n    d: e\n"),
    "lists in lists": ("a:\n-  - b\n   - c\n", "a:\n  - - b\n    - c\n"),
    "tags in columns": ("tags:\n  a/b: X\n  ccc: Y # y\n", "tags:\n  a/b:  X\n  ccc:  Y  # y\n"),
    "no value": ("a:\nb: {c: , d: e}\n", "a:\nb: {c: , d: e}\n"),
    "lines kept as they are": (
        "a: |  # c\n     x\n       y\n\nb: >\n  z\n   w\n",
        "a: |  # c\n  x\n    y\n\nb: >\n  z\n   w\n",
    ),
    "a text that starts with a space": ("a: >2\n   b\n", "a: |2\n   b\n"),
    "lines at the end kept": ("a:\n - |+\n   x\n\n - y\n", "a:\n  - |+\n    x\n\n  - y\n"),
    "a text over lines": ('a:\n- b\n     c # d\n- "e\n  f"\n', 'a:\n  - b\n    c  # d\n  - "e\n    f"\n'),
    "brackets over lines that fit on one": ("a: [b,\n    c]\n", "a: [b, c]\n"),
    "brackets over lines with a comment": ("a: [b, # why\n c]\n", "a: [b, # why\n  c]\n"),
    "windows line ends": ("a: b\r\nc: d\r\n", "a: b\nc: d\n"),
    "document marks": ("---\na: b\n...\n", "a: b\n"),
    "nothing but a comment": ("# nothing\n", "# nothing\n"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("written", "wanted"), CASES.values(), ids=CASES.keys())
def test_one_layout(written: str, wanted: str) -> None:
    assert laid_out(written) == wanted
    assert laid_out(wanted) == wanted


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.name)
def test_a_formatted_file_stays_as_it_is(file: Path) -> None:
    findings = Findings()

    text = formatted(Source(file.name, file.read_text(encoding="utf-8", errors="replace")), findings)

    assert "cannot-format" not in {finding.code for finding in findings.sorted()}
    assert text is None or laid_out(text) == text


@pytest.mark.parametrize("text", ["a: [b\n", "a: &x b\n", "a: b\na: c\n", "\ta: b\n"], ids=repr)
def test_what_cannot_be_read_is_left_alone(text: str) -> None:
    findings = Findings()

    assert formatted(Source("rules.yaml", text), findings) is None
    assert findings.errors


def test_what_is_too_strange_is_left_alone() -> None:
    findings = Findings()

    assert formatted(Source("rules.yaml", "%YAML 1.1\n---\na: b\n"), findings) is None
    assert [finding.code for finding in findings.sorted()] == ["cannot-format"]


WORDS = st.sampled_from(
    ["refund", "no", "$x", "a: b", "# c", "it's", "", " x ", "3.10", "é\n", "- a", "[", "x\ny", "闪退"]
)
TEXTS = WORDS | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
KEYS = st.sampled_from(["id", "if", "no", "a key", "$x", "#", "3", "message.text", "é", "a: b", "'"])
VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(
    st.dictionaries(KEYS, VALUES, min_size=1, max_size=4),
    st.sampled_from([None, True, False]),
    st.integers(1, 5),
    st.sampled_from([20, 60, 200]),
    st.sampled_from([None, '"', "'", "|", ">"]),
)
def test_the_meaning_never_changes(
    values: dict[str, object], flow: bool | None, indent: int, width: int, style: str | None
) -> None:
    text = yaml.dump(
        values, default_flow_style=flow, indent=indent, width=width, allow_unicode=True, default_style=style
    )

    out = laid_out(text)

    assert out is not None
    assert yaml.load(out, yaml.BaseLoader) == yaml.load(text, yaml.BaseLoader)  # noqa: S506 - texts only
    assert laid_out(out) == out
