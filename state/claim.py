"""Claim: take jobs that are due, in one call, and hold a lease on each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from state import keys, scripts
from state.enqueue import JOB_TTL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis

LATE = 60.0
"""Seconds for which a job may be due until it is late, and those who come now go before it."""

_TRIES_TTL_MS = int(JOB_TTL.total_seconds() * 1000)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker holds, by a `token` that no other hold ever had.

    `abandoned` counts the leases on it that ran out, `failures` the attempts that were spent on it so far, `spent` the
    seconds they took, waiting for the next one included; `progress` is what `workers` noted of the changes that are
    already made.
    """

    job_id: str
    queue: str
    token: str
    abandoned: int = 0
    failures: int = 0
    spent: float = 0.0
    progress: bytes = b""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a look at the queues gave; `next_due` is in how many seconds another job falls due, None if none waits."""

    jobs: tuple[Claim, ...]
    next_due: float | None


class Claimant:
    """Takes jobs in the name of one worker, whose `name` nobody else has. `lease` is in seconds.

    Where a queue has jobs that have been due for more than `late` seconds, three places of four go to newer ones.
    """

    def __init__(self, redis: "Redis", name: str, *, lease: float, late: float = LATE) -> None:
        self._script = scripts.register(redis, "claim")
        self._name = name
        self._lease_ms = round(lease * 1000)
        self._late_ms = round(late * 1000)

    async def claim(self, live: "Sequence[str]", backfill: "Sequence[str]" = (), *, most: int) -> Claimed:
        """Take up to `most` jobs, a fair share from each of the `live` queues, and from `backfill` what they leave."""
        queues = (*live, *backfill)
        next_due, *flat = await self._script(
            keys=[keys.RUNNING, keys.FENCE, keys.SUSPECT, *queues],
            args=[self._name, most, self._lease_ms, keys.LEASE, keys.TRIES, _TRIES_TTL_MS, len(live), self._late_ms],
        )
        rows = zip(*(flat[column::7] for column in range(7)), strict=True)
        return Claimed(
            jobs=tuple(
                Claim(
                    job_id=job_id.decode(),
                    queue=queues[place - 4],
                    token=token.decode(),
                    abandoned=int(abandoned),
                    failures=int(failures),
                    spent=int(spent) / 1000,
                    progress=progress,
                )
                for job_id, place, token, abandoned, failures, spent, progress in rows
            ),
            next_due=None if next_due < 0 else next_due / 1000,
        )
