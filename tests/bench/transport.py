"""What a call to Intercom costs the worker."""

import contextlib
from typing import Any

from tests.bench.child import child
from tests.bench.result import Result, Row
from tests.bench.samples import median, ratio

AT_ONCE = 20
BARE = "httpx on aiohttp"
WAYS = ("httpx, its own transport", BARE, "ours")


async def measure(*, quick: bool) -> Result:
    rounds, count = (3, 400) if quick else (7, 1_500)
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    async with contextlib.AsyncExitStack() as stack:
        port = (await (await stack.enter_async_context(child("stub_process"))).ask())["port"]
        callers = {way: await stack.enter_async_context(child("caller_process", way, port)) for way in WAYS}
        for caller in callers.values():
            await caller.ask(count=200, at_once=AT_ONCE)
        for _ in range(rounds):
            for way, caller in callers.items():
                found[way].append(await caller.ask(count=count, at_once=AT_ONCE))
    return Result(
        f"calls to a stub, {AT_ONCE} at once",
        (*(_cost(way, found) for way in WAYS), *(_wait(way, found) for way in WAYS)),
        notes=("bare httpx decodes the answer too; ours adds deadline, size cap, limits and typed errors",),
    )


def _cost(way: str, found: dict[str, list[dict[str, Any]]]) -> Row:
    cpu, bare = ([one["cpu"] for one in found[which]] for which in (way, BARE))
    return Row(way, "µs CPU a call", median(cpu) * 1e6, None, ratio(cpu, bare), BARE)


def _wait(way: str, found: dict[str, list[dict[str, Any]]]) -> Row:
    p50, p99, bare = ([one[key] for one in found[which]] for which, key in ((way, "p50"), (way, "p99"), (BARE, "p50")))
    return Row(way, "ms a call", median(p50) * 1e3, median(p99) * 1e3, ratio(p50, bare), BARE)
