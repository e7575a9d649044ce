"""What waits, in few words."""

from redis.asyncio import Redis

from state import keys, queues
from state.claim import Claimant
from state.finish import Later
from state.queues import Waiting
from tests.state.letters import end, queue_up


async def test_where_nothing_waits_all_is_nought(redis: Redis) -> None:
    assert await queues.look(redis, ["here"]) == {"here": Waiting(ready=0, running=0, deferred=0, oldest=0.0)}


async def test_jobs_are_ready_running_or_deferred_in_their_workspace(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    await end(redis, "here:1", Later(wait=3600))
    await queue_up(redis, "here:2", lane="backfill")
    await Claimant(redis, "me", lease=15).claim([keys.queue("here")], [keys.queue("here", "backfill")], most=1)
    await queue_up(redis, "here:3")
    await queue_up(redis, "here:4", lane="backfill")
    await queue_up(redis, "there:1")
    await redis.hset(keys.RECEIVED, "there", "1700000000500")  # type: ignore[misc]

    found = await queues.look(redis, ["here"])

    assert {app_id: (one.ready, one.running, one.deferred) for app_id, one in found.items()} == {
        "here": (2, 1, 1),
        "there": (1, 0, 0),
    }


async def test_the_oldest_is_the_oldest_of_both_lanes(redis: Redis) -> None:
    seconds, _ = await redis.time()
    await queue_up(redis, "here:1")
    await queue_up(redis, "here:2", lane="backfill")
    await redis.zadd(keys.queue("here", "backfill"), {"here:2": (seconds - 100) * 1000})

    oldest = (await queues.look(redis, ["here"]))["here"].oldest

    assert 100 <= oldest < 160
