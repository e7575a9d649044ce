"""A worker in a process of its own whose jobs do nothing: ours or stock arq's, by its first argument.

A job's bytes begin with the moment of its enqueue, on the clock that all processes of a machine share.
"""

import asyncio
import contextlib
import struct
import sys
import time
from collections.abc import AsyncIterator
from typing import Any, Literal

from arq.connections import RedisSettings as ArqSettings
from arq.connections import create_pool
from arq.worker import Worker as ArqWorker
from arq.worker import func

from state import keys
from state.connection import for_work
from state.finish import Done, Ending
from state.settings import RedisSettings
from tests.bench import child
from tests.bench.bodies import APP_ID
from workers.hold import Hold
from workers.loop import Queues, Worker

Way = Literal["ours", "stock arq"]

CONCURRENCY = 20
"""Jobs at once, the same for both."""

_MOMENT = struct.Struct("d")


def payload(size: int = 1_000) -> bytes:
    """A job's bytes, enqueued now."""
    return _MOMENT.pack(time.monotonic()).ljust(size, b"x")


class Body:
    """Does nothing but look at the clock."""

    def __init__(self) -> None:
        self._moments: list[float] = []
        self._waits: list[float] = []

    def run(self, payload: bytes) -> None:
        now = time.monotonic()
        self._moments.append(now)
        self._waits.append(now - _MOMENT.unpack_from(payload)[0])

    async def ours(self, payload: bytes, hold: Hold) -> Ending:  # noqa: ARG002 - the body's shape
        self.run(payload)
        return Done()

    async def stock(self, _: dict[Any, Any], payload: bytes) -> None:
        self.run(payload)

    def report(self) -> dict[str, Any]:
        """How many ran, when the first and the last began, and how long each had waited."""
        first, last = (self._moments[0], self._moments[-1]) if self._moments else (0.0, 0.0)
        return {"count": len(self._moments), "first": first, "last": last, "waits": self._waits}


@contextlib.asynccontextmanager
async def worker(way: Way, redis: RedisSettings, body: Body, poll: float) -> AsyncIterator[ArqWorker]:
    """A worker that does not run yet; `poll` is stock arq's `poll_delay` in seconds."""
    if way == "ours":
        async with for_work(redis, connections=CONCURRENCY * 2 + 10) as client:
            yield Worker(client, body.ours, lambda: Queues((keys.queue(APP_ID),)), concurrency=CONCURRENCY)
        return
    async with await create_pool(ArqSettings(host=redis.host, port=redis.port)) as pool:
        functions = [func(body.stock, name="process")]  # type: ignore[arg-type]  # arq wants to see *args
        yield ArqWorker(functions, redis_pool=pool, handle_signals=False, max_jobs=CONCURRENCY, poll_delay=poll)


async def main(way: Way, redis_port: int, poll: float) -> None:
    body = Body()
    async with worker(way, RedisSettings(port=redis_port), body, poll) as made:
        running: asyncio.Task[None] | None = None

        async def obey(question: dict[str, Any]) -> dict[str, Any]:
            nonlocal running
            if question["do"] == "start":
                running = asyncio.create_task(made.async_run())
            return body.report()

        await child.answer(obey)
        if running is not None:
            running.cancel()
            await asyncio.gather(running, *made.tasks.values(), return_exceptions=True)


if __name__ == "__main__":
    child.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))  # type: ignore[arg-type]  # one of the ways, by the bench
