"""The scheduled sweep: finds customers' messages whose webhook never came, and hands them to the workers.

Intercom sends a notification that failed once more after a minute, and then never again.
https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from redis.asyncio import Redis

from rules.language.values import Kind
from state.backfill import Backfill, Backfills, Gone
from state.connection import FAILURES
from state.sweep import Sweeps, TurnLost
from workers.backfill.events import Events
from workers.backfill.line import Line
from workers.backfill.run import LOOK, read
from workers.desk import Desk
from workers.intercom.errors import IntercomError
from workers.metrics import Metrics

log = logging.getLogger(__name__)

OVERLAP = 120
"""Seconds that a sweep looks back beyond what the last one saw: what changed while that read is seen by both."""
LONGEST = 7 * 86_400
"""Seconds that a sweep looks back at most: which messages are known is kept for a day more."""

_TRANSIENT: tuple[type[Exception], ...] = (IntercomError, Gone, TurnLost, *FAILURES)

KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind in {"conversation", "ticket"})
"""Where customers write."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps one workspace every `interval` seconds. A message is missed that nobody knows after `grace` seconds."""

    desk: Desk
    redis: Redis
    metrics: Metrics
    interval: float
    grace: float

    async def sweep(self) -> None:
        """Sweep if it is time and nobody else does. Raises IntercomError, and Redis's own errors."""
        app_id = self.desk.workspace.app_id
        sweeps = Sweeps(self.redis, app_id)
        async with sweeps.turn() as is_ours:
            if not is_ours or not self.desk.open("backfill"):
                return
            for kind in KINDS:
                if any(kind in rule.applies_to and rule.mode == "live" for rule in self.desk.rules.rules):
                    await self._sweep(kind, sweeps)

    async def _sweep(self, kind: Kind, sweeps: Sweeps) -> None:
        now, known = int(await sweeps.now()), await sweeps.known()
        swept = int(known.get(f"{kind}:swept", 0))
        if f"{kind}:run" not in known and now - swept < self.interval:
            return
        backfills = Backfills(self.redis)
        run, asked, began = await self._begun(kind, backfills, known, now, swept)
        await sweeps.begun(kind, run, began)
        line = Line(self.desk.intercom, self.desk.budget, patience=self.interval)
        events = Events(run, asked, self.desk.rules, backfills, line, until=began - self.grace)
        async for _ in read(events):
            pass
        found = await backfills.progress(run)
        await _hand_over(backfills, run, asked)
        await sweeps.over(kind, began)
        await backfills.drop(run)
        self.metrics.swept(self.desk.workspace.app_id, kind, found, began)
        if found.events:
            log.warning(
                "workspace %s: %s messages in %ss never came as a webhook, and %s of them are for the workers now",
                *(asked.app_id, found.events, kind, found.jobs),
            )

    async def _begun(
        self, kind: Kind, backfills: Backfills, known: dict[str, str], now: int, swept: int
    ) -> tuple[str, Backfill, int]:
        """The sweep that somebody began and did not end, or else a new one."""
        run = known.get(f"{kind}:run", "")
        asked = (await backfills.running()).get(run)
        if asked is not None:
            return run, asked, int(known[f"{kind}:began"])
        back = self.interval if not swept else now - swept
        since = now - min(int(back + self.grace + OVERLAP), LONGEST)
        asked = Backfill(self.desk.workspace.app_id, kind, since, missed=True)
        return await backfills.begin(asked), asked, now


async def _hand_over(backfills: Backfills, run: str, asked: Backfill) -> None:
    """Until the workers have all of it; they need not be done with it."""
    while True:
        handed = await backfills.release(run, asked)
        if not handed.left:
            return
        await asyncio.sleep(LOOK)


async def keep_sweeping(sweepers: Iterable[Sweeper], metrics: Metrics, *, every: float) -> None:
    """Sweep again and again, until cancelled. What goes wrong is told, and tried again next time."""
    sweepers = tuple(sweepers)
    while True:
        for sweeper in sweepers:
            app_id = sweeper.desk.workspace.app_id
            try:
                await sweeper.sweep()
            except _TRANSIENT as error:
                metrics.sweeps.labels(app_id, "failed").inc()
                log.warning("workspace %s could not be swept: %s: %s", app_id, type(error).__name__, error)
        await asyncio.sleep(every)
