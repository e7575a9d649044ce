"""A workspace at work: its rules, its client, its budget, its tags, and whether it is worth taking jobs for it."""

import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from rules.deciding.ruleset import RuleSet
from state import keys
from state.attempts import Attempts
from state.budget import BACKFILL_SHARE, Budget
from state.connection import FAILURES
from state.keys import Lane
from state.ledger import Ledger
from state.lock import Intent, Locks, Lost
from state.touched import Tripped
from workers.directory import Directory
from workers.gate import Gate, Postponed
from workers.hold import Hold, LeaseLost
from workers.hydration.reader import Reader
from workers.intercom.answers import Answer
from workers.intercom.client import Intercom
from workers.intercom.errors import Forbidden, IntercomError, RateLimited, Unauthorized
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

_NOT_ACCEPTED = 401


@dataclass(slots=True)
class Desk:
    """What one worker needs to work for one workspace.

    `refused_wait` is for how many seconds nobody asks again what Intercom has refused: anything at all, where token or
    admin is not accepted; only calls of one kind, where the app lacks the permission for them.
    """

    workspace: Workspace
    standstill: Standstill
    intercom: Intercom
    budget: Budget
    tags: Directory
    reader: Reader
    attempts: Attempts
    ledger: Ledger
    locks: Locks
    metrics: Metrics
    refused_wait: float = 60.0
    fetched_max_age: float = 30.0
    _closed_until: float = 0.0
    _full_until: float = 0.0
    _door: Gate = field(default_factory=Gate)
    _ways: defaultdict[tuple[str, str], Gate] = field(default_factory=lambda: defaultdict(Gate))

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
        return not stands_still and self._door.closed <= 0 and time.monotonic() >= until

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
            Postponed: no slot within two seconds, the workspace is paused, Intercom has lately refused such calls, or
                a rule has reached its limit, so that the event is to be decided on without it.
            LeaseLost: the job, or its object, is somebody else's by now; the call was not made.
            IntercomError: Intercom did not do it.
        """
        way = operation, admin_id
        try:
            async with self._door.passage(), self._ways[way].passage():
                return await self._call(operation, send, hold, intent)
        except Unauthorized as refused:
            self._shut(way, refused)
            raise

    async def _call(
        self, operation: str, send: Callable[[], Awaitable[Answer[T]]], hold: Hold, intent: Intent | None
    ) -> Answer[T]:
        if self.standstill.paused(self.workspace.app_id):
            raise Postponed(PAUSED)
        await self._slot(intent, backfill=hold.claim.queue == keys.queue(self.workspace.app_id, "backfill"))
        if not hold.held():
            raise LeaseLost
        try:
            answer = await send()
        except IntercomError as error:
            self.metrics.calls.labels(operation, str(error.status or 0)).inc()
            await self._learn(error, refused=isinstance(error, RateLimited))
            raise
        self.metrics.calls.labels(operation, "200").inc()
        await self._learn(answer, refused=False)
        return answer

    def _shut(self, way: tuple[str, str], refused: Unauthorized) -> None:
        """Ask no more for a while what a person has to mend first, and leave everything else to go on."""
        operation, admin_id = way
        others = admin_id not in {"", self.workspace.admin_id} and refused.status != _NOT_ACCEPTED
        narrow = others or isinstance(refused, Forbidden)
        if not (self._ways[way] if narrow else self._door).close(self.refused_wait):
            return
        what = f'to "{operation}"' if narrow else "token or admin"
        by = f" in the name of admin {admin_id}" if others else ""
        log.error(
            "Intercom refuses %s%s in workspace %s: %s; one call every %.0f s tells when it is mended",
            what,
            by,
            self.workspace.app_id,
            refused,
            self.refused_wait,
        )

    async def _slot(self, intent: Intent | None, *, backfill: bool) -> None:
        try:
            slot = await self.budget.take(IN_BODY, share=BACKFILL_SHARE if backfill else 1.0, intent=intent)
        except Lost:
            raise LeaseLost from None
        except Tripped as tripped:
            await self._tripped(tripped)
            raise Postponed(0.0) from None
        if slot.granted:
            return
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
