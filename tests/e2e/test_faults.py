"""Things die on the way, and afterwards every acknowledged event's tags are where they should be."""

import asyncio
import signal
from typing import Any

import pytest

from tests.e2e.house import House, at_home
from tests.redis_server import RedisServer
from tests.waiting import eventually

EVENTS = 200


async def nothing_is_missing(house: House, *, within: float = 60) -> dict[str, Any]:
    """Wait for the end; every notification was acknowledged and every tag is right."""
    run = await house.settled(within)
    assert run["outcomes"] == {"acked": run["sendings"]}
    assert run["differences"] == []
    assert await house.letters() == ()
    return run


async def under_way(house: House) -> None:
    """Wait until calls have been made, and more are to come."""

    async def some_calls() -> bool:
        return len(await house.calls("/")) > 10

    await eventually(some_calls, timeout=20)


async def test_a_worker_is_killed_with_calls_in_flight(redis_server: RedisServer) -> None:
    async with at_home(redis_server) as house:
        await house.fault(kind="slow", delay=0.2)
        await house.send(events=EVENTS, rate=200)
        await under_way(house)

        await house.end_worker(house.workers[0], signal.SIGKILL)
        await house.start_worker()

        await nothing_is_missing(house)


async def test_a_worker_is_terminated_under_load(redis_server: RedisServer) -> None:
    async with at_home(redis_server) as house:
        await house.fault(kind="slow", delay=0.1)
        await house.send(events=EVENTS, rate=200)
        await under_way(house)

        first = house.workers[0]
        await house.start_worker()
        assert await house.end_worker(first, signal.SIGTERM) == 0

        await nothing_is_missing(house)
        applied = [(call["method"], call["path"], call["body"]) for call in await house.calls("/") if call["applied"]]
        assert len(applied) == len(set(applied))


async def test_redis_restarts_under_load(own_redis: RedisServer) -> None:
    async with at_home(own_redis, workers=2) as house:
        await house.send(events=EVENTS, rate=100)
        await under_way(house)

        for _ in range(2):
            await asyncio.to_thread(own_redis.restart)

        await nothing_is_missing(house)
        assert all(worker.process.returncode is None for worker in house.workers)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limit", "count": 20},
        {"kind": "rate_limit", "limits": "absent", "count": 3},
        {"kind": "rate_limit", "limits": "absurd", "count": 3},
        {"kind": "status", "status": 500, "probability": 0.3, "count": 60},
        {"kind": "status", "status": 503, "when": "after", "probability": 0.3, "count": 60},
        {"kind": "reset", "when": "before", "probability": 0.3, "count": 60},
        {"kind": "reset", "when": "after", "probability": 0.3, "count": 60},
        {"kind": "hang", "probability": 0.2, "count": 15},
        {"kind": "hang", "when": "after", "probability": 0.2, "count": 15},
        {"kind": "garbage", "garbage": "html", "probability": 0.3, "count": 30},
        {"kind": "status", "status": 401, "code": "unauthorized", "count": 30},
    ],
    ids=lambda fault: " ".join(str(value) for value in list(fault.values())[:3]),
)
async def test_intercom_misbehaves(redis_server: RedisServer, fault: dict[str, Any]) -> None:
    async with at_home(
        redis_server, simulator=("--window", "1", "--limit", "500"), variables={"AUTOTAGGER_WINDOW": "1"}
    ) as house:
        await house.fault(**fault)

        await house.send(events=100, rate=200)

        await nothing_is_missing(house)


async def test_two_workers_never_make_more_calls_in_a_window_than_the_limit(redis_server: RedisServer) -> None:
    # A window of 2 s is the shortest with the guard of production: a call may take a quarter of a second on its way.
    limits = {"AUTOTAGGER_WINDOW": "2", "AUTOTAGGER_CALLS_PER_WINDOW": "40"}
    async with at_home(
        redis_server, workers=2, simulator=("--window", "2", "--limit", "40"), variables=limits
    ) as house:
        await house.send(events=EVENTS)

        await nothing_is_missing(house)
        windows = (await house.simulator.get("/_simulator/windows")).json()["windows"]
        assert len(windows) >= 4
        assert max(window["accepted"] + window["refused"] for window in windows) <= 40


async def test_a_receiver_is_killed_while_senders_try_again(redis_server: RedisServer) -> None:
    async with at_home(redis_server) as house:
        # Intercom's second and last attempt comes after 3 s, when there is a receiver again.
        await house.send(events=EVENTS, rate=200, time_scale=0.05)
        await under_way(house)

        await house.restart_receiver(signal.SIGKILL)

        await nothing_is_missing(house)
