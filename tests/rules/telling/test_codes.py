import re
from pathlib import Path

import pytest

from rules.findings.finding import Findings
from rules.language.moment import read
from rules.proof.proofs import checked
from rules.reading.loader import File, assemble
from rules.telling.codes import CODES, Code
from tests.rules.sets import TAGS

HOUSE = Path(__file__).parents[3]
SOURCES = [*(HOUSE / "rules").rglob("*.py"), *(HOUSE / "cli" / "rules").rglob("*.py"), HOUSE / "cli" / "events.py"]

MORE_TAGS = TAGS + "  urgent/p1: x\n  urgent/p2: x\n"
RULE = "- id: {}\n  if: {{message.text: {{mentions_any: [refund]}}}}\n  then: {{add: [billing/refund]}}\n"

# These are found by other commands, or in what people and programs do together.
UNASKED = {"costly-field"}
BY_OTHERS = {
    "failed-example",
    "failed-scenario",
    "not-covered",
    "bad-event",
    "cannot-prove",
}
SHOWN = [code for code in CODES.values() if not code.fault.startswith("(") and code.name not in BY_OTHERS]


def found(piece: str) -> set[str]:
    """The codes of what is found in a piece of a rule file, once it is made whole."""
    tags, text = MORE_TAGS, piece
    if piece.startswith("tags:"):
        tags, text = f"version: 1\n{piece}\n", RULE.format("a-rule")
    if text.startswith("if:"):
        text = "- id: a-rule\n  then: {add: [vip]}\n" + "".join(f"  {line}\n" for line in text.splitlines())
    if text.startswith("- "):
        text = f"rules:\n{text}"
    if not text.startswith(("version:", "%")):
        text = f"version: 1\n{text}"
    files = [File("tags.yaml", tags.encode()), File("rules.yaml", text.encode())]
    if text.startswith("version: 1\ntests:"):
        files.append(File("more.yaml", f"version: 1\nrules:\n{RULE.format('refund-request')}".encode()))
    today = read("2026-09-02")
    assert today is not None
    return {finding.code for finding in checked(assemble(files, Findings(), "folder", today.date())).findings}


def code_id(code: Code) -> str:
    return code.name


@pytest.mark.parametrize("code", [code for code in SHOWN if code.name != "cannot-format"], ids=code_id)
def test_what_is_shown_as_a_fault_has_it(code: Code) -> None:
    assert code.name in found(code.fault)


@pytest.mark.parametrize("code", SHOWN, ids=code_id)
def test_what_is_shown_as_mended_does_not_have_it(code: Code) -> None:
    mended = found(code.mended)

    assert code.name not in mended
    assert mended <= {"no-examples", "unused-tag", "unused-list", "only-negative", "negative-on-optional", *UNASKED}


def test_every_code_that_can_be_found_is_explained() -> None:
    sources = [path.read_text(encoding="utf-8") for path in SOURCES if path.stem != "codes"]
    used = {code for text in sources for code in re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)",', text)}

    assert sorted(used - CODES.keys() - {"utf-8", "--json", "--format", "autotagger-rules"}) == []


@pytest.mark.parametrize("code", CODES.values(), ids=code_id)
def test_an_explanation_has_all_its_parts(code: Code) -> None:
    said = code.as_text()

    assert said.startswith(f"{code.name}\n\n")
    assert code.meaning.endswith((".", "Syntax"))
    assert max(map(len, said.splitlines())) <= 120
