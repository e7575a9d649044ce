"""Enqueues jobs that do nothing, each way as its receiver would."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

from arq.connections import RedisSettings as ArqSettings
from arq.connections import create_pool

from state import keys
from state.connection import for_answers
from state.enqueue import Enqueuer, Entry
from state.settings import RedisSettings
from tests.bench.bodies import APP_ID
from tests.bench.worker_process import Way, payload

Enqueue = Callable[[], Awaitable[object]]

_AT_ONCE = 50


@contextlib.asynccontextmanager
async def enqueuing(way: Way, redis: RedisSettings) -> AsyncIterator[Enqueue]:
    """A function that enqueues one job."""
    if way == "ours":
        async with for_answers(redis) as client:
            enqueuer = Enqueuer(client)
            yield lambda: enqueuer.enqueue(
                Entry(f"{APP_ID}:{uuid4()}", keys.queue(APP_ID), payload(), int(time.time()))
            )
        return
    async with await create_pool(ArqSettings(host=redis.host, port=redis.port)) as pool:
        yield lambda: pool.enqueue_job("process", payload())


async def enqueue_many(way: Way, redis: RedisSettings, count: int) -> None:
    """Enqueue `count` jobs, some at a time."""
    async with enqueuing(way, redis) as enqueue:
        for begin in range(0, count, _AT_ONCE):
            await asyncio.gather(*(enqueue() for _ in range(min(_AT_ONCE, count - begin))))
