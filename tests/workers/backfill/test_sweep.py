"""Messages whose webhook never came are found by themselves."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from simulator.faults import Fault
from state import keys
from state.backfill import Backfill, Backfills
from state.pauses import Pauses
from state.sweep import Sweeps, TurnLost
from tests.redis_server import RedisServer
from tests.service.receiver import notification, post, receiving, settings
from tests.waiting import eventually
from tests.workers.backfill.filling import HOUR, NOW, converse, written
from tests.workers.office import APP_ID, Office, at_work

SWEEPING: dict[str, Any] = {"sweep_interval": 2 * HOUR, "sweep_grace": 1.0}


async def swept(office: Office) -> None:
    """Wait until a sweep of conversations and of tickets has come to its end."""
    name = "autotagger_sweeps_total"
    await eventually(lambda: office.count(name, app_id=APP_ID, outcome="done") >= 2, timeout=20)
    await office.done()


async def test_a_message_whose_webhook_never_came_is_tagged(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, **SWEEPING) as office:
        converse(office, "11", "Hello", "I want a refund")
        converse(office, "12", "Just a question")

        await swept(office)
        await eventually(lambda: office.tags("conversation", "11") == {"refund"})

        assert office.tags("conversation", "12") == set()
        assert office.count("autotagger_sweep_missed_total", app_id=APP_ID, kind="conversation") == 3
        assert await Backfills(office.redis).running() == {}


async def test_a_message_that_waits_in_the_queue_was_not_missed(redis_server: RedisServer, redis: Redis) -> None:
    part = {
        "type": "conversation_part",
        "id": "77",
        "body": "<p>A refund</p>",
        "author": {"type": "user", "id": "66ab2f10c4d5e6f7a8b90c11"},
    }
    item = {"type": "conversation", "id": "11", "conversation_parts": {"conversation_parts": [part]}}
    async with receiving(settings(redis_server.settings)) as client:
        await post(client, notification("conversation.user.replied", item=item))

    assert await redis.sismember(keys.heard_of("conversation:11", APP_ID), "77")  # type: ignore[misc]


async def test_what_was_swept_is_not_swept_again(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, sweep_interval=0.2, sweep_grace=0.0) as office:
        converse(office, "11", "A question", at=int(time.time()) - 60)
        converse(office, "12", "I want a refund", at=int(time.time()) - 60)
        name = "autotagger_sweeps_total"

        await eventually(lambda: office.count(name, app_id=APP_ID, outcome="done") >= 6, timeout=30)

        assert office.count("autotagger_sweep_missed_total", app_id=APP_ID, kind="conversation") == 2
        assert office.tags("conversation", "12") == {"refund"}


async def test_an_outage_ends_no_sweeping(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, sweep_interval=0.2, sweep_grace=0.0) as office:
        office.simulator.faults.add(Fault(kind="status", status=400, count=2, path="/conversations/search"))
        converse(office, "12", "I want a refund", at=int(time.time()) - 60)

        await eventually(lambda: office.tags("conversation", "12") == {"refund"}, timeout=30)

        assert office.count("autotagger_sweeps_total", app_id=APP_ID, outcome="failed") >= 1


async def test_a_sweep_that_was_ended_is_gone_on_with(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, limit=10, **SWEEPING) as office:
        for number in range(60):
            converse(office, str(100 + number), "I want a refund", at=NOW - 5_000)
        backfills = Backfills(office.redis)

        async def begun() -> bool:
            return any([(await backfills.progress(run)).read > 0 for run in await backfills.running()])

        await eventually(begun, timeout=20)
        (run,) = await backfills.running()
        await office.another_worker()
        await eventually(lambda: all(office.tags("conversation", str(100 + n)) for n in range(60)), timeout=60)
        await swept(office)

        async def told() -> bool:
            return len(await office.feed()) >= 60

        await eventually(told)
        handled = [entry.notification_id for entry in await office.feed()]
        assert len(handled) == len(set(handled)) == 60
        assert all(f"backfill-{run}-" in name for name in handled)


async def test_a_sweep_is_left_off_when_tagging_is_paused(redis_server: RedisServer, tmp_path: Path) -> None:
    wanted = {**SWEEPING, "pauses_interval": 0.05}
    async with at_work(redis_server.settings, tmp_path, limit=10, **wanted) as office:
        for number in range(60):
            converse(office, str(100 + number), "I want a refund", at=NOW - 5_000)
        backfills = Backfills(office.redis)

        async def begun() -> bool:
            return any([(await backfills.progress(run)).read > 0 for run in await backfills.running()])

        async def given_up() -> bool:
            return not await office.redis.exists(f"{keys.SWEEP}{APP_ID}:turn")

        await eventually(begun, timeout=20)
        await Pauses(office.redis).pause("somebody", APP_ID)
        await eventually(given_up, timeout=20)
        (run,) = await backfills.running()
        assert (await backfills.progress(run)).position is not None


async def test_a_sweep_that_nobody_went_on_with_for_long_is_begun_anew(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    # What it would take for missed may be what nobody remembers any more.
    backfills = Backfills(redis)
    asked = Backfill(APP_ID, "conversation", NOW - 20 * 86_400, missed=True)
    run = await backfills.begin(asked)
    old = {"conversation:run": run, "conversation:began": NOW - 13 * 86_400, "conversation:swept": NOW - 2 * HOUR}
    await redis.hset(f"{keys.SWEEP}{APP_ID}", mapping=old)  # type: ignore[misc]
    async with at_work(redis_server.settings, tmp_path, **SWEEPING) as office:
        converse(office, "11", "I want a refund", at=NOW - 14 * 86_400)
        converse(office, "12", "I want a refund", at=NOW - HOUR)

        await eventually(lambda: office.tags("conversation", "12") == {"refund"}, timeout=20)
        await swept(office)

        assert office.tags("conversation", "11") == set()
        assert await backfills.running() == {}


async def test_one_at_a_time_has_the_turn(redis: Redis) -> None:
    one, other = (Sweeps(redis, APP_ID, turn=30, failed_wait=30) for _ in range(2))

    async with one.turn() as first, other.turn() as second:
        assert (first, second) == (True, False)
    async with other.turn() as third:
        assert third


async def test_who_loses_the_turn_stops(redis: Redis) -> None:
    sweeps = Sweeps(redis, APP_ID, turn=0.15, failed_wait=0)

    async def sweep_on() -> None:
        async with sweeps.turn():
            await redis.set(f"{keys.SWEEP}{APP_ID}:turn", "somebody else")
            await asyncio.Event().wait()

    with pytest.raises(TurnLost):
        await sweep_on()

    assert await redis.get(f"{keys.SWEEP}{APP_ID}:turn") == b"somebody else"


async def test_a_turn_is_kept_as_long_as_it_takes(redis: Redis) -> None:
    one, other = (Sweeps(redis, APP_ID, turn=0.3, failed_wait=0) for _ in range(2))

    async with one.turn():
        for _ in range(20):
            await asyncio.sleep(0.05)
            async with other.turn() as second:
                assert not second


async def test_the_turn_is_given_up_while_redis_cannot_say_whose_it_is(redis_server: RedisServer, redis: Redis) -> None:
    sweeps = Sweeps(redis, APP_ID, turn=0.3, failed_wait=0)

    async def sweep_on() -> None:
        async with sweeps.turn():
            redis_server.pause()
            await asyncio.Event().wait()

    try:
        with pytest.raises(TurnLost):
            await sweep_on()
    finally:
        redis_server.resume()


async def test_after_a_sweep_that_failed_nobody_sweeps_for_a_while(redis: Redis) -> None:
    one, other = (Sweeps(redis, APP_ID, turn=30, failed_wait=0.2) for _ in range(2))

    with pytest.raises(ValueError, match="of its own"):
        async with one.turn():
            raise ValueError("a failure of its own")
    async with other.turn() as at_once:
        pass

    async def again() -> bool:
        async with other.turn() as is_ours:
            return is_ours

    assert not at_once
    await eventually(again)


async def test_tickets_are_swept_where_conversations_may_not_be(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, sweep_interval=2 * HOUR, sweep_grace=0.0) as office:
        office.simulator.faults.add(Fault(kind="status", status=403, count=1_000, path="/conversations/search"))
        part = {**written("A refund!", NOW - 60, 1), "type": "ticket_part"}
        parts = {"type": "ticket_part.list", "ticket_parts": [part], "total_count": 1}
        office.place("ticket", "31", created_at=NOW - 9 * HOUR, updated_at=NOW - 60, ticket_parts=parts)

        await eventually(lambda: office.tags("ticket", "31") == {"refund"}, timeout=20)

        assert office.count("autotagger_sweep_missed_total", app_id=APP_ID, kind="ticket") == 1
        assert office.count("autotagger_sweeps_total", app_id=APP_ID, outcome="failed") >= 1


async def test_a_mistake_of_ours_ends_no_sweeping(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, sweep_interval=0.2, sweep_grace=0.0) as office:
        sweeps = f"{keys.SWEEP}{APP_ID}"
        await office.redis.hset(sweeps, "conversation:swept", "words of a customer")  # type: ignore[misc]
        await eventually(lambda: office.count("autotagger_sweeps_total", app_id=APP_ID, outcome="failed"))

        await office.redis.delete(sweeps)
        converse(office, "12", "I want a refund", at=int(time.time()) - 60)
        await eventually(lambda: office.tags("conversation", "12") == {"refund"}, timeout=30)

        told = [record.getMessage() for record in caplog.records if "could not be swept" in record.getMessage()]
        assert f"workspace {APP_ID} could not be swept: ValueError" in told[0]
        assert "words of a customer" not in "".join(told)
