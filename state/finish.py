"""Finish: the one place where a run of a job ends, as done, to be tried later, or as a dead letter."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from state import keys, scripts
from state.dead import RETENTION
from state.enqueue import JOB_TTL, SEEN_TTL
from state.feed import LENGTH
from state.ledger import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redis.asyncio import Redis

    from state.claim import Claim
    from state.dead import Cause


@dataclass(frozen=True, slots=True)
class Place:
    """One field of the ledger, which is kept for so many days."""

    key: str
    field: str
    days: int


@dataclass(frozen=True, slots=True)
class Done:
    """The job is finished. `entry` goes into the decision feed; `heard` is the mark of the message it was about."""

    entry: bytes = b""
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """The job will run again in `wait` seconds.

    With an `error` an attempt was spent, and `spent` seconds are added to the job's account; without one nothing is.
    `progress` is handed to the next run.
    """

    wait: float = 0.0
    error: str = ""
    spent: float = 0.0
    progress: bytes = b""


@dataclass(frozen=True, slots=True)
class Dead:
    """The job cannot be done: it becomes a dead letter, with its bytes, for `cause`."""

    cause: "Cause"
    entry: bytes = b""
    heard: str = ""


Ending = Done | Later | Dead


class Finisher:
    """Ends runs of jobs, each in one call that does nothing when the lease was lost."""

    def __init__(self, redis: "Redis") -> None:
        self._script = scripts.register(redis, "finish")

    async def finish(self, claim: "Claim", ending: Ending, ledger: "Mapping[Place, bytes] | None" = None) -> bool:
        """End this run of the job, and write down in the `ledger` what came of it; an empty entry goes away.

        False if the lease was lost, so that the job is somebody else's to end: then nothing is written.
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
        ]
        if not isinstance(ending, Later) and ending.heard:
            named.append(ending.heard)
        ending_arguments, rest = _arguments(ending)
        entries = [part for place, kept in (ledger or {}).items() for part in (place.key, place.field, kept)]
        days = max((place.days for place in ledger or ()), default=0)
        written = [days * DAY, len(entries) // 3, *entries]
        arguments = [claim.token, claim.job_id, *ending_arguments, *written, *rest]
        return bool(await self._script(keys=named, args=arguments))


def _arguments(ending: Ending) -> "tuple[list[str | bytes | int], list[str | bytes | int]]":
    """What every ending says, and what only this kind does."""
    match ending:
        case Done(entry):
            return ["done", entry, LENGTH, _HEARD_MS], []
        case Later(wait, error, spent, progress):
            return ["later", "", 0, _HEARD_MS], [_ms(wait), progress, error, _ms(spent), _ms(JOB_TTL.total_seconds())]
        case Dead(cause, entry):
            return ["dead", entry, LENGTH, _HEARD_MS], [_ms(RETENTION.total_seconds()), *cause.fields()]


_HEARD_MS = round(SEEN_TTL.total_seconds() * 1000)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
