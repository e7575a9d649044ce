"""Claim: take jobs that are due, in one call, and hold a lease on each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from state import keys, scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker holds.

    `failures` counts the attempts that were spent on it so far, `spent` the seconds they took, waiting for the next one
    included; `progress` is what `workers` noted of the changes that are already made. `abandoned` says that its former
    worker let the lease run out.
    """

    job_id: str
    queue: str
    token: str
    abandoned: bool = False
    failures: int = 0
    spent: float = 0.0
    progress: bytes = b""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a look at the queues gave; `next_due` is in how many seconds another job falls due, None if none waits."""

    jobs: tuple[Claim, ...]
    next_due: float | None


class Claimant:
    """Takes jobs in the name of one worker, whose `token` nobody else has. `lease` is in seconds."""

    def __init__(self, redis: "Redis", token: str, *, lease: float) -> None:
        self._script = scripts.register(redis, "claim")
        self._token = token
        self._lease_ms = round(lease * 1000)

    async def claim(self, queues: "Sequence[str]", most: int) -> Claimed:
        """Take up to `most` jobs, a fair share from each of `queues`, those named first when there are more."""
        next_due, *flat = await self._script(
            keys=[keys.RUNNING, *queues], args=[self._token, most, self._lease_ms, keys.LEASE, keys.TRIES]
        )
        rows = zip(*(flat[column::6] for column in range(6)), strict=True)
        return Claimed(
            jobs=tuple(
                Claim(
                    job_id=job_id.decode(),
                    queue=queues[place - 2],
                    token=self._token,
                    abandoned=bool(abandoned),
                    failures=int(failures),
                    spent=int(spent) / 1000,
                    progress=progress,
                )
                for job_id, place, abandoned, failures, spent, progress in rows
            ),
            next_due=None if next_due < 0 else next_due / 1000,
        )
