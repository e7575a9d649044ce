"""Somebody hears of dead letters before there is no room for more."""

import math

import pytest
from redis.asyncio import Redis

from service.letters import Letters
from service.metrics import Metrics
from state import keys
from tests.redis_server import RedisServer
from tests.service.receiver import receiving, settings
from tests.waiting import eventually


def gauge(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("autotagger_dead_letters")


async def test_dead_letters_are_told_from_four_fifths_on_and_once(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    letters = Letters(redis, metrics, most=10)
    said = []

    for count in (7, 8, 9, 10):
        await redis.zadd(keys.DEAD, {f"here:{number}": number for number in range(count)})
        await letters.look()
        said.append((gauge(metrics), len(caplog.records)))

    assert said == [(7, 0), (8, 1), (9, 1), (10, 1)]
    assert "8 of 10 dead letters" in caplog.text
    assert metrics.registry.get_sample_value("autotagger_dead_letters_limit") == 10


async def test_where_nobody_knows_the_gauge_says_so(own_redis: RedisServer) -> None:
    metrics = Metrics()
    async with receiving(settings(own_redis.settings), metrics):
        await eventually(lambda: gauge(metrics) == 0)
        own_redis.stop()

        await eventually(lambda: math.isnan(gauge(metrics) or 0), timeout=15)
