"""Every workspace gets its turn."""

import pytest
from redis.asyncio import Redis

from state import keys
from state.claim import Claimant
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


@pytest.mark.parametrize("free", [1, 3, 20])
async def test_ten_events_of_one_workspace_are_not_behind_ten_thousand_of_another(redis: Redis, free: int) -> None:
    flood, few = keys.queue("flood"), keys.queue("few")
    await redis.zadd(flood, {f"flood:{number}": number for number in range(10_000)})
    await redis.zadd(few, {f"few:{number}": 20_000 + number for number in range(10)})
    rota, claimant = Rota({app_id: Door(is_open=True) for app_id in ("flood", "few")}), Claimant(redis, "one", lease=15)

    claimed: list[str] = []
    while claimed.count(few) < 10:
        claimed += [claim.queue for claim in (await claimant.claim(rota.queues().live, most=free)).jobs]

    # With one free place they take turns; with more each gets half of them.
    assert len(claimed) <= 2 * 10 + free
