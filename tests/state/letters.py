"""Jobs that die, for tests of what becomes of them."""

import time
from dataclasses import replace
from uuid import uuid4

from redis.asyncio import Redis

from state import keys
from state.claim import Claimant
from state.dead import Cause
from state.enqueue import Enqueuer, Entry
from state.finish import Dead, Done, Ended, Finisher, Later

GONE = Cause("not_found", "it is gone", "conversation:7", "conversation.user.created", ("refund",), 3)


async def queue_up(redis: Redis, job_id: str, payload: bytes = b"payload", *, lane: keys.Lane = "live") -> None:
    """A job that is due."""
    queue = keys.queue(job_id.partition(":")[0], lane)
    await Enqueuer(redis).enqueue(Entry(job_id, queue, payload, int(time.time())))


async def end(redis: Redis, job_id: str, ending: Dead | Done | Later, *, most: int = 100_000) -> Ended | None:
    """Run the one job that is due in a workspace, to this end; `most` is how many dead letters there may be."""
    app_id = job_id.partition(":")[0]
    claimant = Claimant(redis, uuid4().hex, lease=15)
    live, backfill = keys.queue(app_id), keys.queue(app_id, "backfill")
    (claim,) = (await claimant.claim([live], [backfill], most=1)).jobs
    assert claim.job_id == job_id
    return await Finisher(redis, most=most).finish(claim, ending)


async def bury(
    redis: Redis, job_id: str, payload: bytes = b"payload", *, lane: keys.Lane = "live", **cause: str
) -> None:
    """A job that has died; `cause` replaces fields of `GONE`."""
    await queue_up(redis, job_id, payload, lane=lane)
    await end(redis, job_id, Dead(replace(GONE, **cause)))  # type: ignore[arg-type]
