"""A receiver in a process of its own, with production's server, told by its first argument how it enqueues."""

import contextlib
import resource
import sys
import time
from collections.abc import AsyncIterator
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from arq.connections import ArqRedis, create_pool
from arq.connections import RedisSettings as ArqSettings
from starlette.types import ASGIApp

from cli.listener import listening
from service.app import around, create_app
from service.metrics import Metrics
from service.settings import ReceiverSettings, Source
from service.webhook import Webhook
from state.connection import for_answers
from state.enqueue import Entry, Stored
from state.settings import RedisSettings
from tests.bench import child
from tests.bench.bodies import APP_ID, SECRET

Way = Literal["ours", "stock arq", "no enqueue"]


class Enqueuing(Protocol):
    async def enqueue(self, entry: Entry) -> Stored: ...


class NoEnqueue:
    """The app alone."""

    async def enqueue(self, entry: Entry) -> Stored:  # noqa: ARG002 - the enqueuer's shape
        return "stored"


class StockEnqueue:
    """arq's own `enqueue_job`, on arq's own pool."""

    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis

    async def enqueue(self, entry: Entry) -> Stored:
        job = await self._redis.enqueue_job("process", entry.payload, _job_id=entry.job_id)
        return "stored" if job is not None else "duplicate"


@contextlib.asynccontextmanager
async def receiver(way: Way, redis: RedisSettings) -> AsyncIterator[str]:
    """The URL of a receiver that enqueues in this way."""
    async with contextlib.AsyncExitStack() as stack:
        app = await _app(way, redis, stack)
        yield await stack.enter_async_context(listening(app, "127.0.0.1", 0, graceful=1))


async def _app(way: Way, redis: RedisSettings, stack: contextlib.AsyncExitStack) -> ASGIApp:
    settings = ReceiverSettings(redis, (Source(APP_ID, (SECRET,)),))
    if way == "ours":
        return create_app(settings, for_answers(redis), Metrics())
    if way == "no enqueue":
        return _with(NoEnqueue(), settings)
    pool = await stack.enter_async_context(await create_pool(ArqSettings(host=redis.host, port=redis.port)))
    return _with(StockEnqueue(pool), settings)


def _with(enqueuing: Enqueuing, settings: ReceiverSettings) -> ASGIApp:
    return around(Webhook(settings, enqueuing, Metrics()))  # type: ignore[arg-type]  # it has the one method that is used


async def main(way: Way, redis_port: int) -> None:
    async with receiver(way, RedisSettings(port=redis_port)) as url:

        async def tell(_: dict[str, Any]) -> dict[str, Any]:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            return {"port": urlsplit(url).port, "cpu": time.process_time(), "memory_kb": peak}

        await child.answer(tell)


if __name__ == "__main__":
    child.run(main(sys.argv[1], int(sys.argv[2])))  # type: ignore[arg-type]  # one of the ways, by the bench
