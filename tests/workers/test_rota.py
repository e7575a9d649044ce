"""Every workspace gets its turn."""

from state.keys import Lane
from workers.app import Rota


class Door:
    """A desk that is open or not."""

    def __init__(self, *, is_open: bool, has_room: bool = True) -> None:
        self.is_open = is_open
        self.has_room = has_room

    def open(self, lane: Lane = "live") -> bool:
        return self.is_open and (lane == "live" or self.has_room)


def test_each_look_begins_with_another_workspace() -> None:
    rota = Rota({"one": Door(is_open=True), "two": Door(is_open=True), "three": Door(is_open=True)})

    firsts = [rota.queues().live[0].rpartition(":")[2] for _ in range(6)]

    assert sorted(firsts[:3]) == ["one", "three", "two"]
    assert firsts[:3] == firsts[3:]


def test_a_closed_workspace_is_left_out() -> None:
    rota = Rota({"one": Door(is_open=False), "two": Door(is_open=True)})

    queues = rota.queues()

    assert len(queues.live) == len(queues.backfill) == 1
    assert queues.live[0].endswith(":two")


def test_where_a_backfill_finds_no_room_live_jobs_are_taken_all_the_same() -> None:
    queues = Rota({"one": Door(is_open=True, has_room=False)}).queues()

    assert len(queues.live) == 1
    assert queues.backfill == ()


def test_with_all_closed_there_is_nothing_to_look_at() -> None:
    assert Rota({"one": Door(is_open=False)}).queues().live == ()
