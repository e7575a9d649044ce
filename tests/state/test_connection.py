"""Redis is found and left again the ways its settings say."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Disconnected

from state.checks import Unsuitable, check
from state.connection import FAILURES, NotAdmitted, for_answers, for_work
from state.settings import RedisSettings
from tests.ports import free_port
from tests.proxy import Proxy
from tests.redis_server import RedisServer
from tests.waiting import eventually

LOOPS = ("asyncio", "uvloop")

Connect = Callable[[RedisSettings], Redis]

CLIENTS = pytest.mark.parametrize("client", [for_answers, for_work], ids=["answers", "work"])


@CLIENTS
@pytest.mark.parametrize("way", ["settings", "unix_settings"], ids=["port", "socket"])
async def test_a_redis_is_reached_by_port_and_by_socket(redis_server: RedisServer, client: Connect, way: str) -> None:
    async with client(getattr(redis_server, way)) as redis:
        assert await redis.ping()


@CLIENTS
async def test_a_password_with_any_characters_is_taken_as_it_is(own_redis: RedisServer, client: Connect) -> None:
    password = "p@ss:w/ord%20#?"
    async with own_redis.client() as redis:
        await redis.config_set("requirepass", password)

    async with client(replace(own_redis.settings, password=password)) as redis:
        assert await redis.ping()
    async with client(replace(own_redis.settings, password="wrong")) as redis:
        with pytest.raises(NotAdmitted):
            await redis.ping()


@CLIENTS
async def test_another_database_is_another_world(redis_server: RedisServer, client: Connect) -> None:
    async with client(replace(redis_server.settings, database=3)) as redis:
        await redis.set("key", "value")

    async with client(redis_server.settings) as redis:
        assert await redis.get("key") is None


@CLIENTS
async def test_a_redis_that_speaks_no_tls_is_a_failure_where_tls_is_wanted(
    redis_server: RedisServer, client: Connect
) -> None:
    async with client(replace(redis_server.settings, tls=True)) as redis:
        with pytest.raises(FAILURES):
            await redis.ping()


async def test_nobody_there_is_told_at_once_on_the_request_path() -> None:
    async with for_answers(RedisSettings(port=free_port())) as redis:
        with pytest.raises(Disconnected):
            await redis.ping()


async def test_work_waits_for_a_redis_that_restarts(own_redis: RedisServer) -> None:
    async with for_work(own_redis.settings) as redis:
        await redis.ping()
        own_redis.restart()

        assert await redis.ping()


@pytest.fixture
def sentinel(own_redis: RedisServer, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A Sentinel that watches `own_redis`."""
    port = free_port()
    configuration = tmp_path / "sentinel.conf"
    configuration.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {tmp_path}\nsentinel monitor inbox 127.0.0.1 {own_redis.port} 1\n"
    )
    process = subprocess.Popen(
        [own_redis.binary, str(configuration), "--sentinel"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield "127.0.0.1", port
    process.kill()
    process.wait()


@CLIENTS
async def test_sentinels_know_where_the_primary_is(
    own_redis: RedisServer, sentinel: tuple[str, int], client: Connect
) -> None:
    settings = RedisSettings(sentinels=(sentinel,), service_name="inbox")

    async def reached() -> bool:
        async with client(settings) as redis:
            try:
                return bool(await redis.set("through", "sentinel"))
            except FAILURES:
                return False

    await eventually(reached)
    async with own_redis.client() as redis:
        assert await redis.get("through") == b"sentinel"


@CLIENTS
@pytest.mark.parametrize("password", [None, "wrong"], ids=["no password", "a wrong one"])
async def test_a_redis_that_wants_a_password_says_so_at_once(
    own_redis: RedisServer, client: Connect, password: str | None
) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("requirepass", "right")

    async with client(replace(own_redis.settings, password=password)) as redis:
        with pytest.raises(Unsuitable, match="AUTOTAGGER_REDIS_PASSWORD"):
            await check(redis)


@CLIENTS
async def test_a_primary_that_became_a_replica_is_left_for_who_is_primary_now(
    own_redis: RedisServer, redis_server: RedisServer, client: Connect
) -> None:
    async with Proxy(own_redis.port) as proxy, client(RedisSettings(port=proxy.port)) as redis:
        await redis.set("who", "the old primary")
        async with own_redis.client() as old:
            await old.replicaof("127.0.0.1", redis_server.port)
        proxy.target = redis_server.port

        async def written() -> bool:
            try:
                return bool(await redis.set("who", "the new one"))
            except FAILURES:
                return False

        assert await eventually(written)
        async with redis_server.client() as new:
            assert await new.get("who") == b"the new one"


@pytest.mark.parametrize("cuts", range(3))
async def test_connections_that_are_cut_all_the_time_are_failures_and_nothing_else(
    redis_server: RedisServer, cuts: int
) -> None:
    async with Proxy(redis_server.port) as proxy, for_answers(RedisSettings(port=proxy.port)) as redis:

        async def use() -> int:
            done = 0
            for number in range(200):
                try:
                    await redis.set(f"key{number}", "x" * 5_000)
                    done += 1
                except FAILURES:
                    pass
                if number % 7 == cuts:
                    proxy.cut()
            return done

        assert min(await asyncio.gather(*(use() for _ in range(8)))) > 0
