"""What all processes share can be scraped from each receiver."""

import math

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from service.fleet import Fleet
from service.metrics import Metrics
from state import keys
from state.budget import Budget
from state.processes import AtWork, Process
from state.pulse import Pulse
from state.tally import Tally
from tests.redis_server import RedisServer
from tests.service.receiver import receiving, settings
from tests.state.letters import queue_up
from tests.state.opened import opened
from tests.waiting import eventually

WORKER = Process("worker", "pod-1", 7, "1.0", 60.0, workspaces={"here": AtWork("abc", 1.0, limit=50, window=10.0)})


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"autotagger_{name}", labels)


async def test_it_tells_of_processes_webhooks_redis_and_the_window(redis: Redis) -> None:
    metrics = Metrics()
    await Pulse(redis, Tally(), lambda: WORKER).beat()
    await redis.hset(keys.RECEIVED, "here", "1700000000500")  # type: ignore[misc]
    await Budget(redis, scope="here", limit=50).reserve(1)

    await Fleet(redis, metrics.fleet).look()

    assert (value(metrics, "processes", kind="worker"), value(metrics, "processes", kind="receiver")) == (1, 0)
    assert value(metrics, "last_webhook_timestamp_seconds", app_id="here") == pytest.approx(1_700_000_000.5)
    assert math.isnan(value(metrics, "redis_memory_ratio") or 0)
    assert value(metrics, "redis_durable") == 1
    assert value(metrics, "intercom_window_limit", app_id="here") == 50
    assert value(metrics, "intercom_blocked_seconds", app_id="here") == 0
    # Nobody knows Intercom's windows before its first answer.
    assert math.isnan(value(metrics, "intercom_window_calls", app_id="here") or 0)


async def test_the_budget_of_an_app_that_has_a_name_is_told(redis: Redis) -> None:
    metrics = Metrics()
    at_work = AtWork("abc", 1.0, limit=50, window=10.0, app="tagger")
    await Pulse(redis, Tally(), lambda: replace(WORKER, workspaces={"here": at_work})).beat()
    await redis.hset(keys.BUDGET + "here:tagger", "blocked", str((await redis.time())[0] + 8))  # type: ignore[misc]

    await Fleet(redis, metrics.fleet).look()

    assert 0 < (value(metrics, "intercom_blocked_seconds", app_id="here") or 0) <= 8


async def test_without_workers_windows_are_not_told_as_they_were(redis: Redis) -> None:
    metrics = Metrics()
    pulse = Pulse(redis, Tally(), lambda: WORKER)
    await pulse.beat()
    await queue_up(redis, "here:1")
    fleet = Fleet(redis, metrics.fleet)
    await fleet.look()
    assert value(metrics, "intercom_window_limit", app_id="here") == 50
    assert value(metrics, "queue_oldest_seconds", app_id="here") is not None

    await pulse.end()
    await fleet.look()

    assert value(metrics, "processes", kind="worker") == 0
    for name in ("intercom_window_calls", "intercom_window_limit", "intercom_blocked_seconds", "queue_oldest_seconds"):
        assert value(metrics, name, app_id="here") is None, name


async def test_a_redis_that_forgets_or_fills_is_told(own_redis: RedisServer) -> None:
    metrics = Metrics()
    async with own_redis.client() as redis:
        used = int((await redis.info("memory"))["used_memory"])
        await redis.config_set("maxmemory", str(used * 4))
        await redis.config_set("appendonly", "no")

        await Fleet(redis, metrics.fleet).look()

    assert 0.1 < (value(metrics, "redis_memory_ratio") or 0) < 1
    assert value(metrics, "redis_durable") == 0


async def test_nothing_is_told_while_redis_is_away(own_redis: RedisServer) -> None:
    metrics = Metrics()
    async with receiving(settings(own_redis.settings), metrics):
        await eventually(lambda: value(metrics, "processes", kind="receiver"), timeout=30)
        own_redis.stop()

        await eventually(lambda: value(metrics, "processes", kind="receiver") is None, timeout=30)
        assert math.isnan(value(metrics, "redis_durable") or 0)


async def test_circuits_are_counted_by_what_is_behind_them(redis: Redis) -> None:
    metrics = Metrics()
    fleet = Fleet(redis, metrics.fleet)
    await opened(redis, "host:https://api.example.com")
    await opened(redis, "admin:here:5017001")
    await opened(redis, "admin:here:5017002")

    await fleet.look()

    assert value(metrics, "circuits_open", circuit="host", app_id="") == 1
    assert value(metrics, "circuits_open", circuit="admin", app_id="here") == 2
    await redis.delete(keys.CIRCUITS)
    await fleet.look()
    assert value(metrics, "circuits_open", circuit="host", app_id="") is None


async def test_what_waits_for_workers_is_told_and_so_is_that_nothing_does(redis: Redis) -> None:
    metrics = Metrics()
    await Pulse(redis, Tally(), lambda: WORKER).beat()
    await queue_up(redis, "here:1")
    await queue_up(redis, "here:2", lane="backfill")
    await redis.zadd(keys.queue("here"), {"here:1": 0})

    await Fleet(redis, metrics.fleet).look()

    jobs = [value(metrics, "queue_jobs", app_id="here", state=state) for state in ("ready", "running", "deferred")]
    assert jobs == [2, 0, 0]
    assert (value(metrics, "queue_oldest_seconds", app_id="here") or 0) > 1e9

    await redis.delete(keys.queue("here"), keys.queue("here", "backfill"))
    await Fleet(redis, metrics.fleet).look()

    assert value(metrics, "queue_jobs", app_id="here", state="ready") == 0
    assert value(metrics, "queue_oldest_seconds", app_id="here") == 0
