"""Where an object has left traces: jobs that have not ended, dead letters, and entries of the decision feed.

Nothing is indexed by object, since hardly anybody asks. So everything is looked through in Redis, a few hundred at a
time, and only what has the object's id in it is read.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from facts.target import Target
from state import keys, scripts
from state.dead import DeadLetters, Letter
from state.feed import Entry
from state.job import Job, Unreadable
from state.keys import Lane

if TYPE_CHECKING:
    from redis.asyncio import Redis

BATCH = 500
"""Keys or entries that one call looks at: Redis does nothing else meanwhile."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that has not ended.

    `due_in` is in how many seconds it may run, at once where it is not above 0; of a running one it says nothing.
    `failures` were counted so far, with the last one's `error`.
    """

    job: Job
    queue: str
    due_in: float
    running: bool
    failures: int = 0
    error: str = ""


class Traces:
    """Finds them. Redis's errors pass through."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._sift = scripts.register(redis, "sift")
        self._skim = scripts.register(redis, "skim")

    async def jobs(self, target: Target) -> tuple[Waiting, ...]:
        """The jobs about it, the next one first. One that is stored meanwhile may be missed."""
        found = [
            waiting for lane in _LANES for waiting in await self._in_queue(target, keys.queue(target.app_id, lane))
        ]
        return tuple(sorted(found, key=lambda waiting: waiting.due_in))

    async def _in_queue(self, target: Target, queue: str) -> list[Waiting]:
        due, found = await self._holding(target, queue, keys.JOB), []
        ids = list(due)
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.time()
                for job_id in some:
                    pipe.get(keys.JOB + job_id)
                    pipe.hmget(keys.TRIES + job_id, ["failures", "last_error"])
                    pipe.exists(keys.LEASE + job_id)
                (seconds, micros), *rows = await pipe.execute()
            for job_id, payload, tries, leased in zip(some, rows[::3], rows[1::3], rows[2::3], strict=True):
                due_in = due[job_id] / 1000 - seconds - micros / 1e6
                waiting = _waiting(payload, queue, due_in, tries, running=bool(leased))
                if waiting is not None and waiting.job.target == target:
                    found.append(waiting)
        return found

    async def letters(self, target: Target) -> tuple[Letter, ...]:
        """The dead letters about it, the newest first."""
        holding = await self._holding(target, keys.DEAD, keys.LETTER, "target", "payload")
        letters = DeadLetters(self._redis)
        ours = [one for one in await letters.named(holding) if one.app_id == target.app_id]
        found = [one for one in ours if await self._is_about(target, one, letters)]
        return tuple(sorted(found, key=lambda letter: letter.died_at, reverse=True))

    async def _is_about(self, target: Target, letter: Letter, letters: DeadLetters) -> bool:
        if letter.target:
            return letter.target == str(target)
        # It ended before anybody could say what it was about.
        try:
            return Job.decode(await letters.payload(letter.id)).target == target
        except Unreadable:
            return False

    async def entries(self, target: Target) -> tuple[tuple[str, Entry], ...]:
        """The entries of the feed that name it, each with its position, the oldest first."""
        position, found = "0-0", []
        while position:
            position, *flat = await self._skim(keys=[keys.FEED], args=[position, BATCH, target.id, "entry"])
            for at, kept in zip(flat[::2], flat[1::2], strict=True):
                # What another version wrote, and nobody here can read, keeps no object from being told of or erased.
                with suppress(msgspec.MsgspecError):
                    entry = _decoder.decode(kept)
                    if names(entry, target):
                        found.append((at.decode(), entry))
        return tuple(found)

    async def _holding(self, target: Target, where: str, prefix: str, *fields: str) -> dict[str, float]:
        """The ids in a sorted set, with their scores, under whose own keys the object's id stands somewhere."""
        found: dict[str, float] = {}
        position = b"0"
        while True:
            position, *flat = await self._sift(keys=[where], args=[position, BATCH, prefix, target.id, *fields])
            found |= {name.decode(): float(score) for name, score in zip(flat[::2], flat[1::2], strict=True)}
            if position == b"0":
                return found


def names(entry: Entry, target: Target) -> bool:
    """Whether an entry is about an object, among others perhaps."""
    if entry.app_id != target.app_id:
        return False
    own = entry.target == str(target) or (target.kind == "contact" and entry.merged_from == target.id)
    return own or any(step.kind == target.kind and step.object_id == target.id for step in entry.steps)


def _waiting(
    payload: bytes | None, queue: str, due_in: float, tries: Sequence[bytes | None], *, running: bool
) -> Waiting | None:
    """What is known of a job; None if it is over by now, or nobody here can read it."""
    try:
        job = Job.decode(payload or b"")
    except Unreadable:
        return None
    failures, error = tries
    return Waiting(job, queue, due_in, running, int(failures or 0), (error or b"").decode("utf-8", "replace"))


_LANES: tuple[Lane, ...] = ("live", "backfill")
_decoder = msgspec.msgpack.Decoder(Entry)
