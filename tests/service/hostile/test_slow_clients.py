"""Three hundred clients that say nothing, or a letter at a time, and the good ones among them."""

import asyncio
import contextlib

import pytest

from tests.redis_server import RedisServer
from tests.service.hostile.besieged import Besieged, besieged, everything, request
from tests.service.hostile.shapes import fresh

EACH = 100
WORDS = {"idle": (0, b""), "header drip": (60, b"X: y\r\n"), "body drip": (-300, b" ")}
"""How much of a good webhook each says at once, and what it says again and again from then on."""


@pytest.mark.alone
async def test_slow_clients_are_all_cut_and_good_ones_served_meanwhile(redis_server: RedisServer) -> None:
    async with besieged(redis_server, AUTOTAGGER_REQUEST_TIMEOUT="2") as receiver:
        slow = [asyncio.create_task(dawdle(receiver, *words)) for words in WORDS.values() for _ in range(EACH)]
        good = 0
        while not all(task.done() for task in slow):
            assert await receiver.post(fresh()) == 200
            good += 1

        assert [task.result() for task in slow] == [b""] * len(slow)
        assert await receiver.cuts() == {"too slow": len(slow)}
        await receiver.counted({"stored": good, "disconnected": EACH})
        await receiver.stands()


async def dawdle(receiver: Besieged, begin: int, drip: bytes) -> bytes:
    """Be slow until the receiver hangs up; what it said."""
    reader, writer = await asyncio.open_connection(*receiver.address)
    hearing = asyncio.create_task(everything(reader))
    writer.write(request(fresh())[:begin])
    with contextlib.suppress(ConnectionError):
        while not hearing.done():
            writer.write(drip)
            await writer.drain()
            await asyncio.wait([hearing], timeout=0.2)
    writer.close()
    return await hearing
