"""Each file in `faulty/` is named by what is wrong with it; what is said about it stands beside it.

After a change of wording: `.venv/bin/python -m tests.rules.test_faulty`, and read the difference.
"""

import re
from datetime import date
from pathlib import Path

import pytest

from rules.findings.finding import Findings
from rules.reading.loader import File, assemble
from rules.telling import report
from tests.rules.sets import TAGS

FAULTY = Path(__file__).parent / "faulty"
RULES = Path(__file__).parents[2] / "rules"
TODAY = date(2026, 9, 2)
SAMPLES = sorted(FAULTY.glob("*.yaml"))

# Faults of a folder, of its size or of its tags file have tests of their own.
ELSEWHERE = {
    *("not-a-rule-file", "unreadable", "no-tags-file", "two-tags-files", "too-large", "too-many"),
    *("bad-tag", "no-description", "unused-tag", "failed-example"),
    *("failed-scenario", "not-covered", "bad-event", "same-key", "too-large-for-a-configmap", "cannot-format"),
    *("shadowed-by", "duplicate-rule", "add-remove-conflict", "cannot-prove"),
}


def told(sample: Path) -> str:
    """All that is said about a file, as people see it."""
    files = (File("tags.yaml", TAGS.encode()), File(sample.name, sample.read_bytes()))
    found = assemble(files, Findings(), "folder", TODAY).findings
    return "".join(f"{report.as_text(finding)}\n" for finding in found if finding.code != "unused-tag")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_fault_is_told_where_it_is_and_how_to_mend_it(sample: Path) -> None:
    said = told(sample)

    assert said == sample.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_has_the_fault_it_is_named_by(sample: Path) -> None:
    code = sample.stem.partition(".")[0]

    assert code == "wide" or f"[{code}]" in told(sample)


def test_every_code_has_a_sample() -> None:
    sources = (path.read_text(encoding="utf-8") for path in RULES.rglob("*.py") if path.stem != "codes")
    codes = {code for text in sources for code in re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)",', text)}
    sampled = {sample.stem.partition(".")[0] for sample in SAMPLES}

    assert codes - sampled - ELSEWHERE == {"utf-8"}


if __name__ == "__main__":
    for each in SAMPLES:
        each.with_suffix(".txt").write_text(told(each), encoding="utf-8")
