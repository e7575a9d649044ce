"""Every workspace gets its turn."""

from workers.app import Rota


class Door:
    """A desk that is open or not."""

    def __init__(self, *, is_open: bool) -> None:
        self.is_open = is_open

    def open(self) -> bool:
        return self.is_open


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


def test_with_all_closed_there_is_nothing_to_look_at() -> None:
    assert Rota({"one": Door(is_open=False)}).queues().live == ()
