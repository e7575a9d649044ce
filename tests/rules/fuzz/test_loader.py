"""Whatever bytes stand in a rule file, there are findings and no exception."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from rules.findings.finding import Finding, Findings
from rules.reading import sheet
from rules.reading.loader import File, Loaded, assemble
from rules.telling import report
from rules.telling.codes import CODES
from tests.fuzzed import fuzzed

SHIPPED = sorted((Path(__file__).parents[3] / "rules" / "examples").rglob("*.yaml"))
FAULTY = sorted((Path(__file__).parents[1] / "faulty").glob("*.yaml"))
SEEDS = [path.read_bytes() for path in (*SHIPPED, *FAULTY)]
TAGS = b"version: 1\ntags: {vip: A customer, billing/refund: Money back}\n"

PIECES = [
    *(
        b"\n",
        b" ",
        b"  ",
        b"\t",
        b"\r",
        b": ",
        b":",
        b"- ",
        b"-",
        b"? ",
        b"#",
        b",",
        b"[",
        b"]",
        b"{",
        b"}",
        b"'",
        b'"',
    ),
    *(
        b"&a",
        b"*a",
        b"<<: ",
        b"!!int ",
        b"!",
        b"|\n",
        b">-\n",
        b"---\n",
        b"...\n",
        b"%YAML 1.1\n",
        b"$words",
        b"~",
        b"\\",
    ),
    *(b"\x00", b"\x07", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xfe\xff", b"\xed\xa0\x80", "\u202e".encode()),
    *("\u2028".encode(), "\x85".encode(), "é".encode(), "e\u0301".encode(), "闪退".encode(), "👍🏽".encode()),
    *(
        b"version: 1\n",
        b"rules:\n",
        b"tags:\n",
        b"tests:\n",
        b"lists:\n",
        b"conditions:\n",
        b"windows:\n",
        b"groups:\n",
    ),
    *(b"if:", b"then:", b"all:", b"any:", b"none:", b"use:", b"id:", b"add:", b"remove:", b"examples:", b"match:"),
    *(
        b"message.text:",
        b"mentions_any:",
        b"matches_any:",
        b"event.time:",
        b"during:",
        b"between:",
        b"conversation.tags:",
    ),
    *(
        b"yes",
        b"0",
        b"-1",
        b"1e999",
        b"9" * 40,
        b"0x10",
        b"2026-13-45",
        b"99999w",
        b"(a+)+$",
        b"a{1000}{1000}",
        b"(?i",
        b"[[",
    ),
    *(b"[" * 200, b"{a: " * 100, b"- " * 200, b"  " * 500, b"a" * 2_000),
]


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A rule file in which pieces are cut out, doubled, swapped with others or put in."""
    content = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 40))
        piece = draw(st.sampled_from([*PIECES, content[start:end] * 2, b""]) | st.binary(max_size=8))
        content = content[:start] + piece + content[end:]
    return content


@st.composite
def blocks(draw: st.DrawFn) -> bytes:
    """Pieces of rule files in no order at all."""
    return b"version: 1\n" + b"".join(draw(st.lists(st.sampled_from(PIECES), max_size=25)))


contents = st.binary(max_size=300) | st.text(max_size=200).map(str.encode) | mangled() | mangled() | blocks()


def check(finding: Finding) -> None:
    assert finding.line >= 1
    assert finding.column >= 1
    assert finding.code in CODES
    for line in report.as_text(finding).splitlines():
        assert line.replace("\t", "").isprintable()


def assembled(content: bytes) -> Loaded:
    return assemble((File("tags.yaml", TAGS), File("rules.yaml", content)), Findings(), "folder")


@fuzzed
@given(contents)
@example(b"")
@example(b"\xff\xfe")
@example(b"version: 1\nrules: &a [*a]\n")
def test_any_bytes_give_a_rule_set_or_findings(content: bytes) -> None:
    loaded = assembled(content)

    assert (loaded.rule_set is None) is any(finding.severity == "error" for finding in loaded.findings)
    for finding in loaded.findings:
        check(finding)


@fuzzed
@given(contents)
def test_the_same_bytes_give_the_same(content: bytes) -> None:
    one, two = assembled(content), assembled(content)

    assert one.findings == two.findings
    assert (one.rule_set and one.rule_set.hash) == (two.rule_set and two.rule_set.hash)


@fuzzed
@given(contents)
def test_any_bytes_give_a_registry_or_findings(content: bytes) -> None:
    loaded = assemble((File("tags.yaml", content),), Findings(), "folder")

    for finding in loaded.findings:
        check(finding)


@fuzzed
@given(contents)
def test_any_bytes_give_an_event_or_findings(content: bytes) -> None:
    findings = Findings()

    event = sheet.read("event.yaml", content, findings)

    assert (event is None) is bool(findings.errors)
    for finding in findings.sorted():
        check(finding)
