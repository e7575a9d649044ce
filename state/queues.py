"""How much waits in the queues, in a few bounded reads: for whoever looks every few seconds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from state import keys, put_back

if TYPE_CHECKING:
    from redis.asyncio import Redis

MOST_RUNNING = 10_000
"""Most running jobs that are told apart by workspace; of more, the rest counts as deferred."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The jobs of one workspace, both lanes together.

    `ready` ones wait for a worker, the oldest for `oldest` seconds (0 where there is none); `deferred` ones wait for
    their time. The oldest job that has not failed, whatever it waits for, came `age` seconds ago.
    """

    ready: int
    running: int
    deferred: int
    oldest: float
    age: float = 0.0


async def look(redis: "Redis", app_ids: Iterable[str]) -> dict[str, Waiting]:
    """What waits in these workspaces, and in those of which webhooks came. Redis's errors pass through."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.time()
        pipe.hkeys(keys.RECEIVED)
        pipe.zrevrange(keys.RUNNING, 0, MOST_RUNNING - 1)
        (seconds, micros), heard, running = await pipe.execute()
    now = seconds * 1000 + micros / 1000
    runs = Counter(name.decode().partition(":")[0] for name in running)
    known = dict.fromkeys((*app_ids, *(app_id.decode() for app_id in heard)))
    return {app_id: await _waiting(redis, app_id, now, runs[app_id]) for app_id in known}


async def _waiting(redis: "Redis", app_id: str, now: float, running: int) -> Waiting:
    async with redis.pipeline(transaction=False) as pipe:
        for queue in (keys.queue(app_id, "live"), keys.queue(app_id, "backfill")):
            pipe.zcard(queue)
            pipe.zcount(queue, "-inf", now)
            pipe.zrange(queue, 0, 0, withscores=True)
        live, live_ready, live_first, later, later_ready, later_first = await pipe.execute()
    due = [score for _, score in (*live_first, *later_first) if score <= now]
    ready = live_ready + later_ready
    came = await put_back.oldest(redis, app_id)
    return Waiting(
        ready=ready,
        running=running,
        deferred=max(live + later - ready - running, 0),
        oldest=(now - min(due)) / 1000 if due else 0.0,
        age=max((now - min([*due, *([] if came is None else [came])], default=now)) / 1000, 0.0),
    )
