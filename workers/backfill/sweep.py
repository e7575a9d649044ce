"""The scheduled sweep: finds customers' messages whose webhook never came, and hands them to the workers.

Intercom sends a notification that failed once more after a minute, and then never again.
https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import asyncio
import logging
import time
import traceback
from dataclasses import dataclass
from typing import get_args

from redis.asyncio import Redis

from rules.language.values import Kind
from rules.telling.report import plural
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

UNFINISHED = 43_200
"""Seconds after which a sweep that nobody went on with is begun anew: what it relies on is known for a day more."""

PATIENCE = 600.0
"""Seconds of trying for which a sweep outlasts an outage of Intercom; then the next one takes its place."""

_TRANSIENT: tuple[type[Exception], ...] = (IntercomError, Gone, TurnLost, *FAILURES)

KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind in {"conversation", "ticket"})
"""Where customers write."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps one workspace every `interval` seconds. A message is missed that nobody knows after `grace` seconds.

    Another worker takes over `turn` seconds after this one is gone; `failed_wait` seconds after a sweep that failed
    somebody tries again.
    """

    desk: Desk
    redis: Redis
    metrics: Metrics
    interval: float
    grace: float
    turn: float
    failed_wait: float

    async def sweep(self) -> None:
        """Sweep if it is time and nobody else does. Raises IntercomError, Gone, TurnLost, and Redis's own errors."""
        app_id = self.desk.workspace.app_id
        sweeps = Sweeps(self.redis, app_id, turn=self.turn, failed_wait=self.failed_wait)
        async with sweeps.turn() as is_ours:
            if not is_ours or not self.desk.open("backfill"):
                return
            troubles = []
            for kind in KINDS:
                if self.desk.standstill.paused(app_id):
                    return
                if not any(kind in rule.applies_to and rule.mode == "live" for rule in self.desk.rules.rules):
                    continue
                try:
                    await self._sweep(kind, sweeps)
                except IntercomError as error:
                    # An app that may not read tickets may read conversations all the same.
                    troubles.append(error)
            if troubles:
                raise troubles[0]

    async def _sweep(self, kind: Kind, sweeps: Sweeps) -> None:
        now, known = int(await sweeps.now()), await sweeps.known()
        swept = int(known.get(f"{kind}:swept", 0))
        if f"{kind}:run" not in known and now - swept < self.interval:
            return
        backfills = Backfills(self.redis)
        run, asked, began = await self._begun(kind, backfills, known, now, swept)
        await sweeps.begun(kind, run, began)
        line = Line(self.desk.intercom, self.desk.budget, patience=PATIENCE)
        events = Events(run, asked, self.desk.rules, backfills, line, until=began - self.grace)
        ahead = await sweeps.now() - time.time()
        async for _ in read(events, clock=lambda: time.time() + ahead):
            if self.desk.standstill.paused(asked.app_id):
                return  # it is gone on with when tagging is
        found = await backfills.progress(run)
        await _hand_over(backfills, run, asked)
        await sweeps.over(kind, began)
        await backfills.drop(run)
        self.metrics.swept(self.desk.workspace.app_id, kind, found, began)
        if found.events:
            log.warning(
                "workspace %s: no webhook came for %s in %ss; that makes %s for the workers",
                *(asked.app_id, plural(found.events, "message"), kind, plural(found.jobs, "job")),
            )

    async def _begun(
        self, kind: Kind, backfills: Backfills, known: dict[str, str], now: int, swept: int
    ) -> tuple[str, Backfill, int]:
        """The sweep that somebody began and did not end, or else a new one."""
        run = known.get(f"{kind}:run", "")
        asked = (await backfills.running()).get(run)
        if asked is not None and now - int(known[f"{kind}:began"]) < UNFINISHED:
            return run, asked, int(known[f"{kind}:began"])
        if asked is not None:
            await backfills.drop(run)
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


async def keep_sweeping(sweeper: Sweeper, metrics: Metrics, *, every: float) -> None:
    """Sweep again and again, until cancelled. Whatever goes wrong in one sweep is told, and tried again."""
    app_id = sweeper.desk.workspace.app_id
    while True:
        try:
            await sweeper.sweep()
        except _TRANSIENT as error:
            metrics.sweeps.labels(app_id, "failed").inc()
            why = error.plain if isinstance(error, IntercomError) else error
            log.warning("workspace %s could not be swept: %s: %s", app_id, type(error).__name__, why)
        except Exception as error:  # noqa: BLE001 - the top of a task that must not end
            metrics.sweeps.labels(app_id, "failed").inc()
            _tell_mistake(app_id, error)
        await asyncio.sleep(every)


def _tell_mistake(app_id: str, error: Exception) -> None:
    """The log gets kind and place of a mistake of ours, never its words: they may be the customer's."""
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("workspace %s could not be swept: %s\n%s", app_id, type(error).__name__, place)
