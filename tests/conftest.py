"""Real parts for the tests of every room."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path

import pytest
import uvloop
from redis.asyncio import Redis

from tests.ports import free_port
from tests.redis_server import NoServerError, RedisServer
from tests.turnstile import room


def pytest_asyncio_loop_factories(item: pytest.Item) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """On which event loops a test runs: those that its module names in `LOOPS`, else asyncio's own."""
    factories = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
    module = item.getparent(pytest.Module)
    names = getattr(module.obj if module is not None else None, "LOOPS", ("asyncio",))
    return {name: factories[name] for name in names}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Keep the other processes of this run waiting while a test marked `alone` runs."""
    # Outside of the test's own time limit: it may have to wait for the others.
    folder: Path = item.session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with room(folder, alone=item.get_closest_marker("alone") is not None):
        return (yield)


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
