"""The worker's loop: arq's, with its own way of claiming, holding and ending jobs.

Stock arq looks for jobs every half second, claims each in four round trips, loses a killed worker's jobs for five
minutes, drops jobs on errors and ends with Redis. What is overridden here is why; `run_job` is arq's own. The version
of arq is pinned, and a test fails when a method that is overridden changes.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import uuid4

from arq.connections import ArqRedis
from arq.worker import Retry, func
from arq.worker import Worker as ArqWorker
from redis.exceptions import ResponseError

from state import keys
from state.claim import Claimant
from state.connection import FAILURES
from state.dead import MOST, Cause
from state.finish import Dead, Ended, Ending, Finisher, Later
from state.lease import Leases
from state.tasks import end
from workers import progress
from workers.hold import Hold, Payload

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds between looks at the queues when nobody wakes the worker."""
GAP = 0.002
"""Least seconds between two claims, so that jobs which end together are replaced together."""
LONGEST_CALL = 10.0
"""Seconds after which a call to Redis is given up: redis-py would try a frozen one for minutes."""
SHORTEST = 0.05
"""Seconds of the first wait for a Redis that is away; each is twice the one before, up to two seconds."""
LAST_CLAIM = 2.0
"""Seconds that a worker which is told to stop waits for the answer to its last claim."""


class Body(Protocol):
    """What is done with a job. It must not raise: every way out is an ending."""

    async def __call__(self, payload: bytes, hold: Hold) -> Ending:
        """Handle the job in `payload`, making sure of `hold` before every effect."""


@dataclass(frozen=True, slots=True)
class Queues:
    """Where to look for jobs: the live queues, and those that get what the live ones leave."""

    live: tuple[str, ...] = ()
    backfill: tuple[str, ...] = ()


