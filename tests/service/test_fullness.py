"""What is known of Redis's memory, also when it cannot be read."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Disconnected

from service.fullness import Fullness
from state.connection import for_answers
from tests.redis_server import RedisServer
from tests.waiting import eventually


class Memory:
    """A Redis that says of its memory what it is told to."""

    def __init__(self, *said: Any) -> None:
        self.said = list(said)

    async def info(self, _: str) -> dict[str, Any]:
        found = self.said.pop(0)
        if isinstance(found, Exception):
            raise found
        return dict(found)


def fullness(*said: Any) -> Fullness:
    return Fullness(Memory(*said))  # type: ignore[arg-type]  # it has the one method that is used


@pytest.mark.parametrize(
    ("memory", "full"),
    [
        ({"maxmemory": 0, "used_memory": 10**12}, False),
        ({"used_memory": 1}, False),
        ({"maxmemory": 100, "used_memory": 84}, False),
        ({"maxmemory": 100, "used_memory": 85}, True),
    ],
    ids=["no limit", "nothing said", "room", "nearly full"],
)
async def test_from_85_percent_on_it_is_full(memory: dict[str, int], *, full: bool) -> None:
    watched = fullness(memory)

    await watched.look()

    assert watched.full is full


@pytest.mark.parametrize("trouble", [Disconnected(), {"maxmemory": 100}], ids=["away", "an odd answer"])
async def test_while_nobody_knows_there_is_room_and_the_watch_goes_on(trouble: Any) -> None:
    watched = fullness({"maxmemory": 100, "used_memory": 99}, trouble)
    await watched.look()
    assert watched.full

    watching = asyncio.create_task(watched.watch())
    await eventually(lambda: not watched.full)

    assert not watching.done()
    watching.cancel()


async def test_a_real_redis_is_understood(own_redis: RedisServer) -> None:
    redis: Redis
    async with own_redis.client() as admin, for_answers(own_redis.settings) as redis:
        await admin.config_set("maxmemory", str(int((await admin.info("memory"))["used_memory"] / 0.95)))
        watched = Fullness(redis)

        await watched.look()

        assert watched.full
