"""What one run has made, the next one knows."""

import pytest

from rules.deciding.decision import Change
from state.feed import Step
from workers import progress

MADE = Step("conversation", "vip", "add", ("rule",), "made", 0.1)
ALREADY = Step("contact", "vip", "remove", ("rule",), "already so")
FAILED = Step("conversation", "gold", "add", ("rule",), "failed")


def test_what_is_made_survives_its_bytes_and_what_failed_does_not() -> None:
    assert progress.read(progress.note([MADE, FAILED, ALREADY])) == (MADE, ALREADY)


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        (Change("conversation", "vip", "add", ("rule",)), True),
        (Change("conversation", "vip", "remove", ("rule",)), False),
        (Change("contact", "vip", "add", ("rule",)), False),
        (Change("contact", "vip", "remove", ("rule",)), True),
        (Change("conversation", "gold", "add", ("rule",)), False),
    ],
    ids=["made", "another action", "another object", "already so", "failed"],
)
def test_only_what_is_made_is_covered(change: Change, *, covered: bool) -> None:
    assert progress.covers([MADE, ALREADY, FAILED], change) is covered


def test_nothing_made_is_nothing_to_keep() -> None:
    assert progress.note([FAILED]) == b""
    assert progress.read(b"") == ()


@pytest.mark.parametrize("junk", [b"\xc1", b"\x01", b'["a"]'], ids=["no MessagePack", "a number", "JSON"])
def test_what_cannot_be_read_counts_as_nothing_made(junk: bytes) -> None:
    assert progress.read(junk) == ()
