"""What one run has made, the next one knows."""

import pytest
from msgspec.structs import replace

from rules.deciding.decision import Change
from state.feed import Reply, Step
from workers import progress

MADE = Step("conversation", "vip", "add", ("rule",), "made", 0.1)
ALREADY = Step("contact", "vip", "remove", ("rule",), "already so")
REFUSED = Step("conversation", "gold", "add", ("rule",), "failed", reply=Reply(400, error="no", reason="bad"))
UNKNOWN = Step("conversation", "beta", "add", ("rule",), "failed", reply=Reply(error="no tag", reason="unknown tag"))
VETOED = Step("conversation", "angry", "add", ("rule",), "vetoed")
SHADOW = Step("conversation", "vip", "add", ("other",), "shadow")
ALL = (MADE, ALREADY, REFUSED, UNKNOWN, VETOED, SHADOW)


def test_what_came_of_it_survives_its_bytes() -> None:
    assert progress.read(progress.note(ALL)) == ALL


def test_what_failed_is_tried_anew_when_somebody_has_the_job_retried() -> None:
    assert progress.read(progress.anew(progress.note(ALL))) == (MADE, ALREADY)
    assert progress.anew(progress.note([REFUSED])) == b""
    assert progress.anew(b"") == b""


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (Change("conversation", "vip", "add", ("rule",)), MADE),
        (Change("conversation", "vip", "remove", ("rule",)), None),
        (Change("contact", "vip", "add", ("rule",)), None),
        (Change("contact", "vip", "remove", ("rule",)), ALREADY),
        (Change("conversation", "gold", "add", ("rule",)), REFUSED),
        (Change("conversation", "beta", "add", ("rule",)), None),
        (Change("conversation", "angry", "add", ("rule",)), None),
    ],
    ids=["made", "another action", "another object", "already so", "refused", "the tag may be there by now", "vetoed"],
)
def test_only_what_is_made_or_refused_is_over(change: Change, step: Step | None) -> None:
    assert progress.end(ALL, change) == step


def test_what_only_shadow_rules_want_is_not_over() -> None:
    assert progress.end([SHADOW], Change("conversation", "vip", "add", ("rule",))) is None


def test_a_change_has_one_step_whatever_the_runs_and_is_news_once() -> None:
    steps = [VETOED, SHADOW]
    made = replace(VETOED, outcome="made")

    assert not progress.add(steps, VETOED)
    assert progress.add(steps, made)
    assert progress.add(steps, MADE)
    assert steps == [made, SHADOW, MADE]


def test_nothing_is_nothing_to_keep() -> None:
    assert progress.note([]) == b""
    assert progress.read(b"") == ()


@pytest.mark.parametrize("junk", [b"\xc1", b"\x01", b'["a"]'], ids=["no MessagePack", "a number", "JSON"])
def test_what_cannot_be_read_counts_as_nothing_made(junk: bytes) -> None:
    assert progress.read(junk) == ()