class Worker(ArqWorker):
    """Runs jobs until `stop`. Times are in seconds.

    `queues` says where to look now, and is asked each time. `ended` is told of every ending. There are never more than
    `dead_letters` dead letters. `turned_at` is when the
    last look at the queues began, `looked_at` when the last one that succeeded ended, both on the monotonic clock.
    """

    def __init__(
        self,
        redis: ArqRedis,
        body: Body,
        queues: Callable[[], Queues],
        *,
        ended: Callable[[Hold, Ended], None] = lambda _hold, _ended: None,
        concurrency: int = 20,
        lease: float = 15.0,
        completion_wait: float = 25.0,
        job_timeout: float = 300.0,
        dead_letters: int = MOST,
    ) -> None:
        super().__init__(
            functions=[func(self._process, name="process")],
            queue_name=keys.queue("none"),
            redis_pool=redis,
            handle_signals=False,
            max_jobs=concurrency,
            job_timeout=job_timeout,
            keep_result=0,
            max_tries=2**31,
            job_deserializer=_unpack,
            log_results=False,
        )
        self._body = body
        self._queues = queues
        self._ended = ended
        self._lease = lease
        self._completion_wait = completion_wait
        self._claimant = Claimant(redis, uuid4().hex, lease=lease)
        self._leases = Leases(redis, lease=lease)
        self._finisher = Finisher(redis, most=dead_letters)
        self._holds: dict[str, Hold] = {}
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._returning: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self.turned_at = time.monotonic()
        self.looked_at = 0.0
        self._claimed_at = 0.0

    async def main(self) -> None:
        """Claim and run jobs until `stop`. Redis may come and go meanwhile."""
        if not self.allow_pick_jobs:
            return
        turns = {"renew": self._renew, "listen": self._listen, "look": self._look}
        self._loops = {name: asyncio.create_task(_forever(turn)) for name, turn in turns.items()}
        try:
            await asyncio.wait(self._loops.values())
        finally:
            await end(self._loops.values())

    async def stop(self) -> None:
        """Take no more jobs, finish those that can be finished in time, hand the others back at no cost to them."""
        self.allow_pick_jobs = False
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_CLAIM), self._claiming:
                pass
        await end(loop for name, loop in self._loops.items() if name != "renew")
        running = {*self.tasks.values(), *self._returning}
        if running:
            _, running = await asyncio.wait(running, timeout=self._completion_wait)
        await end(running)
        await end(self._loops.values())
        if self.main_task is not None:
            await end([self.main_task])

    async def _look(self) -> None:
        self.turned_at = time.monotonic()
        self._wake.clear()
        async with self._claiming:
            due = await self._claim()
        self.looked_at = time.monotonic()
        await self._idle(POLL if due is None else min(due, POLL))

    async def _claim(self) -> float | None:
        """Fill the free places; the seconds until the next look may be worth while, None if nobody knows."""
        free = self.max_jobs - len(self.tasks)
        queues = self._queues() if self.allow_pick_jobs and free > 0 else Queues()
        if queues == Queues():
            return None
        asked = time.monotonic()
        async with asyncio.timeout(LONGEST_CALL):
            claimed = await self._claimant.claim(queues.live, queues.backfill, most=free)
        self._claimed_at = time.monotonic()
        for claim in claimed.jobs:
            self._start(Hold(claim, until=asked + self._lease))
        return claimed.next_due if len(self.tasks) < self.max_jobs else None

    async def _idle(self, most: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._wake.wait()
        since = time.monotonic() - self._claimed_at
        if since < GAP:
            await asyncio.sleep(GAP - since)

    def _start(self, hold: Hold) -> None:
        job_id = hold.claim.job_id
        if job_id in self.tasks:
            # Our lease on it ran out in Redis while we still ran it. One run at a time: that one is over first.
            self._lost(self._holds[job_id])
            returning = self.loop.create_task(self._finish(hold, hold.later(wait=1.0)))
            self._returning.add(returning)
            returning.add_done_callback(self._returning.discard)
            return
        self._holds[job_id] = hold
        task = self.loop.create_task(self._run(hold))
        self.tasks[job_id] = task
        task.add_done_callback(lambda _: self._forget(job_id))
        if len(self.tasks) >= self.max_jobs:
            self._room.clear()

    def _forget(self, job_id: str) -> None:
        del self.tasks[job_id]
        del self._holds[job_id]
        self._room.set()
        self._wake.set()

    async def _run(self, hold: Hold) -> None:
        try:
            await self.run_job(hold.claim.job_id, 0)
        except FAILURES as error:
            log.warning("job %s will run again: %s", hold.claim.job_id, _told(error))
            hold.ending = hold.later(wait=1.0)
        finally:
            if not hold.finished:
                await asyncio.shield(self._finish(hold, hold.ending or hold.later()))

    async def _process(self, ctx: dict[Any, Any], payload: bytes) -> None:
        hold = self._holds[ctx["job_id"]]
        hold.ending = await self._body(payload, hold)
        if isinstance(hold.ending, Later):
            raise Retry(defer=hold.ending.wait)

    async def finish_job(  # noqa: D102 - arq's, which deletes whoever's job it is
        self,
        job_id: str,
        finish: bool,
        result_data: bytes | None,  # noqa: ARG002 - arq's signature
        result_timeout_s: float | None,  # noqa: ARG002
        keep_result_forever: bool,  # noqa: ARG002
        incr_score: int | None,  # noqa: ARG002
        keep_in_progress: float | None,  # noqa: ARG002
    ) -> None:
        hold = self._holds[job_id]
        if hold.ending is None and finish:
            hold.ending = hold.later(wait=60.0, error="the job took too long", spent=60.0)
        await self._finish(hold, hold.ending or hold.later())

    async def finish_failed_job(self, job_id: str, result_data: bytes | None) -> None:  # noqa: ARG002, D102 - arq's
        cause = Cause("payload gone", "the job's bytes are no longer in Redis")
        await self._finish(self._holds[job_id], Dead(cause))

    async def _finish(self, hold: Hold, ending: Ending) -> None:
        """End the run, trying until the lease is over: then somebody else runs the job again."""
        hold.finished = True
        if isinstance(ending, Dead):
            ending = replace(ending, progress=progress.anew(hold.progress))
        wait, unclear = SHORTEST, False
        while True:
            try:
                async with asyncio.timeout(LONGEST_CALL):
                    ended = await self._finisher.finish(hold.claim, ending, hold.ledger)
            except FAILURES as error:
                if not hold.held():
                    log.warning("job %s will run again, its end is not recorded: %s", hold.claim.job_id, _told(error))
                    return
                unclear = True
                await asyncio.sleep(wait)
                wait = min(wait * 2, 1.0)
                continue
            if ended or unclear:
                self._ended(hold, ended or ending)
            return

    async def _renew(self) -> None:
        await asyncio.sleep(self._lease / 3)
        holds = list(self._holds.values())
        if not holds:
            return
        asked = time.monotonic()
        async with asyncio.timeout(LONGEST_CALL):
            lost = set(await self._leases.renew([hold.claim for hold in holds]))
        for hold in holds:
            if hold.claim in lost:
                self._lost(hold)
            else:
                hold.until = asked + self._lease

    def _lost(self, hold: Hold) -> None:
        """Somebody else has the job, or will: nothing more is done for it here."""
        if hold.finished:
            return
        log.warning("the lease on job %s is lost", hold.claim.job_id)
        hold.lose()
        if (task := self.job_tasks.get(hold.claim.job_id)) is not None:
            task.cancel()

    async def _listen(self) -> None:
        """Wait for the receiver's wake-up call, while there is room for another job."""
        await self._room.wait()
        async with asyncio.timeout(LONGEST_CALL):
            called = await _blpop(self.pool, keys.WAKE)
        if called:
            self._wake.set()


async def _forever(turn: Callable[[], Awaitable[None]]) -> None:
    """Turn after turn until cancelled, whatever goes wrong in one: a worker without its loops is no use."""
    wait = SHORTEST
    while True:
        try:
            await turn()
            if wait > SHORTEST:
                log.warning("going on: Redis is back")
            wait = SHORTEST
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("%s; trying again in %.2f s", _told(error), wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)


def _told(error: Exception) -> str:
    """What went wrong, in words for the log."""
    if isinstance(error, ResponseError):
        what = "Redis refuses"
    else:
        what = "Redis is away" if isinstance(error, FAILURES) else "a mistake of ours"
    return f"{what} ({type(error).__name__}: {error})"


def _blpop(redis: ArqRedis, key: str) -> Awaitable[Any]:
    return redis.blpop([key], timeout=1)  # type: ignore[return-value]  # redis-py types its two clients as one


def _unpack(payload: bytes) -> dict[str, Any]:
    """What arq wants to know of a job; ours are bytes for one function, so that there is nothing that can fail here."""
    return {"f": "process", "a": (Payload(payload),), "k": {}, "t": None, "et": 0}
