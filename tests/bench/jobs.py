"""How many jobs that do nothing a worker gets through."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from state.settings import RedisSettings
from tests.bench.child import child
from tests.bench.patience import until
from tests.bench.redis import no_job_waits, settle
from tests.bench.result import Goal, Result, Row
from tests.bench.samples import median, ratio
from tests.bench.trivial_jobs import enqueue_many
from tests.bench.worker_process import Way
from tests.proxy import delayed
from tests.redis_server import RedisServer

POLL = 0.01
"""A stock worker reads 100 ids a look, so its default of 0.5 s would hold it at 200 jobs a second on any machine."""
ROUND_TRIP = 0.0027
"""Seconds to a managed Redis in the next zone, and back."""


@dataclass(slots=True)
class Case:
    """Workers at some distance from Redis. `counts` are the jobs of a round: fewer for stock arq where it is slow."""

    name: str
    workers: int
    counts: dict[Way, int]
    goal: float
    far: bool = False
    rates: dict[Way, list[float]] = field(default_factory=lambda: {"ours": [], "stock arq": []})


async def measure(*, quick: bool) -> Result:
    scale, rounds = (1, 1) if quick else (2, 5)
    cases = (
        Case("1 process", 1, {"ours": 2_000 * scale, "stock arq": 800 * scale}, 2_000),
        Case("2 processes", 2, {"ours": 3_000 * scale, "stock arq": 800 * scale}, 3_500),
        Case("1 process, Redis 2.7 ms away", 1, {"ours": 1_000 * scale, "stock arq": 100 * scale}, 1_000, far=True),
    )
    with RedisServer() as server, delayed(server.port, ROUND_TRIP / 2) as far_port:
        async with server.client() as redis:
            for _ in range(rounds):
                for case in cases:
                    for way, count in case.counts.items():
                        port = far_port if case.far else server.port
                        case.rates[way].append(await _rate(way, redis, server.settings, port, case.workers, count))
        trip = await _round_trip(far_port)
    return Result(
        "jobs a second",
        tuple(_row(case, way) for case in cases for way in case.rates),
        tuple(Goal(f"{case.name}:", median(case.rates["ours"]), case.goal, "jobs/s", least=True) for case in cases),
        (
            f"through the proxy a PING took {trip * 1e3:.1f} ms",
            f"stock arq looks for jobs every {POLL * 1e3:.0f} ms here; with its default of 500 ms it gets 200 jobs/s",
        ),
    )


def _row(case: Case, way: Way) -> Row:
    rates = case.rates[way]
    return Row(f"{way}, {case.name}", "jobs/s", median(rates), None, ratio(rates, case.rates["stock arq"]), "stock arq")


async def _rate(way: Way, redis: Redis, near: RedisSettings, port: int, workers: int, count: int) -> float:
    """Jobs a second from the moment the first job began to the moment the last one did, over all workers."""
    await settle(redis)
    await enqueue_many(way, near, count)
    async with contextlib.AsyncExitStack() as stack:
        started = [await stack.enter_async_context(child("worker_process", way, port, POLL)) for _ in range(workers)]
        await asyncio.gather(*(worker.ask(do="start") for worker in started))
        await until(lambda: no_job_waits(redis), within=60, every=0.02)
        reports = await asyncio.gather(*(worker.ask(do="report") for worker in started))
    _check(reports, count)
    seconds: float = max(report["last"] for report in reports) - min(report["first"] for report in reports)
    return count / seconds


def _check(reports: list[dict[str, Any]], count: int) -> None:
    ran = sum(report["count"] for report in reports)
    if ran != count:
        raise RuntimeError(f"{count} jobs were enqueued, {ran} ran")


async def _round_trip(port: int) -> float:
    async with Redis(port=port) as client:
        await client.ping()
        took = []
        for _ in range(20):
            began = time.perf_counter()
            await client.ping()
            took.append(time.perf_counter() - began)
    return median(took)
