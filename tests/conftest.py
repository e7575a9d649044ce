"""Real parts for the tests of every room."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from tests.ports import free_port
from tests.redis_server import NoServerError, RedisServer


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    """One server for all tests of this process (each xdist worker has its own); take `redis_server` instead."""
    with _server() as server:
        yield server


@pytest.fixture
def redis_server(shared_redis: RedisServer) -> RedisServer:
    """The shared server, empty. A test may fill it, but neither stop nor reconfigure it."""
    shared_redis.flush()
    return shared_redis


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """A client of the shared server, empty."""
    async with redis_server.client() as client:
        yield client


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A server of the test's own, to kill, pause, restart or reconfigure."""
    with _server() as server:
        yield server


@pytest.fixture(name="free_port")
def a_free_port() -> int:
    """A port that nobody listens on."""
    return free_port()


def _server() -> RedisServer:
    try:
        return RedisServer()
    except NoServerError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
