"""A Redis that is away, or nearly full: nothing that was answered 200 is lost, and all goes on by itself."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from state import keys
from state.claim import Claimant
from state.finish import Done, Finisher
from tests.redis_server import RedisServer
from tests.service.hostile.besieged import Besieged, besieged
from tests.service.receiver import APP_ID, notification
from tests.waiting import eventually

MEGABYTE = 1024 * 1024
LIMIT = 24 * MEGABYTE


async def send(receiver: Besieged, acknowledged: set[str], *, size: int = 0) -> int:
    """A webhook whose message has so many bytes; its id is noted if it is answered 200."""
    document = notification(
        item={"type": "conversation", "id": "1", "source": {"body": "x" * size, "author": {"type": "user", "id": "6a"}}}
    )
    status = await receiver.post(json.dumps(document).encode())
    if status == 200:
        acknowledged.add(document["id"])
    return status


@pytest.fixture
def durable_redis() -> Iterator[RedisServer]:
    """A Redis that forgets nothing when it is killed."""
    with RedisServer(appendfsync="always") as server:
        yield server


async def test_each_outage_begins_with_503_and_goes_on_with_429(durable_redis: RedisServer) -> None:
    acknowledged: set[str] = set()
    answers = []
    async with besieged(durable_redis) as receiver:
        for _ in range(2):
            await eventually(lambda: recovered(receiver, acknowledged))
            durable_redis.kill()
            answers.append([await send(receiver, acknowledged) for _ in range(103)])
            await asyncio.to_thread(durable_redis.start)
        await eventually(lambda: recovered(receiver, acknowledged))
        jobs = await receiver.jobs()
        outcomes = await receiver.outcomes()

    assert answers == [[503] * 100 + [429] * 3] * 2
    assert jobs >= acknowledged
    assert len(acknowledged) == 3
    assert outcomes["stored"] == 3


async def recovered(receiver: Besieged, acknowledged: set[str]) -> bool:
    return await send(receiver, acknowledged) == 200


@pytest.fixture
def small_redis() -> Iterator[RedisServer]:
    """A Redis that may have a few megabytes."""
    with RedisServer(maxmemory=str(LIMIT)) as server:
        yield server


@pytest.mark.alone
async def test_a_redis_that_fills_up_is_left_room_to_be_worked_off(small_redis: RedisServer) -> None:
    acknowledged: set[str] = set()
    async with besieged(small_redis) as receiver:
        await fill(receiver, share=0.8)
        await eventually(lambda: refused(receiver, acknowledged), timeout=30)
        assert await share(receiver) < 1
        assert await receiver.jobs() == acknowledged

        await work_off(receiver)

        await eventually(lambda: recovered(receiver, acknowledged))
        outcomes = await receiver.outcomes()

    assert len(acknowledged) > 10
    assert outcomes["stored"] == len(acknowledged)
    assert outcomes["refused"] >= 1
    assert set(outcomes) == {"stored", "refused"}


async def test_a_redis_that_is_full_has_no_half_of_a_job(small_redis: RedisServer) -> None:
    acknowledged: set[str] = set()
    async with besieged(small_redis) as receiver:
        await receiver.redis.config_set("maxmemory", "0")
        await fill(receiver, share=1.1)
        await receiver.redis.config_set("maxmemory", str(LIMIT))
        answers = {await send(receiver, acknowledged) for _ in range(20)}

        assert answers == {503}
        names = {name async for name in receiver.redis.scan_iter()}
        # That it lives a process told while there was room.
        assert {name for name in names if not name.startswith(b"autotagger:process")} == {b"ballast"}
        await receiver.redis.delete("ballast")
        await eventually(lambda: recovered(receiver, acknowledged))
        assert await receiver.jobs() == acknowledged


async def refused(receiver: Besieged, acknowledged: set[str]) -> bool:
    return await send(receiver, acknowledged, size=6_000) == 503


async def fill(receiver: Besieged, share: float) -> None:
    """Have Redis hold something else that takes this share of its memory."""
    used = (await receiver.redis.info("memory"))["used_memory"]
    # In pieces as large as the allocator's own, so that no memory is wasted.
    await receiver.redis.rpush("ballast", *(b"x" * 8_000 for _ in range(round((LIMIT * share - used) / 8_200))))  # type: ignore[misc]


async def share(receiver: Besieged) -> float:
    """Which share of its memory Redis uses."""
    return float((await receiver.redis.info("memory"))["used_memory"]) / LIMIT


async def work_off(receiver: Besieged) -> None:
    """Do with all jobs what workers do."""
    claimant, finisher = Claimant(receiver.redis, "worker", lease=15), Finisher(receiver.redis)
    while True:
        taken = await claimant.claim([keys.queue(APP_ID)], most=50)
        if not taken.jobs:
            return
        for claim in taken.jobs:
            await finisher.finish(claim, Done())
