"""Each file in `faulty/` is named by what is wrong with it; what is said about it stands beside it.

After a change of wording: `.venv/bin/python -m tests.rules.test_faulty`, and read the difference.
"""

import re
from datetime import date
from pathlib import Path

import pytest

from rules.findings.finding import Findings
from rules.proof.proofs import checked
from rules.reading.loader import File, assemble
from rules.telling import report
from tests.rules.sets import TAGS

FAULTY = Path(__file__).parent / "faulty"
RULES = Path(__file__).parents[2] / "rules"
TODAY = date(2026, 9, 2)
SAMPLES = sorted(FAULTY.glob("*.yaml"))

# Faults of a folder or of its size, and those that other commands tell of, have tests of their own.
ELSEWHERE = {
    *("not-a-rule-file", "unreadable", "no-tags-file", "too-large", "too-many", "failed-example"),
    *("failed-scenario", "not-covered", "bad-event", "same-key", "too-large-for-a-configmap", "cannot-format"),
    "cannot-prove",
}

OTHER_RULES = """\
version: 1
rules:
  - id: other-rule
    if: {message.text: {mentions_any: [refund]}}
    then: {add: vip}
    examples: {match: [a refund], no_match: [hello]}
"""


def told(sample: Path) -> str:
    """All that `rules check` says about a file, as people see it; what is no file of tags has some beside it."""
    code = sample.stem.partition(".")[0]
    own_tags = sample.read_bytes().startswith(b"version: 1\ntags:") and code != "two-tags-files"
    beside = File("rules.yaml", OTHER_RULES.encode()) if own_tags else File("tags.yaml", TAGS.encode())
    files = (beside, File(sample.name, sample.read_bytes()))
    found = checked(assemble(files, Findings(), "folder", TODAY)).findings
    said = (finding for finding in found if own_tags or finding.code != "unused-tag")
    return "".join(f"{report.as_text(finding)}\n" for finding in said)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_fault_is_told_where_it_is_and_how_to_mend_it(sample: Path) -> None:
    said = told(sample)

    assert said == sample.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_has_the_fault_it_is_named_by(sample: Path) -> None:
    code = sample.stem.partition(".")[0]

    assert code == "wide" or f"[{code}]" in told(sample)


# What every rule set is looked through for, whatever else there may be.
MINIMUM = """
unknown-key unknown-field unknown-operator unknown-value unknown-tag unknown-list unknown-condition unknown-window
duplicate-key duplicate-id not-a-number bad-regex ascii-word-boundary whole-text-equality any-of-negatives only-negative
never-matches shadowed-by duplicate-rule add-remove-conflict self-untrigger unused-list unused-condition unused-tag
no-examples shadow-expired short-word costly-field
""".split()  # noqa: SIM905 - it is read better so


def test_each_of_the_lints_that_must_be_has_a_sample() -> None:
    assert set(MINIMUM) - {sample.stem.partition(".")[0] for sample in SAMPLES} == set()


def test_every_code_has_a_sample() -> None:
    sources = (path.read_text(encoding="utf-8") for path in RULES.rglob("*.py") if path.stem != "codes")
    codes = {code for text in sources for code in re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)",', text)}
    sampled = {sample.stem.partition(".")[0] for sample in SAMPLES}

    assert codes - sampled - ELSEWHERE == {"utf-8"}


if __name__ == "__main__":
    for each in SAMPLES:
        each.with_suffix(".txt").write_text(told(each), encoding="utf-8")
