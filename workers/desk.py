"""A workspace at work: its rules, its client, its budget, its tags, and whether it is worth taking jobs for it."""

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from rules.deciding.ruleset import RuleSet
from state import keys
from state.attempts import Attempts
from state.budget import BACKFILL_SHARE, Budget
from state.connection import FAILURES
from state.erasure import Erasure
from state.keys import Lane
from state.ledger import Ledger
from state.lock import Intent, Locks, Lost
from state.touched import Touched, Tripped
from state.tracing import OFF, Tracer
from workers.directory import Directory
from workers.gate import Gate, Postponed
from workers.hold import Hold, LeaseLost
from workers.hydration.reader import Reader
from workers.intercom.answers import Answer
from workers.intercom.client import Intercom
from workers.intercom.departure import Missed, checked
from workers.intercom.errors import IntercomError, RateLimited
from workers.metrics import Metrics
from workers.settings import Workspace
from workers.standstill import Standstill

T = TypeVar("T")

log = logging.getLogger(__name__)

IN_BODY = 2.0
"""Seconds a job may wait for its slot without being put back."""
AHEAD = 1.0
"""Seconds before a slot falls due from which on it is worth taking jobs again."""
WAITED = 0.05
"""Seconds of waiting for a slot after which it is worth asking whether a call may still be made."""
SLOTS = 3
"""How many slots a call may miss because it got its connection too late, before its job is put back."""
PAUSED = 5.0
"""Seconds for which a job is put back that runs when tagging is paused; it is not claimed before it goes on."""


@dataclass(slots=True)
class Desk:
    """What one worker needs to work for one workspace.

    `refused_wait` is for how many seconds a job is put back that needs what Intercom has refused.
    """

    workspace: Workspace
    standstill: Standstill
    intercom: Intercom
    budget: Budget
    gate: Gate
    tags: Directory
    reader: Reader
    attempts: Attempts
    ledger: Ledger
    locks: Locks
    erasure: Erasure
    touched: Touched
    metrics: Metrics
    tracer: Tracer = OFF
    refused_wait: float = 60.0
    fetched_max_age: float = 30.0
    _closed_until: float = 0.0
    _full_until: float = 0.0

    @property
    def rules(self) -> RuleSet:
        """The set that runs now; whoever decides on an event takes it once."""
        return self.standstill.rules(self.workspace.app_id)

    def open(self, lane: Lane = "live") -> bool:
        """Whether to take jobs for this workspace now: none without rules to decide by.

        Those of a backfill are taken only as long as there is room beside live ones.
        """
        until = self._closed_until if lane == "live" else max(self._closed_until, self._full_until)
        stands_still = self.standstill.paused(self.workspace.app_id) or not self.standstill.ruled(self.workspace.app_id)
        return not stands_still and self.gate.closed <= 0 and time.monotonic() >= until

    def close_for(self, seconds: float) -> None:
        """Take no jobs for this workspace for a while: they could only wait."""
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    async def call(
        self,
        operation: str,
        send: Callable[[], Awaitable[Answer[T]]],
        hold: Hold,
        *,
        admin_id: str = "",
        intent: Intent | None = None,
    ) -> Answer[T]:
        """Make one call to Intercom within the budget, while the job is held; `operation` is its name in the metrics.

        `admin_id` is in whose name, if in anybody's. An `intent` is written down together with taking the slot.

        Raises:
            Postponed: no slot within two seconds, the workspace is paused, a circuit on the way is open, or a rule has
                reached its limit, so that the event is to be decided on without it.
            LeaseLost: the job, or its object, is somebody else's by now; the call was not made.
            IntercomError: Intercom did not do it.
        """
        if self.standstill.paused(self.workspace.app_id):
            raise Postponed(PAUSED)
        async with self.gate.passage(operation, admin_id, hold.claim.job_id) as ask_again:
            return await self._call(operation, partial(self._in_time, operation, send, hold, intent, ask_again))

    async def _call(self, operation: str, send: Callable[[], Awaitable[Answer[T]]]) -> Answer[T]:
        try:
            answer = await send()
        except IntercomError as error:
            self.metrics.called(operation, error.status or 0)
            await self._learn(error, refused=isinstance(error, RateLimited))
            raise
        self.metrics.called(operation, 200)
        await self._learn(answer, refused=False)
        return answer

    async def _in_time(
        self,
        operation: str,
        send: Callable[[], Awaitable[Answer[T]]],
        hold: Hold,
        intent: Intent | None,
        ask_again: Callable[[], Awaitable[None]],
    ) -> Answer[T]:
        """Send the call while slot and lease are good, whatever time it takes to get a connection."""
        backfill = hold.claim.queue == keys.queue(self.workspace.app_id, "backfill")
        for _ in range(SLOTS):
            began = time.monotonic()
            until = await self._slot(intent, backfill=backfill)
            if time.monotonic() - began > WAITED:
                await ask_again()
            span = self.tracer.span(f"intercom: {operation}", "client")
            with suppress(Missed), checked(partial(_may_leave, hold, until)), span:
                return await send()
        raise Postponed(AHEAD)

    async def _slot(self, intent: Intent | None, *, backfill: bool) -> float:
        """Wait for a slot; until when it is good, on the monotonic clock."""
        try:
            with self.metrics.slot_wait_seconds.time():
                slot = await self.budget.take(IN_BODY, share=BACKFILL_SHARE if backfill else 1.0, intent=intent)
        except Lost:
            raise LeaseLost from None
        except Tripped as tripped:
            await self._tripped(tripped)
            raise Postponed(0.0) from None
        if slot.granted:
            return slot.until
        if backfill:
            # Live events may still find room.
            self._full_until = max(self._full_until, time.monotonic() + slot.wait)
        else:
            self.close_for(slot.wait - AHEAD)
        raise Postponed(slot.wait)

    async def _tripped(self, tripped: Tripped) -> None:
        """Tell it once for the whole fleet, and know it before the next event is decided on."""
        for share in tripped.trips:
            log.error(
                "workspace %s: rule %s has changed tags on %d objects within an hour, which is its limit: it acts as "
                "in shadow mode until `autotagger rules resume %s`; `autotagger undo --rule %s --since 1h` shows what "
                "it did",
                *(self.workspace.app_id, share.rule, share.most, share.rule, share.rule),
                extra={"app_id": self.workspace.app_id, "rules": (share.rule,)},
            )
        await self.standstill.look()

    async def _learn(self, answer: Answer[T] | IntercomError, *, refused: bool) -> None:
        if answer.sent_at is None or answer.received_at is None:
            return
        try:
            await self.budget.feedback(answer.limits, answer.sent_at, answer.received_at, refused=refused)
        except FAILURES as error:
            # The call is made, whatever becomes of what could be learnt from it.
            log.warning("the budget did not learn from an answer: %s", type(error).__name__)


def _may_leave(hold: Hold, until: float) -> None:
    """Raise what keeps a call from leaving now."""
    if not hold.held():
        raise LeaseLost
    if time.monotonic() >= until:
        raise Missed
