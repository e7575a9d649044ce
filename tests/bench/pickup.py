"""How soon an idle worker begins a job."""

import asyncio
import random
from contextlib import AsyncExitStack
from functools import partial

from state.settings import RedisSettings
from tests.bench.child import Child, child
from tests.bench.result import Goal, Result, Row
from tests.bench.samples import median, p99
from tests.bench.trivial_jobs import enqueuing
from tests.bench.worker_process import Way
from tests.redis_server import RedisServer
from tests.waiting import eventually

POLL = 0.5
"""arq's default."""
PAUSE: dict[Way, float] = {"ours": 0.06, "stock arq": POLL}
"""Jobs come at any moment of this many seconds after the one before."""


async def measure(*, quick: bool) -> Result:
    counts: dict[Way, int] = {"ours": 40, "stock arq": 6} if quick else {"ours": 300, "stock arq": 40}
    waits = {way: await _waits(way, count) for way, count in counts.items()}
    ours, stock = waits["ours"], waits["stock arq"]
    rows = [
        Row(
            f"{way}, {len(found)} jobs",
            "ms",
            median(found) * 1e3,
            p99(found) * 1e3,
            median(found) / median(stock),
            "stock arq",
        )
        for way, found in waits.items()
    ]
    return Result(
        "from the enqueue to the beginning of the job, in one idle worker",
        tuple(rows),
        (Goal("p50:", median(ours) * 1e3, 5, "ms"),),
    )


async def _waits(way: Way, count: int) -> list[float]:
    """One worker after the other: an idle stock one polls, which would disturb ours."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(RedisServer())
        worker = await stack.enter_async_context(child("worker_process", way, server.port, POLL))
        return await _one_by_one(way, worker, server.settings, count)


async def _one_by_one(way: Way, worker: Child, redis: RedisSettings, count: int) -> list[float]:
    rng = random.Random(1)
    await worker.ask(do="start")
    async with enqueuing(way, redis) as enqueue:
        for nth in range(1, count + 2):
            await enqueue()
            await eventually(partial(_has_run, worker, nth), timeout=10)
            await asyncio.sleep(rng.uniform(0.02, 0.02 + PAUSE[way]))
    # The first one also waits for connections to be made.
    waits: list[float] = (await worker.ask(do="report"))["waits"]
    return waits[1:]


async def _has_run(worker: Child, count: int) -> bool:
    return bool((await worker.ask(do="report"))["count"] == count)
