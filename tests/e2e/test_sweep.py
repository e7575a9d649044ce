"""Webhooks that never came, or came late, in the whole house."""

import asyncio
import signal
import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from state import keys
from state.backfill import Backfills
from state.feed import Feed
from tests.e2e.house import APP_ID, House, at_home
from tests.redis_server import RedisServer
from tests.waiting import eventually

ADA = {"type": "user", "id": "66ab2f10c4d5e6f7a8b90c11", "name": "Ada", "email": "ada@example.com"}
OFTEN = {"AUTOTAGGER_SWEEP_INTERVAL": "0.5", "AUTOTAGGER_SWEEP_GRACE": "2"}
SLOWLY = {
    "AUTOTAGGER_SWEEP_INTERVAL": "3600",
    "AUTOTAGGER_SWEEP_GRACE": "2",
    "AUTOTAGGER_COMPLETION_WAIT": "20",
    "AUTOTAGGER_CALLS_PER_WINDOW": "20",
    "AUTOTAGGER_WINDOW": "1",
}


async def written(house: House, number: str, *, ago: int = 0) -> int:
    """A conversation in which a customer wrote, so many seconds ago; when that was."""
    at = int(time.time()) - ago
    part = {"id": "9", "part_type": "comment", "body": "<p>A refund, please</p>", "created_at": at, "author": ADA}
    await house.seed(
        "conversation",
        number,
        created_at=at - 3_600,
        updated_at=at,
        conversation_parts={"conversation_parts": [part], "total_count": 1},
    )
    return at


async def tell(house: House, number: str) -> None:
    """The webhook about what the customer wrote last."""
    told = {"url": house.webhook, "topic": "conversation.user.replied", "id": number}
    (await house.simulator.post("/_simulator/notify", json=told)).raise_for_status()


async def measured(house: House, name: str) -> float:
    """The greatest that a worker tells of a metric about conversations; 0 if none tells of it."""
    found = [0.0]
    async with httpx.AsyncClient(trust_env=False) as client:
        for worker in house.workers:
            families = text_string_to_metric_families((await client.get(f"{worker.urls[-1]}/metrics")).text)
            samples = [sample for family in families for sample in family.samples if sample.name == name]
            found += [sample.value for sample in samples if sample.labels["kind"] == "conversation"]
    return max(found)


async def swept_since(house: House, moment: float) -> None:
    """Wait until a sweep has come to its end that began after `moment`."""

    async def swept() -> bool:
        return await measured(house, "autotagger_sweep_last_success_timestamp_seconds") > moment

    await eventually(swept, timeout=30)


async def has_refund(house: House, *numbers: str) -> bool:
    return all([await house.tags("conversation", number) == {"billing/refund"} for number in numbers])


async def handled(house: House) -> list[str]:
    """The notifications that something was done about."""
    return [entry.notification_id for entry in (await Feed(house.redis).after())[1]]


async def test_a_message_is_tagged_whose_webhook_nobody_sent(redis_server: RedisServer) -> None:
    async with at_home(redis_server, workers=2, variables=OFTEN) as house:
        await house.know_tags()
        await written(house, "11")

        await eventually(lambda: has_refund(house, "11"), timeout=20)
        await eventually(lambda: measured(house, "autotagger_sweep_missed_total"), timeout=20)

        assert len(await house.calls("/conversations/11/tags")) == 1
        assert await house.letters() == ()


async def test_a_webhook_that_was_late_is_decided_on_once(redis_server: RedisServer) -> None:
    async with at_home(redis_server, variables=OFTEN) as house:
        await house.know_tags()
        at = await written(house, "11")

        await swept_since(house, at)
        await tell(house, "11")
        await eventually(lambda: has_refund(house, "11"), timeout=20)
        await swept_since(house, at + 3)

        assert await measured(house, "autotagger_sweep_missed_total") == 0
        assert len(await handled(house)) == len(await house.calls("/conversations/11/tags")) == 1


async def test_a_webhook_that_came_after_the_sweep_changes_nothing(redis_server: RedisServer) -> None:
    async with at_home(redis_server, variables=OFTEN) as house:
        await house.know_tags()
        await written(house, "11")

        await eventually(lambda: has_refund(house, "11"), timeout=20)
        await tell(house, "11")

        async def twice() -> bool:
            return len(await handled(house)) == 2

        await eventually(twice, timeout=20)
        assert len(await house.calls("/conversations/11/tags")) == 1


async def test_a_message_that_intercom_keeps_waiting_was_not_missed(redis_server: RedisServer) -> None:
    async with at_home(redis_server, variables=OFTEN) as house:
        await house.know_tags()
        await house.fault(kind="status", status=503, count=1_000, path="/conversations/11/tags")
        at = await written(house, "11")
        await tell(house, "11")

        await swept_since(house, at + 3)
        waiting = await house.redis.zcard(keys.queue(APP_ID))
        (await house.simulator.delete("/_simulator/faults")).raise_for_status()
        await eventually(lambda: has_refund(house, "11"), timeout=20)
        await house.all_done()

        assert waiting == 1
        assert await measured(house, "autotagger_sweep_missed_total") == 0
        assert len(await handled(house)) == 1


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
async def test_a_sweep_outlives_its_worker(redis_server: RedisServer, how: signal.Signals) -> None:
    limit = ("--limit", "20", "--window", "1")
    async with at_home(redis_server, variables=SLOWLY, simulator=limit, workers=0) as house:
        await house.know_tags()
        numbers = [str(100 + number) for number in range(50)]
        for number in numbers:
            await written(house, number, ago=60)
        backfills = Backfills(house.redis)
        worker = await house.start_worker()

        async def reading() -> bool:
            return any([(await backfills.progress(run)).read for run in await backfills.running()])

        async def over() -> bool:
            return not await backfills.running()

        await eventually(reading, timeout=20)
        async with asyncio.timeout(float(SLOWLY["AUTOTAGGER_COMPLETION_WAIT"])):
            status = await house.end_worker(worker, how)
        (run,) = await backfills.running()
        has_turn = await house.redis.exists(f"{keys.SWEEP}{APP_ID}:turn")
        await house.start_worker()
        await eventually(lambda: has_refund(house, *numbers), timeout=60)
        await eventually(over, timeout=20)

        assert (status, has_turn) == ((0, 0) if how is signal.SIGTERM else (-signal.SIGKILL, 1))
        assert [len(await house.calls(f"/conversations/{number}/tags")) for number in numbers] == [1] * 50
        names = await handled(house)
        assert len(names) == len(set(names)) == 50
        assert all(name.startswith(f"backfill-{run}-") for name in names)
