"""The rules of the ledger, one after the other, on a single tag."""

import itertools
from collections.abc import Callable

import pytest

from state.entry import FLIPS, FLIPS_WITHIN, STALE, Entry, Order, Origin, Verdict

NOW = 1_760_000_000.0
FIRST, SECOND, THIRD = (Order(int(NOW) + seconds, f"notif_{seconds}") for seconds in (0, 10, 20))
NEW = Entry("vip")
WANTED = NEW.claimed(["a"], FIRST, "hash")
OURS = WANTED.made("add", NOW)


def in_any_order(*events: Callable[[Entry], Entry]) -> set[tuple[Verdict | None, tuple[str, ...]]]:
    """What comes of events in every order in which they may arrive."""
    found: set[tuple[Verdict | None, tuple[str, ...]]] = set()
    for arrived in itertools.permutations(events):
        entry = NEW
        for event in arrived:
            entry = event(entry)
        found.add((entry.verdict, entry.claiming))
    return found


def wants(rule: str, order: Order) -> Callable[[Entry], Entry]:
    return lambda entry: entry.claimed([rule], order, "hash")


def gives_up(rule: str, order: Order) -> Callable[[Entry], Entry]:
    return lambda entry: entry.withdrawn([rule], order, "hash")


def takes_off(rule: str, order: Order) -> Callable[[Entry], Entry]:
    return lambda entry: entry.taken_off((rule,), order, "hash")


@pytest.mark.parametrize(
    ("events", "verdict", "claiming"),
    [
        ([wants("a", FIRST), takes_off("b", SECOND)], "remove", ()),
        ([takes_off("b", FIRST), wants("a", SECOND)], "add", ("a",)),
        ([wants("a", FIRST), gives_up("a", SECOND)], "withdrawn", ()),
        ([gives_up("a", FIRST), wants("a", SECOND)], "add", ("a",)),
        ([wants("a", FIRST), gives_up("b", SECOND)], "add", ("a",)),
        ([wants("a", FIRST), takes_off("b", SECOND), gives_up("a", THIRD)], "remove", ()),
        ([wants("a", FIRST), takes_off("b", SECOND), wants("c", THIRD)], "add", ("c",)),
        ([wants("a", FIRST), gives_up("a", SECOND), wants("a", THIRD)], "add", ("a",)),
    ],
)
def test_rule_1_the_newest_verdict_wins_whatever_the_arrival_order(
    events: list[Callable[[Entry], Entry]], verdict: str, claiming: tuple[str, ...]
) -> None:
    assert in_any_order(*events) == {(verdict, claiming)}


def test_rule_1_of_two_that_take_it_off_the_newest_counts() -> None:
    assert in_any_order(takes_off("b", FIRST), wants("a", SECOND), takes_off("c", THIRD)) == {("remove", ())}


def test_rule_1_an_older_event_changes_nothing() -> None:
    entry = OURS.claimed(["a"], THIRD, "hash")

    assert entry.taken_off(("b",), SECOND, "hash").step("remove", NOW) == "overruled"


def test_rule_1_events_of_one_second_go_by_their_ids() -> None:
    one, other = Order(int(NOW), "notif_1"), Order(int(NOW), "notif_2")

    assert in_any_order(wants("a", one), takes_off("b", other)) == {("remove", ())}


def test_rule_2_pending_is_not_already_so() -> None:
    assert WANTED.asked("add", NOW).step("add", NOW) == "call"
    assert OURS.step("add", NOW) == "already so"


def test_rule_2_what_failed_for_good_leaves_what_was_before() -> None:
    entry = OURS.taken_off(("b",), SECOND, "hash")

    assert entry.asked("remove", NOW).failed() == entry


def test_rule_2_a_repeated_call_keeps_the_moment_of_the_first() -> None:
    repeated = WANTED.asked("add", NOW).asked("add", NOW + 60)

    assert repeated.pending is not None
    assert repeated.pending.at == NOW


def test_rule_3_a_payload_that_is_as_young_as_our_call_says_nothing() -> None:
    assert OURS.observed(present=False, at=NOW - 5) == OURS
    assert OURS.observed(present=False, at=NOW + STALE - 0.1) == OURS
    assert OURS.observed(present=False, at=NOW + STALE).standing == "vetoed"


def test_rule_3_an_older_payload_says_nothing_after_a_newer_one() -> None:
    vetoed = OURS.observed(present=False, at=NOW + 30)

    assert vetoed.observed(present=True, at=NOW + 20) == vetoed


def test_rule_4_a_persons_removal_holds_until_a_person_adds_it_again() -> None:
    vetoed = OURS.observed(present=False, at=NOW + 10)
    wanted = vetoed.claimed(["a"], SECOND, "hash")
    again = wanted.observed(present=True, at=NOW + 20)

    assert wanted.step("add", NOW) == "vetoed"
    assert again.step("add", NOW) == "already so"
    assert again.standing == "theirs"


