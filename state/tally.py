"""What the fleet counts by the minute: each process adds its counts once a second, so that no event waits for it."""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

KEPT = timedelta(minutes=15)
"""For how long a minute's counts are kept."""

What = Literal["received", "refused", "tagged", "ended"]
"""Webhooks that were answered 200, or anything else; tags added or removed; jobs that came to their end."""


class Counted(NamedTuple):
    """What is counted, in which workspace ('' where none is known), and how it went, in one of a few fixed texts."""

    what: What
    app_id: str = ""
    how: str = ""

    def name(self) -> str:
        """How it is written in Redis. An `app_id` has no colon."""
        return ":".join(self)

    @classmethod
    def named(cls, name: str) -> "Counted":
        """What was written so; a newer version's words are kept as they are."""
        what, app_id, how = name.split(":", 2)
        return cls(what, app_id, how)  # type: ignore[arg-type]  # whatever is asked for is looked up by its word


class Tally:
    """One process's counts that are not in Redis yet. `state.pulse` takes them there.

    What is counted must be of a few kinds, never one event's own: each is a field in Redis.
    """

    def __init__(self) -> None:
        self.counts: Counter[Counted] = Counter()
        self.heard: dict[str, float] = {}
        """When each workspace's last webhook came, on the monotonic clock."""


async def minutes(redis: "Redis", now: float, most: int) -> tuple[Counter[Counted], ...]:
    """What was counted in the last `most` minutes of Redis's clock, the oldest first; the last one is not over."""
    async with redis.pipeline(transaction=False) as pipe:
        for back in range(most - 1, -1, -1):
            pipe.hgetall(keys.minute(int(now // 60) - back))
        found = await pipe.execute()
    return tuple(Counter({Counted.named(name.decode()): int(count) for name, count in one.items()}) for one in found)
