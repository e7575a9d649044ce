"""Enqueue: a job is stored, deduplicated, queued and a worker woken in one call, or the caller hears that it is not."""

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import msgspec
from redis.exceptions import ConnectionError as Disconnected

from state import keys, scripts

if TYPE_CHECKING:
    from redis.asyncio import Redis

Stored = Literal["duplicate", "stored", "replayed"]
"""`replayed`: too old, or created in the future by Redis's clock; not stored, and not to be sent again."""

JOB_TTL = timedelta(days=30)
"""Far longer than any job takes: expiry is never the way a job ends."""
SEEN_TTL = timedelta(days=8)
"""A day more than the oldest notification that is accepted, so that none is accepted twice."""
OLDEST = timedelta(days=7)
NEWEST = timedelta(minutes=10)
WAKE_TOKENS = 16
"""Enough to wake a fleet; a busy one looks for work by itself."""


class Unavailable(Exception):
    """Redis did not confirm the job: it may or may not be stored, and offering it again is safe."""


class Entry(msgspec.Struct, frozen=True):
    """A job to enqueue.

    `created_at` is the notification's, in Unix seconds. Without `seen` (a notification that has no id) it is never a
    duplicate. `heard` is the mark of the customer's message that it is about (`keys.heard`): nobody takes that for
    missed any more.
    """

    job_id: str
    queue: str
    payload: bytes
    created_at: int
    seen: str = ""
    heard: str = ""


_OUTCOMES: tuple[Stored, ...] = ("duplicate", "stored", "replayed")
_Waiting = tuple[Entry, asyncio.Future[Stored], float]
"""A job, who waits for it, and until when (monotonic)."""


class Enqueuer:
    """Enqueues for many requests at once: those that wait together share one call (group commit).

    A job is stored or refused within about `patience` seconds of being given. At most `flights` calls are under way at
    once, so that under load batches grow instead of connections.
    """

    def __init__(self, redis: "Redis", *, patience: float = 0.3, flights: int = 2, batch: int = 64) -> None:
        self._script = scripts.register(redis, "enqueue")
        self._patience = patience
        self._flights = flights
        self._batch = batch
        self._waiting: list[_Waiting] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def enqueue(self, entry: Entry) -> Stored:
        """Store `entry` for good, or learn that it was stored before.

        Raises:
            Unavailable: Redis is away, slow, full or refuses to write.
        """
        confirmed: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, confirmed, time.monotonic() + self._patience))
        self._launch()
        return await confirmed

    def _launch(self) -> None:
        if self._waiting and len(self._under_way) < self._flights:
            flight = asyncio.create_task(self._fly())
            self._under_way.add(flight)
            flight.add_done_callback(self._land)

    def _land(self, flight: asyncio.Task[None]) -> None:
        self._under_way.discard(flight)
        self._launch()

    async def _fly(self) -> None:
        batch = self._board()
        if not batch:
            return
        # What has waited for a flight gets no second patience, but a chance.
        left = max(batch[0][2] - time.monotonic(), self._patience / 3)
        try:
            async with asyncio.timeout(left):
                results = await self._store([entry for entry, _, _ in batch])
        except asyncio.CancelledError:
            _refuse(batch, "shutting down")
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever for a lost flight
            _refuse(batch, f"{type(error).__name__}: {error}")
            return
        for (_, confirmed, _), stored in zip(batch, results, strict=True):
            if not confirmed.done():
                confirmed.set_result(_OUTCOMES[stored])

    def _board(self) -> list[_Waiting]:
        """The next batch, without those whose patience is over."""
        now = time.monotonic()
        late = [waiting for waiting in self._waiting if waiting[2] <= now]
        in_time = self._waiting[len(late) :]
        _refuse(late, "no answer from Redis in time")
        batch, self._waiting = in_time[: self._batch], in_time[self._batch :]
        return batch

    async def _store(self, entries: list[Entry]) -> list[int]:
        try:
            return await self._call(entries)
        except Disconnected:
            # A pooled connection that died with an earlier Redis says nothing about this one, and a repeat is safe.
            return await self._call(entries)

    async def _call(self, entries: list[Entry]) -> list[int]:
        arguments: list[str | bytes | int] = [
            int(JOB_TTL.total_seconds() * 1000),
            int(SEEN_TTL.total_seconds() * 1000),
            WAKE_TOKENS,
            keys.JOB,
            int(OLDEST.total_seconds()),
            int(NEWEST.total_seconds()),
        ]
        for entry in entries:
            arguments += (entry.job_id, entry.queue, entry.seen, entry.created_at, entry.payload, entry.heard)
        results: list[int] = await self._script(keys=[keys.WAKE], args=arguments)
        return results


def _refuse(batch: list[_Waiting], reason: str) -> None:
    for _, confirmed, _ in batch:
        if not confirmed.done():
            confirmed.set_exception(Unavailable(reason))
