"""Finish: the one place where a run of a job ends, as done, to be tried later, or as a dead letter."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from state import keys, scripts
from state.dead import RETENTION
from state.enqueue import JOB_TTL, SEEN_TTL
from state.feed import LENGTH

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from state.claim import Claim
    from state.dead import Cause


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

    async def finish(self, claim: "Claim", ending: Ending) -> bool:
        """End this run of the job; False if the lease was lost, so that the job is somebody else's to end."""
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
        arguments = [claim.token, claim.job_id, *_arguments(ending)]
        return bool(await self._script(keys=named, args=arguments))


def _arguments(ending: Ending) -> list[str | bytes | int]:
    match ending:
        case Done(entry):
            return ["done", entry, LENGTH, _HEARD_MS]
        case Later(wait, error, spent, progress):
            return ["later", "", 0, _HEARD_MS, _ms(wait), progress, error, _ms(spent), _ms(JOB_TTL.total_seconds())]
        case Dead(cause, entry):
            return ["dead", entry, LENGTH, _HEARD_MS, _ms(RETENTION.total_seconds()), *cause.fields()]


_HEARD_MS = round(SEEN_TTL.total_seconds() * 1000)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
