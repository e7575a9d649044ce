"""A workspace at work: its rules, its client, its budget, its tags, and whether it is worth taking jobs for it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from rules.deciding.ruleset import RuleSet
from state import keys
from state.budget import BACKFILL_SHARE, Budget
from state.connection import FAILURES
from state.keys import Lane
from state.ledger import Ledger
from workers.directory import Directory
from workers.hold import Hold, LeaseLost
from workers.hydration.reader import Reader
from workers.intercom.answers import Answer
from workers.intercom.client import Intercom
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
PAUSED = 5.0
"""Seconds for which a job is put back that runs when tagging is paused; it is not claimed before it goes on."""


class Postponed(Exception):
    """No slot is near: the job is to wait `wait` seconds, at no cost to it."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"no slot for {wait:.1f} s")
        self.wait = wait


@dataclass(slots=True)
class Desk:
    """What one worker needs to work for one workspace."""

    workspace: Workspace
    standstill: Standstill
    intercom: Intercom
    budget: Budget
    tags: Directory
    reader: Reader
    ledger: Ledger
    metrics: Metrics
    _closed_until: float = 0.0
    _full_until: float = 0.0
    _refused: bool = False
    _probe: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def rules(self) -> RuleSet:
        """The set that runs now; whoever decides on an event takes it once."""
        return self.standstill.rules(self.workspace.app_id)

    def open(self, lane: Lane = "live") -> bool:
        """Whether to take jobs for this workspace now; of a backfill only as long as there is room beside live ones."""
        if self.standstill.paused(self.workspace.app_id):
            return False
        return time.monotonic() >= (self._closed_until if lane == "live" else max(self._closed_until, self._full_until))

    def close_for(self, seconds: float) -> None:
        """Take no jobs for this workspace for a while: they could only wait."""
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    def refuse(self, seconds: float) -> bool:
        """Intercom refuses token or admin: close, then let calls through one at a time. Says whether that is news."""
        news, self._refused = not self._refused, True
        self.close_for(seconds)
        return news

    async def call(self, operation: str, send: Callable[[], Awaitable[Answer[T]]], hold: Hold) -> Answer[T]:
        """Make one call to Intercom within the budget, while the job is held; `operation` is its name in the metrics.

        Raises:
            Postponed: no slot within two seconds, or the workspace is closed or paused.
            LeaseLost: the job is somebody else's by now; the call was not made.
            IntercomError: Intercom did not do it.
        """
        if self._refused:
            async with self._probe:
                return await self._call(operation, send, hold)
        return await self._call(operation, send, hold)

    async def _call(self, operation: str, send: Callable[[], Awaitable[Answer[T]]], hold: Hold) -> Answer[T]:
        if self.standstill.paused(self.workspace.app_id):
            raise Postponed(PAUSED)
        closed = self._closed_until - time.monotonic()
        if self._refused and closed > 0:
            raise Postponed(closed)
        await self._slot(backfill=hold.claim.queue == keys.queue(self.workspace.app_id, "backfill"))
        if not hold.held():
            raise LeaseLost
        try:
            answer = await send()
        except IntercomError as error:
            self.metrics.calls.labels(operation, str(error.status or 0)).inc()
            await self._learn(error, refused=isinstance(error, RateLimited))
            raise
        self.metrics.calls.labels(operation, "200").inc()
        self._refused = False
        await self._learn(answer, refused=False)
        return answer

    async def _slot(self, *, backfill: bool) -> None:
        slot = await self.budget.take(IN_BODY, share=BACKFILL_SHARE if backfill else 1.0)
        if slot.granted:
            return
        if backfill:
            # Live events may still find room.
            self._full_until = max(self._full_until, time.monotonic() + slot.wait)
        else:
            self.close_for(slot.wait - AHEAD)
        raise Postponed(slot.wait)

    async def _learn(self, answer: Answer[T] | IntercomError, *, refused: bool) -> None:
        if answer.sent_at is None or answer.received_at is None:
            return
        try:
            await self.budget.feedback(answer.limits, answer.sent_at, answer.received_at, refused=refused)
        except FAILURES as error:
            # The call is made, whatever becomes of what could be learnt from it.
            log.warning("the budget did not learn from an answer: %s", type(error).__name__)
