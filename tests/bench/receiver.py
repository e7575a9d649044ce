"""What a webhook costs the receiver, and how soon it is answered."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from tests.bench.child import Child, child
from tests.bench.redis import settle, waiting_jobs
from tests.bench.result import Goal, Result, Row
from tests.bench.samples import median, ratio
from tests.redis_server import RedisServer

CONNECTIONS = 32
CEILING = 2_500.0
"""Intercom sends at most 150,000 notifications a minute: https://developers.intercom.com/docs/webhooks"""
WAYS = ("no enqueue", "ours", "stock arq")
SMALL, LARGE = 6_000, 30_000


@dataclass(slots=True)
class Series:
    """The rounds of one way at one size: CPU in µs a webhook, seconds to an answer, webhooks a second."""

    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bench:
    """The processes that take part."""

    load: Child
    servers: dict[str, Child]
    redis: Redis

    async def send(self, way: str, count: int, rate: float | None = None) -> tuple[dict[str, Any], float]:
        """Send `count` of the prepared webhooks; what came of it, and the server's CPU in µs for each."""
        await settle(self.redis)
        server = self.servers[way]
        before = await server.ask()
        sent = await self.load.ask(do="send", port=before["port"], connections=CONNECTIONS, most=count, rate=rate)
        after = await server.ask()
        stored = await waiting_jobs(self.redis)
        if sent["statuses"] != {"200": count} or stored != (0 if way == "no enqueue" else count):
            raise RuntimeError(f"{way}: sent {count}, answers were {sent['statuses']}, stored were {stored}")
        return sent, (after["cpu"] - before["cpu"]) / count * 1e6


async def measure(*, quick: bool) -> Result:
    rounds, small, large = (2, 1_000, 400) if quick else (5, 4_000, 1_500)
    async with _bench() as bench:
        at_once = await _compare(bench, WAYS, SMALL, small, rounds)
        larger = await _compare(bench, WAYS, LARGE, large, rounds)
        rate = _bearable(median(at_once["ours"].rate))
        paced = await _compare(bench, WAYS[:2], SMALL, round(rate), 1 if quick else 3, rate=rate)
        memory = (await bench.servers["ours"].ask())["memory_kb"] / 1024
    return Result(
        "from the signature to the stored job",
        (
            *_rows("6 kB", at_once),
            *_rows("30 kB", larger),
            *_rows(f"6 kB, {rate:,.0f}/s", paced),
            Row("ours", "MB resident at most", memory),
        ),
        _goals(at_once, paced, rate, memory),
        () if rate == CEILING else (f"Intercom's {CEILING:,.0f}/s are more than this machine can send and take",),
    )


@contextlib.asynccontextmanager
async def _bench() -> AsyncIterator[Bench]:
    async with contextlib.AsyncExitStack() as stack:
        redis_server = stack.enter_context(RedisServer())
        redis = await stack.enter_async_context(redis_server.client())
        load = await stack.enter_async_context(child("load"))
        servers = {
            way: await stack.enter_async_context(child("receiver_process", way, redis_server.port)) for way in WAYS
        }
        yield Bench(load, servers, redis)


async def _compare(
    bench: Bench, ways: Sequence[str], size: int, count: int, rounds: int, rate: float | None = None
) -> dict[str, Series]:
    """The ways in turn, round by round, as fast as they answer or at a `rate`; the first round warms up."""
    await bench.load.ask(do="prepare", count=count, size=size)
    found = {way: Series() for way in ways}
    for number in range(rounds + 1):
        for way, series in found.items():
            sent, cpu = await bench.send(way, count, rate)
            if number:
                series.cpu.append(cpu)
                series.p50.append(sent["p50"])
                series.p99.append(sent["p99"])
                series.rate.append(sent["rate"])
    return found


def _bearable(capacity: float) -> float:
    """Intercom's ceiling, or two thirds of what this machine can send and take if that is less."""
    return CEILING if capacity > CEILING * 1.1 else round(capacity * 2 / 3, -2)


def _rows(case: str, found: dict[str, Series]) -> list[Row]:
    alone = found["no enqueue"]
    costs = [
        Row(f"{way}, {case}", "µs CPU a webhook", median(series.cpu), None, ratio(series.cpu, alone.cpu), WAYS[0])
        for way, series in found.items()
    ]
    answers = [
        Row(
            f"{way}, {case}, did {median(series.rate):,.0f}/s",
            "ms to the answer",
            median(series.p50) * 1e3,
            median(series.p99) * 1e3,
        )
        for way, series in found.items()
    ]
    return costs + answers


def _goals(at_once: dict[str, Series], paced: dict[str, Series], rate: float, memory: float) -> tuple[Goal, ...]:
    ours, stock, alone = at_once["ours"], at_once["stock arq"], at_once["no enqueue"]
    return (
        Goal("CPU of ours against no enqueue, 6 kB:", ratio(ours.cpu, alone.cpu), 1.5, "x"),
        Goal("CPU of stock arq against ours, 6 kB:", ratio(stock.cpu, ours.cpu), 3.5, "x", least=True),
        Goal(f"p99 at {rate:,.0f}/s:", median(paced["ours"].p99) * 1e3, 10, "ms"),
        Goal("resident memory:", memory, 80, "MB"),
    )
