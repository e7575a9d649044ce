"""What a webhook costs the receiver, and how soon it is answered."""

import contextlib
from collections.abc import AsyncIterator
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
    rounds, counts = (3, {SMALL: 1_000, LARGE: 400}) if quick else (5, {SMALL: 4_000, LARGE: 1_500})
    rows: list[Row] = []
    async with _bench() as bench:
        found = {size: await _compare(bench, size, count, rounds) for size, count in counts.items()}
        paced, wanted, cpu = await _paced(bench, median(found[SMALL]["ours"].rate), seconds=1 if quick else 4)
        memory = (await bench.servers["ours"].ask())["memory_kb"] / 1024
    for size, series in found.items():
        rows += _rows(size, series)
    rows.append(
        Row(f"ours, 6 kB, at {paced['rate']:,.0f}/s", "ms to the answer", paced["p50"] * 1e3, paced["p99"] * 1e3)
    )
    rows.append(Row(f"ours, 6 kB, at {paced['rate']:,.0f}/s", "µs CPU a webhook", cpu))
    rows.append(Row("ours", "MB resident at most", memory))
    return Result(
        "from the signature to the stored job",
        tuple(rows),
        _goals(found[SMALL], paced, memory),
        ()
        if wanted == CEILING
        else (f"Intercom's ceiling of {CEILING:,.0f}/s is more than this machine can send and take",),
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


async def _compare(bench: Bench, size: int, count: int, rounds: int) -> dict[str, Series]:
    """All ways in turn, round by round; the first round warms up."""
    await bench.load.ask(do="prepare", count=count, size=size)
    found = {way: Series() for way in WAYS}
    for number in range(rounds + 1):
        for way, series in found.items():
            sent, cpu = await bench.send(way, count)
            if number:
                series.cpu.append(cpu)
                series.p50.append(sent["p50"])
                series.p99.append(sent["p99"])
                series.rate.append(sent["rate"])
    return found


async def _paced(bench: Bench, capacity: float, seconds: float) -> tuple[dict[str, Any], float, float]:
    """Ours at Intercom's ceiling, or at two thirds of what this machine can do if that is less."""
    await bench.load.ask(do="prepare", count=int(CEILING * seconds), size=SMALL)
    wanted = CEILING if capacity > CEILING * 1.1 else capacity * 2 / 3
    sent, cpu = await bench.send("ours", int(wanted * seconds), rate=wanted)
    return sent, wanted, cpu


def _rows(size: int, found: dict[str, Series]) -> list[Row]:
    alone = found["no enqueue"]
    kilobytes = f"{size // 1000} kB"
    costs = [
        Row(f"{way}, {kilobytes}", "µs CPU a webhook", median(series.cpu), None, ratio(series.cpu, alone.cpu), WAYS[0])
        for way, series in found.items()
    ]
    answers = [
        Row(
            f"{way}, {kilobytes}, {CONNECTIONS} at once, {median(series.rate):,.0f}/s",
            "ms to the answer",
            median(series.p50) * 1e3,
            median(series.p99) * 1e3,
        )
        for way, series in found.items()
    ]
    return costs + answers


def _goals(small: dict[str, Series], paced: dict[str, Any], memory: float) -> tuple[Goal, ...]:
    ours, stock, alone = small["ours"], small["stock arq"], small["no enqueue"]
    return (
        Goal("CPU of ours against no enqueue, 6 kB:", ratio(ours.cpu, alone.cpu), 1.5, "x"),
        Goal("CPU of stock arq against ours, 6 kB:", ratio(stock.cpu, ours.cpu), 3.5, "x", least=True),
        Goal(f"p99 at {paced['rate']:,.0f}/s:", paced["p99"] * 1e3, 10, "ms"),
        Goal("resident memory:", memory, 80, "MB"),
    )
