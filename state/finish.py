"""Finish: the one place where a run of a job ends, as done, to be tried later, or as a dead letter."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from state import keys, scripts
from state.dead import MOST, RETENTION
from state.enqueue import JOB_TTL
from state.feed import LENGTH
from state.ledger import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redis.asyncio import Redis

    from state.claim import Claim
    from state.dead import Cause


FULL_WAIT = timedelta(hours=1)
"""After how long a job is tried again that found no room among the dead letters."""


@dataclass(frozen=True, slots=True)
class Place:
    """One field of the ledger, which is kept for so many days."""

    key: str
    field: str
    days: int


@dataclass(frozen=True, slots=True)
class Done:
    """The job is finished. `entry` goes into the decision feed."""

    entry: bytes = b""


@dataclass(frozen=True, slots=True)
class Later:
    """The job will run again in `wait` seconds.

    With an `error` an attempt was spent. `spent` seconds are added to the job's account.
    `progress` is handed to the next run.
    """

    wait: float = 0.0
    error: str = ""
    spent: float = 0.0
    progress: bytes = b""


@dataclass(frozen=True, slots=True)
class Dead:
    """The job cannot be done: it becomes a dead letter, with its bytes, for `cause`.

    `progress` is what the next run is to know, should somebody have the letter retried.
    """

    cause: "Cause"
    entry: bytes = b""
    progress: bytes = b""


@dataclass(frozen=True, slots=True)
class NoRoom:
    """The job was to become a dead letter for `cause`, and there are as many as may be.

    It stays in its queue and is tried again in `wait` seconds, at no cost to it.
    """

    cause: "Cause"
    wait: float


Ending = Done | Later | Dead
"""What a run comes to, as far as its worker can tell."""
Ended = Ending | NoRoom
"""What it has come to in Redis."""


class Finisher:
    """Ends runs of jobs, each in one call that does nothing when the lease was lost.

    There are never more than `most` dead letters; without room for another one, its job is tried again `full_wait`
    seconds later.
    """

    def __init__(self, redis: "Redis", *, most: int = MOST, full_wait: float = FULL_WAIT.total_seconds()) -> None:
        self._script = scripts.register(redis, "finish")
        self._most = most
        self._full_wait = full_wait

    async def finish(
        self, claim: "Claim", ending: Ending, ledger: "Mapping[Place, bytes] | None" = None
    ) -> Ended | None:
        """End this run of the job, and write down in the `ledger` what came of it; an empty entry goes away.

        None if the lease was lost, so that the job is somebody else's to end: then nothing is written.
        """
        named = [
            keys.LEASE + claim.job_id,
            claim.queue,
            keys.RUNNING,
            keys.JOB + claim.job_id,
            keys.ARQ_TRIES + claim.job_id,
            keys.TRIES + claim.job_id,
            keys.DEAD,
            keys.LETTER + claim.job_id,
            keys.FEED,
            keys.PUT_BACK + claim.job_id.partition(":")[0],
        ]
        ending_arguments, rest = self._arguments(ending)
        entries = [part for place, kept in (ledger or {}).items() for part in (place.key, place.field, kept)]
        days = max((place.days for place in ledger or ()), default=0)
        written = [days * DAY, len(entries) // 3, *entries]
        arguments = [claim.token, claim.job_id, *ending_arguments, *written, *rest]
        kept = int(await self._script(keys=named, args=arguments))
        if kept == _FULL and isinstance(ending, Dead):
            return NoRoom(ending.cause, self._full_wait)
        return ending if kept else None

    def _arguments(self, ending: Ending) -> "tuple[list[str | bytes | int], list[str | bytes | int]]":
        """What every ending says, and what only this kind does."""
        match ending:
            case Done(entry):
                return ["done", entry, LENGTH], []
            case Later(wait, error, spent, progress):
                return ["later", "", 0], [_ms(wait), progress, error, _ms(spent), _JOB_MS]
            case Dead(cause, entry, progress):
                room = (self._most, _ms(self._full_wait))
                return ["dead", entry, LENGTH], [_LETTER_MS, *room, progress, _JOB_MS, *cause.fields()]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


_FULL = 2
_JOB_MS = _ms(JOB_TTL.total_seconds())
_LETTER_MS = _ms(RETENTION.total_seconds())
