"""The Redis under a bench, set so that its housekeeping falls between the measurements."""

from arq.constants import default_queue_name
from redis.asyncio import Redis

from state import keys
from tests.bench.bodies import APP_ID
from tests.waiting import eventually


async def settle(redis: Redis) -> None:
    """Remove all data and shrink the append-only file, which would otherwise be rewritten in the middle of things."""
    await redis.flushall()
    await redis.config_set("auto-aof-rewrite-percentage", 0)
    await redis.execute_command("BGREWRITEAOF")  # type: ignore[no-untyped-call]
    await eventually(lambda: _rewritten(redis), timeout=10)


async def waiting_jobs(redis: Redis) -> int:
    """How many jobs are in the queues, ours and arq's own."""
    return sum([int(await redis.zcard(queue)) for queue in (keys.queue(APP_ID), default_queue_name)])


async def no_job_waits(redis: Redis) -> bool:
    """Whether all is done: a job stays in its queue until it is finished."""
    return not await waiting_jobs(redis)


async def _rewritten(redis: Redis) -> bool:
    return not (await redis.info("persistence"))["aof_rewrite_in_progress"]
