import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

from tests.redis_server import RedisServer
from tests.waiting import eventually_sync


@pytest.mark.parametrize("round_trip", ["first", "second"])
async def test_each_test_finds_the_shared_server_empty(redis: Redis, round_trip: str) -> None:
    assert await redis.dbsize() == 0

    await redis.set(round_trip, "left behind")


@pytest.mark.parametrize("end", [RedisServer.kill, RedisServer.stop], ids=["SIGKILL", "SIGTERM"])
async def test_data_survives_the_end_of_the_server(own_redis: RedisServer, end: object) -> None:
    async with own_redis.client() as client:
        await client.set("kept", "yes")

    assert callable(end)
    end(own_redis)
    own_redis.start()

    async with Redis(port=own_redis.port) as client:
        assert await client.get("kept") == b"yes"


async def test_a_paused_server_answers_after_it_is_resumed(own_redis: RedisServer) -> None:
    own_redis.pause()
    async with Redis(port=own_redis.port, socket_timeout=0.05) as client:
        with pytest.raises(RedisTimeoutError):
            await client.ping()

    own_redis.resume()

    async with own_redis.client() as client:
        assert await client.ping()


async def test_options_reach_the_server() -> None:
    with RedisServer(appendonly=False, maxmemory="20mb", policy="allkeys-lru") as server:
        async with server.client() as client:
            found = await client.config_get("*")

    assert found["appendonly"] == "no"
    assert found["maxmemory"] == str(20 * 1024 * 1024)
    assert found["maxmemory-policy"] == "allkeys-lru"


async def test_servers_run_beside_each_other(own_redis: RedisServer, redis_server: RedisServer) -> None:
    async with own_redis.client() as one, redis_server.client() as other:
        await asyncio.gather(one.set("where", "own"), other.set("where", "shared"))

        assert [await one.get("where"), await other.get("where")] == [b"own", b"shared"]


def test_the_server_ends_with_the_process_that_started_it() -> None:
    program = """
import time
from tests.redis_server import RedisServer
server = RedisServer().start()
print(server.port, server.folder, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        port, folder = parent.stdout.readline().decode().split()

        parent.kill()

    eventually_sync(lambda: not _listens(int(port)) and not Path(folder).exists())


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
