"""What is undone of one tag, and what is left alone and why."""

import pytest

from state.entry import Entry, Order, Origin
from workers.undo.reversal import TAKEN_BACK, TOUCHED, UNKNOWN, Finding, Left, Reversal, find

NOW = 1_760_000_000.0
FIRST, SECOND = Order(int(NOW), "notif_1"), Order(int(NOW) + 10, "notif_2")

WANTED = Left("rule b wants it so, too")

NEW = Entry("vip")
FOUND = NEW.observed(present=True, at=NOW - 60)
CLAIMED = NEW.claimed(["a"], FIRST, "hash")
ADDED = CLAIMED.made("add", NOW, origin=Origin(("a",)))
ASKED_OFF = FOUND.taken_off(("a",), FIRST, "hash")
REMOVED = ASKED_OFF.made("remove", NOW, origin=Origin(("a",)))


@pytest.mark.parametrize(
    ("entry", "finding"),
    [
        pytest.param(ADDED, Reversal("remove"), id="added"),
        pytest.param(REMOVED, Reversal("add"), id="taken off"),
        pytest.param(CLAIMED, None, id="wanted, and never done"),
        pytest.param(CLAIMED.made("add", NOW, ours=False, origin=Origin(("a",))), None, id="was there before"),
        pytest.param(CLAIMED.made("add", NOW, origin=Origin(("b",))), None, id="another rule's doing"),
        pytest.param(ADDED.claimed(["b"], SECOND, "hash"), WANTED, id="another rule wants it there"),
        pytest.param(
            ADDED.claimed(["b"], FIRST, "hash").withdrawn(["b"], SECOND, "hash"),
            Reversal("remove"),
            id="another rule wants it no more",
        ),
        pytest.param(REMOVED.taken_off(("b",), SECOND, "hash"), WANTED, id="another rule wants it off"),
        pytest.param(
            FOUND.taken_off(("a", "b"), FIRST, "hash").made("remove", NOW, origin=Origin(("a", "b"))),
            WANTED,
            id="both took it off",
        ),
        pytest.param(ADDED.changed_by_person("remove", NOW + 60), Left(TOUCHED), id="a person took it off"),
        pytest.param(
            ADDED.changed_by_person("remove", NOW + 60).changed_by_person("add", NOW + 70),
            Left(TOUCHED),
            id="a person put it on again",
        ),
        pytest.param(ADDED.observed(present=False, at=NOW + 60), Left(TOUCHED), id="an event showed it gone"),
        pytest.param(REMOVED.observed(present=True, at=NOW + 60), Left(TOUCHED), id="an event showed it back"),
        pytest.param(
            ADDED.withdrawn(["a"], SECOND, "hash").made("remove", NOW + 10, origin=Origin(("a",))),
            Left(TAKEN_BACK),
            id="taken back by itself",
        ),
        pytest.param(
            NEW.taken_off(("a",), FIRST, "hash").made("remove", NOW, origin=Origin(("a",))),
            Left(UNKNOWN),
            id="blindly taken off",
        ),
        pytest.param(
            CLAIMED.asked("add", NOW, Origin(("a",))), Reversal("remove"), id="nobody knows whether it was added"
        ),
        pytest.param(
            ASKED_OFF.asked("remove", NOW, Origin(("a",))), Reversal("add"), id="nor whether it was taken off"
        ),
        pytest.param(ADDED.asked("remove", NOW + 60), Reversal("remove"), id="an undo was killed"),
        pytest.param(REMOVED.asked("add", NOW + 60), Reversal("add"), id="an undo of the other kind was killed"),
    ],
)
def test_it_is_undone_or_left_alone(entry: Entry, finding: Finding | None) -> None:
    assert find(Entry.decode(entry.encode()), {"a"}, NOW - 3600) == finding


@pytest.mark.parametrize("entry", [ADDED, REMOVED, CLAIMED.asked("add", NOW, Origin(("a",)))])
def test_what_was_done_before_that_time_is_none_of_it(entry: Entry) -> None:
    assert find(entry, {"a"}, NOW + 1) is None


@pytest.mark.parametrize(
    ("entry", "finding"),
    [
        (ADDED.claimed(["b"], SECOND, "hash"), Reversal("remove")),
        (ADDED.claimed(["b", "c"], SECOND, "hash"), Left("rule c wants it so, too")),
        (ADDED.claimed(["b", "c", "d"], SECOND, "hash"), Left("rule c, d want it so, too")),
        (REMOVED.taken_off(("b",), SECOND, "hash"), Reversal("add")),
    ],
)
def test_rules_that_are_undone_together_do_not_keep_each_other(entry: Entry, finding: Finding) -> None:
    assert find(entry, {"a", "b"}, NOW) == finding
