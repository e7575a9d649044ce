import asyncio
import statistics
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from tests.proxy import Direction, Proxy, delayed
from tests.redis_server import RedisServer

SET = b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"


@pytest.fixture
async def proxy(redis_server: RedisServer) -> AsyncIterator[Proxy]:
    async with Proxy(redis_server.port) as proxy:
        yield proxy


@pytest.fixture
async def client(proxy: Proxy) -> AsyncIterator[Redis]:
    async with Redis(port=proxy.port, socket_timeout=0.1, single_connection_client=True) as client:
        await client.ping()
        yield client


async def test_a_good_link_carries_large_values_both_ways(client: Redis) -> None:
    value = b"x" * 1_000_000

    await client.set("large", value)

    assert await client.get("large") == value


@pytest.mark.parametrize("direction", Direction)
async def test_delay_holds_for_one_direction(proxy: Proxy, client: Redis, direction: Direction) -> None:
    proxy.delays[direction] = 0.02

    began = time.perf_counter()
    await client.ping()

    assert time.perf_counter() - began >= 0.02


async def test_delayed_connections_overlap(proxy: Proxy, redis: Redis) -> None:
    proxy.delays = dict.fromkeys(Direction, 0.02)

    async with asyncio.timeout(1):
        await asyncio.gather(*(_set(proxy, number) for number in range(20)))

    assert await redis.dbsize() == 20


async def _set(proxy: Proxy, number: int) -> None:
    async with Redis(port=proxy.port) as client:
        for step in range(3):
            await client.set(str(number), step)


async def test_cut_resets_and_the_next_connection_works(proxy: Proxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(SET)
    assert await reader.read(5) == b"+OK\r\n"

    proxy.cut()

    with pytest.raises(ConnectionResetError):
        await reader.read(1)
    writer.close()
    async with Redis(port=proxy.port) as client:
        assert await client.ping()


@pytest.mark.parametrize(("size", "stored"), [(0, False), (len(SET) - 1, False), (len(SET), True)])
async def test_cut_after_bytes_of_a_command(proxy: Proxy, redis: Redis, size: int, stored: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    proxy.cut_after(Direction.TO_SERVER, size=size)

    writer.write(SET)

    with pytest.raises(ConnectionResetError):
        await reader.read(1)
    writer.close()
    assert (await redis.get("a") is not None) == stored


@pytest.mark.parametrize("messages", [0, 1, 2, 3])
async def test_cut_after_replies_lets_exactly_so_many_through(proxy: Proxy, redis: Redis, messages: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    proxy.cut_after(Direction.TO_CLIENT, messages=messages)

    writer.write(SET * 4)

    assert await reader.readexactly(5 * messages) == b"+OK\r\n" * messages
    with pytest.raises(ConnectionResetError):
        await reader.read(1)
    writer.close()
    assert proxy.cuts == 1
    assert await redis.get("a") == b"1"


async def test_a_black_hole_is_silent_until_it_heals(proxy: Proxy, redis: Redis) -> None:
    proxy.black_hole()
    async with Redis(port=proxy.port, socket_timeout=0.05) as new:
        with pytest.raises(RedisTimeoutError):
            await new.ping()

        proxy.heal()

        assert await new.ping()
    assert await redis.ping()


async def test_refuse_resets_old_and_new_connections(proxy: Proxy, client: Redis) -> None:
    proxy.refuse()
    with pytest.raises(RedisConnectionError):
        await client.ping()

    proxy.heal()

    assert await client.ping()


async def test_a_proxy_in_its_own_process_keeps_its_delay(redis_server: RedisServer) -> None:
    with delayed(redis_server.port, 0.00135) as port:
        async with Redis(port=port, single_connection_client=True) as client:
            times = [await _timed(client) for _ in range(30)]

    assert statistics.median(times) >= 0.0027


async def _timed(client: Redis) -> float:
    began = time.perf_counter()
    await client.ping()
    return time.perf_counter() - began
