"""A client in a process of its own that calls the stub, in the way its first argument names."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Literal

import httpx
import msgspec
from httpx_aiohttp import HttpxAiohttpClient

from tests.bench import child
from tests.bench.rest_answers import Asked
from tests.bench.samples import median, p99
from workers.intercom.client import Intercom
from workers.intercom.query import Filter

Way = Literal["httpx, its own transport", "httpx on aiohttp", "ours"]
Call = Callable[[], Awaitable[object]]

CONNECTIONS = 100
_ID = "215470000112233"
_TAG = {"id": "81", "admin_id": "5017001"}
_SEARCH = {
    "query": {"field": "updated_at", "operator": ">", "value": 1_760_000_000},
    "pagination": {"per_page": 150},
}
_HEADERS = {"Authorization": "Bearer test-token", "Intercom-Version": "2.10", "Accept": "application/json"}


@contextlib.asynccontextmanager
async def calling(way: Way, url: str) -> AsyncIterator[Mapping[Asked, Call]]:
    """Functions that make one call each."""
    if way == "ours":
        async with Intercom(url, "test-token", connections=CONNECTIONS) as intercom:
            yield {
                "tag": lambda: intercom.attach("conversation", _ID, "81", "5017001"),
                "conversation": lambda: intercom.find_conversation(_ID),
                "page": lambda: intercom.search_conversations(Filter("updated_at", ">", 1_760_000_000)),
            }
        return
    kind = httpx.AsyncClient if way == "httpx, its own transport" else HttpxAiohttpClient
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with kind(base_url=url, headers=_HEADERS, limits=limits, trust_env=False) as client:
        yield {
            "tag": lambda: _decoded(client.post(f"/conversations/{_ID}/tags", json=_TAG)),
            "conversation": lambda: _decoded(client.get(f"/conversations/{_ID}")),
            "page": lambda: _decoded(client.post("/conversations/search", json=_SEARCH)),
        }


async def _decoded(response: Awaitable[httpx.Response]) -> object:
    return msgspec.json.decode((await response).raise_for_status().content)


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
    async with calling(way, f"http://127.0.0.1:{port}") as calls:
        await child.answer(lambda question: _many(calls[question.pop("asked")], **question))


if __name__ == "__main__":
    child.run(main(sys.argv[1], int(sys.argv[2])))  # type: ignore[arg-type]  # one of the ways, by the bench
