"""A client in a process of its own that puts tags on conversations, in the way its first argument names."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal

import httpx
import msgspec
from httpx_aiohttp import HttpxAiohttpClient

from tests.bench import child
from tests.bench.samples import median, p99
from workers.intercom.client import Intercom

Way = Literal["httpx, its own transport", "httpx on aiohttp", "ours"]
Call = Callable[[], Awaitable[object]]

CONNECTIONS = 100
_BODY = {"id": "81", "admin_id": "5017001"}
_HEADERS = {"Authorization": "Bearer test-token", "Intercom-Version": "2.10", "Accept": "application/json"}


@contextlib.asynccontextmanager
async def calling(way: Way, url: str) -> AsyncIterator[Call]:
    """A function that makes one call."""
    if way == "ours":
        async with Intercom(url, "test-token", connections=CONNECTIONS) as intercom:
            yield lambda: intercom.attach("conversation", "215470000112233", "81", "5017001")
        return
    kind = httpx.AsyncClient if way == "httpx, its own transport" else HttpxAiohttpClient
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with kind(base_url=url, headers=_HEADERS, limits=limits, trust_env=False) as client:
        yield lambda: _attach(client)


async def _attach(client: httpx.AsyncClient) -> object:
    response = await client.post("/conversations/215470000112233/tags", json=_BODY)
    response.raise_for_status()
    return msgspec.json.decode(response.content)


async def _many(call: Call, count: int, at_once: int) -> dict[str, Any]:
    """Make `count` calls, `at_once` at a time: what each cost, in seconds of processor and of waiting."""
    took: list[float] = []
    numbers = iter(range(count))

    async def drive() -> None:
        for _ in numbers:
            began = time.perf_counter()
            await call()
            took.append(time.perf_counter() - began)

    cpu = time.process_time()
    await asyncio.gather(*(drive() for _ in range(at_once)))
    return {"cpu": (time.process_time() - cpu) / count, "p50": median(took), "p99": p99(took)}


async def main(way: Way, port: int) -> None:
    async with calling(way, f"http://127.0.0.1:{port}") as call:
        await child.answer(lambda question: _many(call, **question))


if __name__ == "__main__":
    child.run(main(sys.argv[1], int(sys.argv[2])))  # type: ignore[arg-type]  # one of the ways, by the bench
