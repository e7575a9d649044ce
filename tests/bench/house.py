"""The service in processes, with production's durations: each part a command of its own that ends with the bench."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx

from cli.fleet import Program, examples, running
from tests.bench.bodies import APP_ID, SECRET
from tests.bench.child import ending_with_us
from tests.bench.patience import until
from tests.redis_server import RedisServer

ADMIN_ID, TOKEN = "5017001", "test-token"

_EVERYWHERE = {"AUTOTAGGER_APP_ID": APP_ID, "AUTOTAGGER_HOST": "127.0.0.1", "AUTOTAGGER_OPS_PORT": "0"}
_GLANCE = 0.5


class Intercom:
    """A simulator, driven from outside."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self._client = client

    async def get(self, path: str) -> Any:
        return (await self._client.get(f"/_simulator/{path}")).raise_for_status().json()

    async def post(self, path: str, **document: Any) -> Any:
        return (await self._client.post(f"/_simulator/{path}", json=document)).raise_for_status().json()

    async def sent(self, run: str, within: float) -> dict[str, Any]:
        """Wait until each notification of a run has its outcome; what became of it."""

        async def done() -> bool:
            return bool((await self.run(run))["done"])

        await until(done, within=within, every=_GLANCE)
        return await self.run(run)

    async def run(self, run: str) -> dict[str, Any]:
        """What has become of a run so far."""
        (found,) = (await self.get(f"deliveries?run={run}&brief=yes"))["runs"]
        return dict(found)


@contextlib.asynccontextmanager
async def intercom(*arguments: str) -> AsyncIterator[Intercom]:
    """A simulator; `arguments` are its command's."""
    async with (
        _program("simulator", "--port", "0", *arguments, variables={}) as program,
        httpx.AsyncClient(base_url=program.urls[0], timeout=30, trust_env=False) as client,
    ):
        yield Intercom(program.urls[0], client)


@contextlib.asynccontextmanager
async def receiver(redis: RedisServer) -> AsyncIterator[str]:
    """The URL of a receiver's webhook."""
    secret = {"AUTOTAGGER_PORT": "0", "AUTOTAGGER_CLIENT_SECRETS": SECRET}
    async with _program("serve", variables=_EVERYWHERE | secret | {"REDIS_URL": redis.url}) as program:
        yield program.urls[0]


@contextlib.asynccontextmanager
async def worker(redis: RedisServer, simulator: Intercom, **settings: str) -> AsyncIterator[Program]:
    """A worker with the example rules; `settings` are further ones, in capitals and without their prefix."""
    needed = {
        "AUTOTAGGER_ACCESS_TOKEN": TOKEN,
        "AUTOTAGGER_ADMIN_ID": ADMIN_ID,
        "AUTOTAGGER_INTERCOM_URL": simulator.url,
        "AUTOTAGGER_RULES": str(examples()),
        "REDIS_URL": redis.url,
    }
    further = {f"AUTOTAGGER_{name}": value for name, value in settings.items()}
    async with _program("worker", variables=_EVERYWHERE | needed | further) as program:
        yield program


@contextlib.asynccontextmanager
async def _program(name: str, *arguments: str, variables: dict[str, str]) -> AsyncIterator[Program]:
    async with running(name, *arguments, variables=variables) as program:
        with ending_with_us(program.process.pid):
            yield program