@pytest.mark.parametrize("standing", ["found", "theirs"])
def test_rule_4_what_others_put_on_and_took_off_is_not_added_by_us(standing: str) -> None:
    there = WANTED.observed(present=True, at=NOW)
    if standing == "theirs":
        there = WANTED.made("remove", NOW).observed(present=True, at=NOW + 5)
    assert there.standing == standing

    assert there.observed(present=False, at=NOW + 10).claimed(["a"], SECOND, "hash").step("add", NOW) == "vetoed"


def test_rule_5_only_what_we_put_on_is_taken_back() -> None:
    found = WANTED.made("add", NOW, ours=False)

    assert not found.withdrawn(["a"], SECOND, "hash").to_take_back(NOW)
    assert OURS.withdrawn(["a"], SECOND, "hash").to_take_back(NOW)


def test_rule_5_then_remove_takes_it_off_whoever_put_it_on_but_not_after_we_had_taken_it_off() -> None:
    found = NEW.observed(present=True, at=NOW).taken_off(("b",), SECOND, "hash")
    put_back = found.made("remove", NOW + 10).observed(present=True, at=NOW + 20)

    assert found.step("remove", NOW) == "call"
    assert put_back.step("remove", NOW) == "kept"


def test_rule_6_the_tag_stays_as_long_as_one_rule_claims_it() -> None:
    both = OURS.claimed(["b"], FIRST, "hash")
    one = both.withdrawn(["a"], SECOND, "hash")

    assert one.claiming == ("b",)
    assert not one.to_take_back(NOW)
    assert one.withdrawn(["b"], THIRD, "hash").to_take_back(NOW)


def test_rule_6_a_match_claims_also_where_the_tag_is_there() -> None:
    found = NEW.observed(present=True, at=NOW).claimed(["a"], FIRST, "hash")

    assert (found.step("add", NOW), found.claiming) == ("already so", ("a",))


def test_rule_7_what_went_to_and_fro_too_often_stops_for_an_hour() -> None:
    entry, at = OURS, NOW
    for _ in range(FLIPS):
        action = "remove" if entry.standing == "ours" else "add"
        at += 10
        entry = entry.made(action, at)  # type: ignore[arg-type]
    order = Order(int(at) + 1, "")
    assert entry.standing == "removed"

    wanted = entry.claimed(["a"], order, "hash")
    assert wanted.step("add", at) == "stopped"
    assert wanted.step("add", at + FLIPS_WITHIN) == "call"


def test_what_a_person_did_through_us_counts_at_once() -> None:
    taken = OURS.changed_by_person("remove", NOW + 1).claimed(["a"], SECOND, "hash")
    put = NEW.changed_by_person("add", NOW).taken_off(("b",), SECOND, "hash")

    assert taken.step("add", NOW) == "vetoed"
    assert put.step("remove", NOW) == "kept"


def test_an_entry_comes_back_as_it_was_kept() -> None:
    entry = OURS.taken_off(("b",), SECOND, "hash").asked("remove", NOW + 11)

    assert Entry.decode(entry.encode()) == entry


ORIGIN = Origin(("a",), FIRST, "hash", "conversation.user.replied", "message.text", "refund", (17, 23), "5017001")


@pytest.mark.parametrize(
    "entry",
    [
        WANTED.made("add", NOW, origin=ORIGIN),
        WANTED.made("add", NOW, origin=ORIGIN).claimed(["a"], SECOND, "newer"),
        WANTED.made("add", NOW, origin=ORIGIN).taken_off(("a",), SECOND, "hash"),
        NEW.taken_off(("a",), FIRST, "hash").made("remove", NOW, origin=ORIGIN),
        NEW.made("add", NOW, origin=Origin(())),
    ],
    ids=["at its rule's newest event", "at an older one", "taken off since", "a removal", "of no rule"],
)
def test_an_entry_comes_back_as_it_was(entry: Entry) -> None:
    assert Entry.decode(entry.encode()) == entry


def test_what_stands_in_a_claim_is_not_kept_twice() -> None:
    made = WANTED.made("add", NOW, origin=ORIGIN)

    assert made.encode().count(FIRST.notification_id.encode()) == 1
    assert len(made.encode()) - len(WANTED.made("add", NOW).encode()) < 80


def test_what_had_us_ask_is_what_had_us_do_it() -> None:
    assert WANTED.asked("add", NOW, ORIGIN).made("add", NOW).origin == ORIGIN


def test_a_tag_that_was_there_before_has_no_origin() -> None:
    assert WANTED.made("add", NOW, ours=False, origin=ORIGIN).origin is None
