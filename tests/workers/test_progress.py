"""What one run has made, the next one knows."""

import pytest

from rules.decision import Change
from workers import progress

ADD = Change("conversation", "vip", "add", ("rule",))
REMOVE = Change("conversation", "vip", "remove", ("rule",))


def test_progress_survives_its_bytes() -> None:
    made = frozenset({progress.key(ADD)})

    assert progress.read(progress.note(made)) == made


def test_adding_and_removing_one_tag_are_two_things() -> None:
    assert progress.key(ADD) != progress.key(REMOVE)


def test_nothing_made_is_nothing_to_keep() -> None:
    assert progress.note(frozenset()) == b""
    assert progress.read(b"") == frozenset()


@pytest.mark.parametrize("junk", [b"\xc1", b"\x01", b'["a"]'], ids=["no MessagePack", "a number", "JSON"])
def test_what_cannot_be_read_counts_as_nothing_made(junk: bytes) -> None:
    assert progress.read(junk) == frozenset()
