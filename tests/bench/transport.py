"""What a call to Intercom costs the worker."""

import contextlib
from collections.abc import Mapping
from typing import Any

from tests.bench.child import child
from tests.bench.rest_answers import BODIES, Asked
from tests.bench.result import Result, Row
from tests.bench.samples import median, ratio

AT_ONCE = 20
OWN = "httpx, its own transport"
BARE = "httpx on aiohttp"
OURS = "ours"
WAYS = (OWN, BARE, OURS)
ASKED: Mapping[Asked, tuple[str, ...]] = {"tag": WAYS, "conversation": (BARE, OURS), "page": (BARE, OURS)}
"""By what is asked for, the ways to ask: httpx's own transport is told from the other by one of them."""

Samples = list[dict[str, Any]]


async def measure(*, quick: bool) -> Result:
    rounds, counts = (3, _FEW) if quick else (7, _MANY)
    found: dict[tuple[Asked, str], Samples] = {(asked, way): [] for asked, ways in ASKED.items() for way in ways}
    async with contextlib.AsyncExitStack() as stack:
        port = (await (await stack.enter_async_context(child("stub_process"))).ask())["port"]
        callers = {way: await stack.enter_async_context(child("caller_process", way, port)) for way in WAYS}
        for caller in callers.values():
            await caller.ask(asked="tag", count=200, at_once=AT_ONCE)
        for _ in range(rounds):
            for (asked, way), samples in found.items():
                samples.append(await callers[way].ask(asked=asked, count=counts[asked], at_once=AT_ONCE))
    return Result(
        f"calls to a stub, {AT_ONCE} at once",
        tuple(make(asked, way, found) for make in (_cost, _wait) for asked, way in found),
        notes=("bare httpx decodes the answer too; ours adds deadline, size cap, limits, depth and typed values",),
    )


_FEW: Mapping[Asked, int] = {"tag": 400, "conversation": 200, "page": 40}
_MANY: Mapping[Asked, int] = {"tag": 1_500, "conversation": 800, "page": 100}


def _name(asked: Asked, way: str) -> str:
    size = "" if asked == "tag" else f" of {len(BODIES[asked]) / 1000:.0f} kB"
    return f"{asked}{size}: {way}"


def _cost(asked: Asked, way: str, found: Mapping[tuple[Asked, str], Samples]) -> Row:
    cpu, bare = ([one["cpu"] for one in found[asked, which]] for which in (way, BARE))
    return Row(_name(asked, way), "µs CPU a call", median(cpu) * 1e6, None, ratio(cpu, bare), BARE)


def _wait(asked: Asked, way: str, found: Mapping[tuple[Asked, str], Samples]) -> Row:
    p50, p99, bare = (
        [one[key] for one in found[asked, which]] for which, key in ((way, "p50"), (way, "p99"), (BARE, "p50"))
    )
    return Row(_name(asked, way), "ms a call", median(p50) * 1e3, median(p99) * 1e3, ratio(p50, bare), BARE)
