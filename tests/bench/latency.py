"""How soon after the webhook its tag call leaves: receiver, worker, Redis and simulator at work, each a process."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from state.feed import Feed
from tests.bench.child import child
from tests.bench.house import Intercom, intercom, receiver, worker
from tests.bench.patience import until
from tests.bench.redis import no_job_waits
from tests.bench.result import Goal, Result, Row
from tests.bench.samples import median, p99
from tests.redis_server import RedisServer

RATE = 50.0
"""Notifications a second."""

Delays = Callable[[], Awaitable[list[float]]]
"""The seconds that calls took to leave since it was last asked."""


async def measure(*, quick: bool) -> Result:
    seconds = 3 if quick else 20
    ours, stock = await _measured(_ours, seconds), await _measured(_stock, seconds)
    rows = (_row("ours", ours, stock), _row("stock arq", stock, stock))
    goals = (
        Goal("p50:", median(ours) * 1e3, 10, "ms"),
        Goal("p99:", p99(ours) * 1e3, 50, "ms"),
    )
    return Result(f"from the webhook to the tag call, {RATE:.0f}/s, one worker", rows, goals)


def _row(way: str, delays: list[float], stock: list[float]) -> Row:
    ratio = median(delays) / median(stock)
    return Row(f"{way}, {len(delays)} calls", "ms", median(delays) * 1e3, p99(delays) * 1e3, ratio, "stock arq")


async def _measured(
    way: Callable[[RedisServer, Intercom], contextlib.AbstractAsyncContextManager[tuple[str, Delays]]], seconds: int
) -> list[float]:
    with RedisServer() as server:
        async with intercom() as simulator, way(server, simulator) as (webhook, delays):
            # The first calls find out where the windows of the rate limit are, which is not what is measured here.
            await _play(server, simulator, webhook, seconds=1, seed=1)
            await delays()
            await _play(server, simulator, webhook, seconds=seconds, seed=2)
            return await delays()


async def _play(server: RedisServer, simulator: Intercom, webhook: str, *, seconds: int, seed: int) -> None:
    """Send for so many seconds, wait until all is done, and see that it was done right."""
    events = round(RATE * seconds / 1.1)  # a tenth is sent twice
    run = (await simulator.post("send", url=webhook, events=events, rate=RATE, seed=seed))["run"]
    await simulator.sent(run, within=seconds + 30)
    async with server.client() as redis:
        await until(lambda: no_job_waits(redis), within=30)
    found = await simulator.run(run)
    if found["differences"] or found["outcomes"] != {"acked": found["sendings"]}:
        raise RuntimeError(f"not all was done: {found['outcomes']}, {found['differences'][:3]}")


@contextlib.asynccontextmanager
async def _ours(server: RedisServer, simulator: Intercom) -> AsyncIterator[tuple[str, Delays]]:
    async with receiver(server) as webhook, worker(server, simulator), server.client() as redis:
        feed, position = Feed(redis), "0-0"

        async def delays() -> list[float]:
            nonlocal position
            position, entries = await feed.after(position, most=100_000)
            return [step.delay for entry in entries for step in entry.steps if step.delay is not None]

        yield webhook, delays


@contextlib.asynccontextmanager
async def _stock(server: RedisServer, simulator: Intercom) -> AsyncIterator[tuple[str, Delays]]:
    async with (
        child("receiver_process", "stock arq", server.port) as listening,
        child("stock_pipeline_process", server.port, simulator.url) as working,
    ):
        port = (await listening.ask())["port"]

        async def delays() -> list[float]:
            return list((await working.ask())["delays"])

        yield f"http://127.0.0.1:{port}/webhooks/intercom", delays
