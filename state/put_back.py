"""Jobs that went back to their queue at no cost: what they wait for has nothing to do with them.

Their place in the queue says when they are tried again; this one, when they came.
"""

from typing import TYPE_CHECKING

from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

LOOKED_AT = 100
"""Most jobs that are looked at, the oldest first; those that turn out to be gone are forgotten on the way."""


async def oldest(redis: "Redis", app_id: str) -> float | None:
    """When the oldest of them came that still waits or runs, in ms of Redis's clock. Redis's errors pass through."""
    name = keys.PUT_BACK + app_id
    found = await redis.zrange(name, 0, LOOKED_AT - 1, withscores=True)
    async with redis.pipeline(transaction=False) as pipe:
        for job, _ in found:
            pipe.exists(keys.JOB + job.decode())
        there = await pipe.execute()
    # Whoever ends a job forgets it here; but for older versions, and where the object was erased.
    gone = [job for (job, _), known in zip(found, there, strict=True) if not known]
    if gone:
        await redis.zrem(name, *gone)
    return next((came for (_, came), known in zip(found, there, strict=True) if known), None)
