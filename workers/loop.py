"""The worker's loop: arq's, with its own way of claiming, holding and ending jobs.

Stock arq looks for jobs every half second, claims each in four round trips, loses a killed worker's jobs for five
minutes, drops jobs on errors and ends with Redis. What is overridden here is why; `run_job` is arq's own. The version
of arq is pinned, and a test fails when a method that is overridden changes.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from arq.connections import ArqRedis
from arq.worker import Retry, func
from arq.worker import Worker as ArqWorker

from state import keys
from state.claim import Claim, Claimant
from state.connection import FAILURES
from state.dead import Cause
from state.finish import Dead, Ending, Finisher, Later
from state.lease import Leases
from workers.ending import end

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds between looks at the queues when nobody wakes the worker."""
GAP = 0.002
"""Least seconds between two claims, so that jobs which end together are replaced together."""


class Body(Protocol):
    """What is done with a job. It must not raise: every way out is an ending."""

    async def __call__(self, payload: bytes, hold: "Hold") -> Ending:
        """Handle the job in `payload`, making sure of `hold` before every effect."""


class Payload(bytes):
    """A job's bytes, which nobody can log by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@dataclass(slots=True)
class Hold:
    """This worker's hold on a job: its lease, on the monotonic clock, and how its run ended."""

    claim: Claim
    until: float
    ending: Ending | None = None
    finished: bool = False

    def held(self) -> bool:
        """Whether the lease certainly still runs."""
        return time.monotonic() < self.until


class Worker(ArqWorker):
    """Runs jobs until `stop`. Times are in seconds.

    `queues` says where to look now, the most urgent first, and is asked each time. `ended` is told of every ending.
    """

    def __init__(
        self,
        redis: ArqRedis,
        body: Body,
        queues: Callable[[], Sequence[str]],
        *,
        ended: Callable[[Hold, Ending], None] = lambda _hold, _ending: None,
        concurrency: int = 20,
        lease: float = 15.0,
        completion_wait: float = 25.0,
        job_timeout: float = 300.0,
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
        token = uuid4().hex
        self._body = body
        self._queues = queues
        self._ended = ended
        self._lease = lease
        self._completion_wait = completion_wait
        self._claimant = Claimant(redis, token, lease=lease)
        self._leases = Leases(redis, token, lease=lease)
        self._finisher = Finisher(redis)
        self._holds: dict[str, Hold] = {}
        self._loops: list[asyncio.Task[None]] = []
        self._claiming = asyncio.Lock()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self.turned_at = time.monotonic()
        self.claimed_at = 0.0

    async def main(self) -> None:
        """Claim and run jobs until `stop`. Redis may come and go meanwhile."""
        if not self.allow_pick_jobs:
            return
        self._loops = [asyncio.create_task(loop()) for loop in (self._renew, self._listen, self._look)]
        try:
            done, _ = await asyncio.wait(self._loops, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(self._loops)
        for loop in done:
            loop.result()

    async def stop(self) -> None:
        """Take no more jobs, finish those that can be finished in time, hand the others back at no cost to them."""
        self.allow_pick_jobs = False
        async with self._claiming:
            running = set(self.tasks.values())
        if running:
            _, running = await asyncio.wait(running, timeout=self._completion_wait)
        await end(running)
        await end(self._loops)
        if self.main_task is not None:
            await end([self.main_task])

    async def _look(self) -> None:
        wait = 0.05
        while True:
            self.turned_at = time.monotonic()
            self._wake.clear()
            try:
                async with self._claiming:
                    due = await self._claim()
            except FAILURES as error:
                log.warning("Redis is away (%s: %s); looking again in %.2f s", type(error).__name__, error, wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 2.0)
                continue
            wait = 0.05
            await self._idle(POLL if due is None else min(due, POLL))

    async def _claim(self) -> float | None:
        """Fill the free places; the seconds until the next look may be worth while, None if nobody knows."""
        free = self.max_jobs - len(self.tasks)
        queues = self._queues() if self.allow_pick_jobs and free > 0 else ()
        if not queues:
            return None
        asked = time.monotonic()
        claimed = await self._claimant.claim(queues, free)
        self.claimed_at = time.monotonic()
        for claim in claimed.jobs:
            self._start(Hold(claim, until=asked + self._lease))
        return claimed.next_due if len(self.tasks) < self.max_jobs else None

    async def _idle(self, most: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._wake.wait()
        since = time.monotonic() - self.claimed_at
        if since < GAP:
            await asyncio.sleep(GAP - since)

    def _start(self, hold: Hold) -> None:
        job_id = hold.claim.job_id
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
            log.warning("job %s will run again: %s: %s", hold.claim.job_id, type(error).__name__, error)
        finally:
            if not hold.finished:
                await asyncio.shield(self._finish(hold, Later()))

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
            hold.ending = Later(wait=60.0, error="the job took too long", spent=60.0)
        await self._finish(hold, hold.ending or Later())

    async def finish_failed_job(self, job_id: str, result_data: bytes | None) -> None:  # noqa: ARG002, D102 - arq's
        cause = Cause("payload gone", "the job's bytes are no longer in Redis")
        await self._finish(self._holds[job_id], Dead(cause))

    async def _finish(self, hold: Hold, ending: Ending) -> None:
        """End the run, trying until the lease is over: then somebody else runs the job again."""
        hold.finished = True
        wait = 0.05
        while True:
            try:
                kept = await self._finisher.finish(hold.claim, ending)
            except FAILURES as error:
                if not hold.held():
                    log.warning("job %s will run again: its end could not be recorded (%s)", hold.claim.job_id, error)
                    return
                await asyncio.sleep(wait)
                wait = min(wait * 2, 1.0)
                continue
            if kept:
                self._ended(hold, ending)
            return

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            holds = list(self._holds.values())
            if not holds:
                continue
            asked = time.monotonic()
            try:
                lost = await self._leases.renew([hold.claim for hold in holds])
            except FAILURES as error:
                log.warning("leases could not be renewed: %s: %s", type(error).__name__, error)
                continue
            self._renewed(holds, {claim.job_id for claim in lost}, asked)

    def _renewed(self, holds: Sequence[Hold], lost: set[str], asked: float) -> None:
        for hold in holds:
            if hold.claim.job_id not in lost:
                hold.until = asked + self._lease
            elif not hold.finished:
                log.warning("job %s belongs to another worker now", hold.claim.job_id)
                hold.until = 0.0
                if (task := self.job_tasks.get(hold.claim.job_id)) is not None:
                    task.cancel()

    async def _listen(self) -> None:
        """Wait for the receiver's wake-up call, while there is room for another job."""
        while True:
            await self._room.wait()
            try:
                if await _blpop(self.pool, keys.WAKE):
                    self._wake.set()
            except FAILURES:
                await asyncio.sleep(POLL)


def _blpop(redis: ArqRedis, key: str) -> Awaitable[Any]:
    return redis.blpop([key], timeout=1)  # type: ignore[return-value]  # redis-py types its two clients as one


def _unpack(payload: bytes) -> dict[str, Any]:
    """What arq wants to know of a job; ours are bytes for one function, so that there is nothing that can fail here."""
    return {"f": "process", "a": (Payload(payload),), "k": {}, "t": None, "et": 0}
