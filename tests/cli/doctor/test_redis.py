"""What the doctor says of a Redis."""

from cli.fleet import redis_url
from tests.cli.doctor.examination import OF_WORKSPACE, SHARED, examine
from tests.cli.inbox import Inbox
from tests.redis_server import RedisServer


async def test_a_redis_that_would_lose_jobs_is_told(healthy: Inbox, own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")
        await redis.config_set("appendonly", "no")
        await redis.config_set("maxmemory", "1300000")

    status, lines = await examine(healthy, REDIS_URL=redis_url(own_redis.settings))

    assert status == 1
    assert lines["redis"] == ("ok", "answers", None)
    assert lines["redis policy"] == (
        "wrong",
        "Redis has maxmemory-policy allkeys-lru, which would drop jobs when memory is short: set it to noeviction",
        None,
    )
    assert lines["redis persistence"] == (
        "warning",
        "Redis writes no append-only file: what it holds is lost when it crashes; set appendonly yes",
        None,
    )
    assert lines["redis memory"][0] == "warning"
    assert "webhooks are refused from 85% on; give it more memory" in lines["redis memory"][1]


async def test_without_redis_intercom_is_examined_all_the_same(healthy: Inbox, free_port: int) -> None:
    status, lines = await examine(healthy, REDIS_URL=f"redis://127.0.0.1:{free_port}/0")

    assert status == 1
    assert list(lines) == [*SHARED, *OF_WORKSPACE]
    assert lines["redis"][0] == "wrong"
    assert lines["redis"][1].startswith("cannot be reached: ")
    assert lines["redis policy"] == ("could not be checked", "see above", None)
    assert lines["token"][0] == "ok"


async def test_a_redis_that_wants_a_password_says_so(healthy: Inbox, own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("requirepass", "another")

    status, lines = await examine(healthy, REDIS_URL=redis_url(own_redis.settings))

    assert status == 1
    assert lines["redis"][1].startswith("Redis does not let us in (")


async def test_a_redis_that_is_frozen_is_given_up(healthy: Inbox, own_redis: RedisServer) -> None:
    own_redis.pause()
    try:
        status, lines = await examine(healthy, REDIS_URL=redis_url(own_redis.settings))
    finally:
        own_redis.resume()

    assert status == 1
    assert lines["redis"][1].startswith("cannot be reached: ")
