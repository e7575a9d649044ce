"""Erasure: what is kept of an object goes when the object does."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from facts.target import Target
from state import gone, keys, ledger, scripts
from state.attempts import key as attempt
from state.dead import DeadLetters
from state.entry import Entry
from state.fetched import names_of
from state.gone import Gone
from state.lock import Lock, Lost
from state.tag_ids import TagIds
from state.traces import BATCH, Traces

if TYPE_CHECKING:
    from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class Erased:
    """How much of it there was, beside the ledger."""

    jobs: int
    letters: int
    entries: int


class Erasure:
    """Forgets objects: each step may be done again, so that whoever is ended half-way begins anew.

    Redis's errors pass through.
    """

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._traces = Traces(redis)
        self._bury = scripts.register(redis, "bury")
        self._unqueue = scripts.register(redis, "unqueue")

    async def bury(
        self,
        lock: Lock,
        how: Gone,
        *,
        into: Target | None = None,
        entries: Mapping[str, Entry] | None = None,
        days: int,
    ) -> None:
        """From now on nobody handles the object any more; ledger, fetched answers and marks are gone, and so the lock.

        With `into` another object takes over `entries`, by tag id, for so many days; its lock is held, too.

        Raises:
            Lost: somebody else has the object.
        """
        target = lock.target
        tag_ids = {*(entries or ()), *(await TagIds(self._redis, target.app_id).known()).values()}
        go = [
            ledger.key(target),
            keys.heard_of(str(target), target.app_id),
            *(attempt(target, tag_id) for tag_id in tag_ids if target.kind == "company"),
            *names_of(target.app_id, target.kind, target.id),
        ]
        kept = [part for tag_id, entry in (entries or {}).items() for part in (tag_id, entry.encode())]
        done = await self._bury(
            keys=[*lock.keys, gone.key(target), ledger.key(into or target), *go],
            args=[*lock.values, how.encode(), _GONE_MS, days * ledger.DAY, *kept],
        )
        if not done:
            raise Lost

    async def clear(self, target: Target) -> Erased:
        """Forget the waiting jobs, the dead letters and the entries of the feed that name a buried object.

        A job that runs meanwhile ends without a trace as soon as it asks for the lock.
        """
        by_queue: dict[str, list[str]] = defaultdict(list)
        for waiting in await self._traces.jobs(target):
            by_queue[waiting.queue].append(waiting.job.id)
        jobs = 0
        for queue, ids in by_queue.items():
            for start in range(0, len(ids), BATCH):
                some = ids[start : start + BATCH]
                prefixes = (keys.JOB, keys.LEASE, keys.TRIES, keys.ARQ_TRIES)
                jobs += await self._unqueue(keys=[queue, keys.RUNNING], args=[*prefixes, *some])
        letters = [letter.id for letter in await self._traces.letters(target)]
        positions = [position for position, _ in await self._traces.entries(target)]
        for start in range(0, len(positions), BATCH):
            await self._redis.xdel(keys.FEED, *positions[start : start + BATCH])
        return Erased(jobs, await DeadLetters(self._redis).drop(letters), len(positions))


_GONE_MS = int(gone.TTL.total_seconds() * 1000)
