"""A Redis that would lose jobs is refused in words."""

import pytest

from state.checks import Fact, Unsuitable, check, examine, judge
from tests.ports import free_port
from tests.redis_server import RedisServer


async def test_a_good_redis_is_accepted_without_a_word(redis_server: RedisServer) -> None:
    async with redis_server.client() as redis:
        assert await check(redis) == ()


async def test_a_redis_that_evicts_is_refused(own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")

        with pytest.raises(Unsuitable) as refused:
            await check(redis)

    assert refused.value.reasons == (
        "Redis has maxmemory-policy allkeys-lru, which would drop jobs when memory is short: set it to noeviction",
    )


async def test_a_redis_without_an_append_only_file_is_warned_of(own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("appendonly", "no")

        (warning,) = await check(redis)

    assert "append-only" in warning


async def test_a_cluster_is_refused() -> None:
    with_cluster = RedisServer()
    with_cluster.options |= {"cluster-enabled": "yes", "cluster-port": str(free_port())}
    with with_cluster as server:
        async with server.client() as redis:
            with pytest.raises(Unsuitable, match="Cluster mode"):
                await check(redis)


def test_all_reasons_are_told_at_once() -> None:
    suitability = judge({"cluster_enabled": 1, "maxmemory_policy": "volatile-lru", "aof_enabled": 0})

    assert (len(suitability.refusals), len(suitability.warnings)) == (2, 1)


def test_every_fact_is_told_with_what_was_found() -> None:
    info = {
        "redis_version": "7.2.4",
        "valkey_version": "8.1.0",
        "redis_mode": "standalone",
        "maxmemory_policy": "noeviction",
        "aof_enabled": 1,
        "used_memory": 3 * 2**20,
        "maxmemory": 4 * 2**20,
    }

    assert examine(info) == (
        Fact("version", "Valkey 8.1.0, which speaks as Redis 7.2.4"),
        Fact("mode", "no Cluster"),
        Fact("policy", "noeviction"),
        Fact(
            "persistence",
            "append-only file; a crash can lose the last second with appendfsync everysec, nothing with always",
        ),
        Fact("memory", "3.0 MiB used of 4.0 MiB"),
    )
    assert examine({}) == ()


def test_full_memory_is_told_and_does_not_stop_a_start() -> None:
    info = {"used_memory": 85, "maxmemory": 100}

    (fact,) = examine(info)

    assert fact.warning is not None
    assert "webhooks are refused from 85% on" in fact.warning
    assert judge(info) == judge({})
