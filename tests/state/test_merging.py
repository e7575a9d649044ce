"""What is known of a tag after two contacts have become one."""

import itertools

import pytest

from state.entry import Entry, Order, Standing
from state.merging import merged

AT = 1_760_000_500.0
FIRST, SECOND = Order(1_760_000_000, "notif_1"), Order(1_760_000_010, "notif_2")
STANDINGS: tuple[Standing, ...] = ("", "absent", "found", "ours", "theirs", "removed", "vetoed")


def entry(standing: Standing, seen: float = 1_760_000_100.0) -> Entry:
    return Entry("vip", standing, at=1_760_000_000.0, seen=seen)


@pytest.mark.parametrize(
    ("survivor", "loser", "shown", "standing"),
    [
        pytest.param(None, "ours", True, "ours", id="ours goes over where the survivor has it"),
        pytest.param(None, "ours", False, "absent", id="that the survivor never had it is no veto"),
        pytest.param(None, "ours", None, "", id="nobody tells whether it went over"),
        pytest.param(None, "theirs", True, "theirs", id="a person's stays a person's"),
        pytest.param(None, "vetoed", False, "vetoed", id="a veto survives"),
        pytest.param(None, "vetoed", None, "vetoed", id="a veto survives where nobody tells"),
        pytest.param("absent", "vetoed", False, "vetoed", id="a veto of the loser alone survives"),
        pytest.param("removed", "vetoed", False, "vetoed", id="a veto beats our own removal"),
        pytest.param("ours", "vetoed", True, "ours", id="a tag that is there is not vetoed"),
        pytest.param("vetoed", "ours", False, "vetoed", id="a veto of the survivor stays"),
        pytest.param("vetoed", "ours", True, "ours", id="the loser's came over, nobody put it on"),
        pytest.param("removed", "ours", True, "ours", id="so it does after we had taken the survivor's off"),
        pytest.param("theirs", "ours", True, "theirs", id="what a person put on the survivor stays a person's"),
        pytest.param("removed", "theirs", None, "removed", id="of the survivor its own is known"),
    ],
)
def test_whether_it_is_there(survivor: Standing | None, loser: Standing, shown: bool | None, standing: str) -> None:
    own = None if survivor is None else entry(survivor)

    found = merged(own, entry(loser), shown=shown, at=AT)

    assert found.standing == standing


@pytest.mark.parametrize(("later", "standing"), [(100, "theirs"), (-100, "vetoed")], ids=["after", "before"])
def test_a_person_who_put_it_on_the_other_lifts_a_veto_only_afterwards(later: float, standing: str) -> None:
    vetoed, added = entry("vetoed"), entry("theirs", seen=entry("vetoed").seen + later)

    assert merged(added, vetoed, shown=None, at=AT).standing == standing


def test_of_what_rules_said_the_newest_counts() -> None:
    own = Entry("vip").claimed(["a"], FIRST, "old").claimed(["b"], SECOND, "new").taken_off(("c",), FIRST, "old")
    loser = Entry("vip").withdrawn(["a", "b"], FIRST, "old").claimed(["a"], SECOND, "new")
    loser = loser.taken_off(("d",), Order(1_759_999_999, "notif_0"), "old")

    found = merged(own, loser, shown=None, at=AT)

    assert {rule: (claim.order, claim.held) for rule, claim in found.claims.items()} == {
        "a": (SECOND, True),
        "b": (SECOND, True),
    }
    assert found.removal == own.removal


@pytest.mark.parametrize("shown", [True, False, None], ids=str)
def test_merging_again_changes_nothing(shown: bool | None) -> None:
    for one, other in itertools.product(STANDINGS, STANDINGS):
        once = merged(entry(one), entry(other), shown=shown, at=AT)

        assert merged(once, entry(other), shown=shown, at=AT) == once


def test_a_call_to_the_loser_is_never_told_of() -> None:
    asked = entry("absent").asked("add", AT)

    assert merged(None, asked, shown=None, at=AT).pending is None
    assert merged(asked, entry("absent"), shown=None, at=AT).pending == asked.pending
