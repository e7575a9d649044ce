"""A receiver that is told to end finishes the requests under way, for as long as it was told to wait."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator

import httpx
import pytest

from cli.fleet import Program, redis_url, running
from tests.redis_server import RedisServer
from tests.service.receiver import APP_ID, SECRET, notification, signature
from tests.waiting import eventually


class Half:
    """A webhook of which only the first half was sent."""

    def __init__(self, url: str) -> None:
        self._url = httpx.URL(url)
        self._body = json.dumps(notification()).encode()

    async def begin(self) -> None:
        """Send the head and half the body."""
        self._reader, self._writer = await asyncio.open_connection(self._url.host, self._url.port)
        head = (
            f"POST {self._url.path} HTTP/1.1\r\nHost: {self._url.host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(self._body)}\r\nX-Hub-Signature: {signature(self._body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + self._body[:100])
        await self._writer.drain()

    async def finish(self) -> bytes:
        """Send the rest; the first line of the answer."""
        self._writer.write(self._body[100:])
        return await self._reader.readline()

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


@pytest.fixture
def variables(redis_server: RedisServer) -> dict[str, str]:
    return {
        "REDIS_URL": redis_url(redis_server.settings),
        "AUTOTAGGER_APP_ID": APP_ID,
        "AUTOTAGGER_CLIENT_SECRETS": SECRET,
        "AUTOTAGGER_PORT": "0",
        "AUTOTAGGER_OPS_PORT": "0",
        "AUTOTAGGER_HOST": "127.0.0.1",
        "AUTOTAGGER_REQUEST_TIMEOUT": "60",
    }


@contextlib.asynccontextmanager
async def begun(receiver: Program) -> AsyncIterator[Half]:
    half = Half(receiver.urls[0])
    await half.begin()
    yield half
    half.close()


async def told_to_end(receiver: Program) -> None:
    """Send SIGTERM, and wait until it accepts no more."""
    receiver.process.send_signal(signal.SIGTERM)
    url = httpx.URL(receiver.urls[0])

    async def closed() -> bool:
        try:
            _, writer = await asyncio.open_connection(url.host, url.port)
        except OSError:
            return True
        writer.close()
        return False

    await eventually(closed, timeout=10)


async def test_a_request_under_way_is_answered_after_sigterm(variables: dict[str, str]) -> None:
    async with running("serve", variables=variables) as receiver:
        async with begun(receiver) as half:
            await told_to_end(receiver)

            assert await half.finish() == b"HTTP/1.1 200 OK\r\n"

        assert await receiver.process.wait() == 0


async def test_a_request_that_never_ends_is_not_waited_for(variables: dict[str, str]) -> None:
    short = variables | {"AUTOTAGGER_COMPLETION_WAIT": "0.5"}
    async with running("serve", variables=short) as receiver, begun(receiver):
        await told_to_end(receiver)

        # Without that setting it would be 20 s.
        async with asyncio.timeout(15):
            assert await receiver.process.wait() == 0
