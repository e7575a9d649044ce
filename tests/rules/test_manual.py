"""The manual promises nothing that is not so."""

import re
from pathlib import Path

import pytest

from rules.language.operators import OPERATORS
from rules.reading.rule_file import RULE_KEYS
from tests.rules.sets import loaded
from tests.rules.test_faulty import ELSEWHERE, SAMPLES

MANUAL = (Path(__file__).parents[2] / "rules" / "README.md").read_text(encoding="utf-8")
TAGS = "version: 1\ntags: {billing/refund: x, urgent/p1: y}\n"
BLOCKS = [block for block in re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL) if "tags:" not in block]


def whole(block: str) -> str:
    """A piece of the manual as the file that it is a piece of."""
    if block.startswith("if:"):
        block = "rules:\n  - id: a-rule\n    then: {add: [urgent/p1]}\n" + _indented(block)
    if block.startswith("examples:"):
        condition = "    if: {message.text: {contains_any: [invoice, vat, voice]}}\n"
        block = "rules:\n  - id: a-rule\n    then: {add: [urgent/p1]}\n" + condition + _indented(block)
    return block if block.startswith("version:") else f"version: 1\n{block}"


def _indented(block: str) -> str:
    return "".join(f"    {line}\n" for line in block.splitlines())


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_every_piece_of_the_manual_loads(block: str) -> None:
    found = loaded(whole(block), tags=TAGS).findings

    assert [finding for finding in found if finding.code not in {"no-examples", "unused-tag"}] == []


def test_the_manual_names_every_operator_and_every_key() -> None:
    assert [name for name in (*OPERATORS, *RULE_KEYS) if f"`{name}" not in MANUAL] == []


def test_the_manual_names_every_code() -> None:
    codes = ELSEWHERE | {sample.stem.partition(".")[0] for sample in SAMPLES} - {"wide"}

    assert sorted(code for code in codes if f"`{code}`" not in MANUAL) == []
