"""The way to Intercom: which circuits a call has to pass, and what its outcome tells each of them."""

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Literal

from state.circuit import Circuit, Circuits, Passage
from state.connection import FAILURES
from workers.intercom.errors import Forbidden, IntercomError, Rejected, Unauthorized
from workers.metrics import Metrics
from workers.settings import Workspace

log = logging.getLogger(__name__)

OUTAGE = 5
"""Calls of different jobs that have to fail in a row before the other end is taken to be down."""
FIRST = 1.0
"""Seconds after which an outage is probed for the first time."""

_BROKEN = 500

Outcome = Literal["failed", "succeeded", "unknown"]


class Postponed(Exception):
    """Nothing can be sent now, or another run decides on the object: the job is to wait `wait` seconds, at no cost."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"not for {wait:.1f} s")
        self.wait = wait


class Way:
    """The circuits of one call, each with what it is called in the log.

    Of an outage all workspaces at the same address hear, of a token that is not accepted the workspace, of an admin who
    is refused what is done in that name, and of a missing permission calls of one kind.
    """

    def __init__(self, workspace: Workspace, operation: str, admin_id: str, *, refused: float, outage: float) -> None:
        app_id, name = workspace.app_id, f" in the name of admin {admin_id}" if admin_id else ""
        of_admin = f":{admin_id}" if admin_id else ""
        self.host = Circuit(f"host:{workspace.base_url}", min(FIRST, outage), outage, failures=OUTAGE)
        self.workspace = Circuit(f"workspace:{app_id}", refused, refused)
        self.admin = Circuit(f"admin:{app_id}{of_admin}", refused, refused)
        self.calls = Circuit(f"calls:{app_id}:{operation}{of_admin}", refused, refused)
        self.all = (self.host, self.workspace, *([self.admin] if admin_id else []), self.calls)
        self.wide = {self.host, self.workspace} | ({self.admin} if admin_id == workspace.admin_id else set())
        self.words = {
            self.host: f"{workspace.base_url} does not do its work",
            self.workspace: f"Intercom refuses the token of workspace {app_id}",
            self.admin: f"Intercom refuses admin {admin_id} in workspace {app_id}",
            self.calls: f'Intercom refuses to "{operation}"{name} in workspace {app_id}',
        }

    def outcomes(self, error: IntercomError | None) -> dict[Circuit, Outcome]:
        """What a call that ended so says of each of its circuits; nothing of those that are not named."""
        if error is None:
            return dict.fromkeys(self.all, "succeeded")
        if error.status is None and isinstance(error, Rejected):
            return {}
        if error.status is None or error.status >= _BROKEN:
            return {self.host: "failed"}
        # Whatever it says, it answers.
        said: dict[Circuit, Outcome] = {self.host: "succeeded"}
        match error:
            case Unauthorized(status=401):
                said[self.workspace] = "failed"
            case Forbidden():
                said |= {self.workspace: "succeeded", self.calls: "failed"}
            case Unauthorized():
                said |= {self.workspace: "succeeded", (self.admin if self.admin in self.all else self.calls): "failed"}
            case Rejected():
                said[self.workspace] = "succeeded"
        return said


class Gate:
    """Lets calls of one workspace through where all circuits on their way do.

    `refused` is for how many seconds nobody asks again what Intercom has refused, `outage` the longest that nobody asks
    whether an outage is over.
    """

    def __init__(
        self, circuits: Circuits, workspace: Workspace, metrics: Metrics, *, refused: float, outage: float
    ) -> None:
        self._circuits = circuits
        self._workspace = workspace
        self._metrics = metrics
        self._waits = {"refused": refused, "outage": outage}
        self._closed_until = 0.0
        self._down_until = 0.0
        self._new_token = False

    def take_up_token(self) -> None:
        """The next call shows another token, and finds out at once whether that one is refused, too."""
        self._new_token = True
        self._closed_until = 0.0

    @property
    def closed(self) -> float:
        """For how many seconds yet hardly any call gets through, as far as this process knows; 0 or less if it does."""
        return self._closed_until - time.monotonic()

    @property
    def down(self) -> float:
        """For how many seconds yet the other end is taken to be down; 0 or less if it is not."""
        return self._down_until - time.monotonic()

    @asynccontextmanager
    async def passage(self, operation: str, admin_id: str, job_id: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Make one call inside of this, and none if it raises; what it gives asks once more, for a call that waited.

        Raises:
            Postponed: a circuit is open, and it is not this call that probes it.
        """
        way = Way(self._workspace, operation, admin_id, **self._waits)
        passed = await self._ask(way)

        async def ask_again() -> None:
            nonlocal passed
            passed = await self._ask(way, passed.token)

        outcomes: dict[Circuit, Outcome] = {}
        error: IntercomError | None = None
        try:
            yield ask_again
            outcomes = way.outcomes(None)
        except IntercomError as failed:
            error, outcomes = failed, way.outcomes(failed)
            raise
        finally:
            await self._tell(way, passed, outcomes, error, job_id)

    async def _ask(self, way: Way, token: str = "") -> Passage:
        if self._new_token:
            await self._circuits.hasten(way.workspace)
            self._new_token = False
        passed = await self._circuits.ask(way.all, token)
        if passed.stopped is not None:
            self._note(way, passed.stopped, passed.wait)
            raise Postponed(passed.wait)
        return passed

    async def _tell(
        self, way: Way, passed: Passage, outcomes: dict[Circuit, Outcome], error: IntercomError | None, job_id: str
    ) -> None:
        try:
            for circuit in way.all:
                outcome = outcomes.get(circuit, "unknown")
                if outcome == "failed" and error is not None:
                    await self._failed(way, circuit, passed, error, job_id)
                elif circuit in passed.watching:
                    await self._passed(way, circuit, passed, outcome)
        except FAILURES as failure:
            # The call is made, whatever becomes of what could be learnt from it; a probe has its time, and no more.
            log.warning("the circuits did not hear of an outcome: %s", type(failure).__name__)

    async def _failed(self, way: Way, circuit: Circuit, passed: Passage, error: IntercomError, job_id: str) -> None:
        opened, wait = await self._circuits.failed(circuit, passed, by=job_id, reason=_reason(error))
        self._note(way, circuit, wait)
        if opened:
            self._metrics.circuits.labels(circuit.kind, "opened").inc()
            log.error("%s: %s; one call at a time tells when it is mended", way.words[circuit], error.plain)

    async def _passed(self, way: Way, circuit: Circuit, passed: Passage, outcome: Outcome) -> None:
        if outcome == "unknown":
            await self._circuits.release(circuit, passed)
            return
        was_open = await self._circuits.succeeded(circuit, passed)
        if was_open is not None:
            self._metrics.circuits.labels(circuit.kind, "closed").inc()
            log.warning("mended after %.0f s: %s", was_open, way.words[circuit])

    def _note(self, way: Way, circuit: Circuit, wait: float) -> None:
        until = time.monotonic() + wait
        if circuit in way.wide:
            self._closed_until = max(self._closed_until, until)
        if circuit == way.host:
            self._down_until = max(self._down_until, until)


def _reason(error: IntercomError) -> str:
    """What Intercom said, without any words that it may have taken from a customer."""
    if error.status is None:
        return "no answer"
    return f"{error.status} {error.code}" if error.code else str(error.status)
