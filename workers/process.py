"""What is done with a job: facts, decision, changes, and exactly one ending."""

import logging
import random
import time
import traceback
from collections.abc import Mapping
from typing import Any

from facts import item, tags, view
from rules.decision import Decision
from state.connection import FAILURES
from state.dead import Cause
from state.feed import Entry
from state.finish import Dead, Done, Ending, Later
from state.job import Job, Unreadable
from workers import changes, progress
from workers.changes import Run
from workers.desk import Desk, LeaseLost, Postponed
from workers.directory import UnknownTag
from workers.intercom.errors import RateLimited, Rejected, Unauthorized, Unavailable
from workers.loop import Hold
from workers.metrics import Metrics
from workers.retries import Backoff

log = logging.getLogger(__name__)

CRASHES = 3
"""How often a job may fail through a mistake of ours before it is put aside."""


class Processor:
    """The body of every job.

    `refused_wait` is how long, in seconds, a workspace is left alone after Intercom has refused its token or admin.
    """

    def __init__(
        self,
        desks: Mapping[str, Desk],
        metrics: Metrics,
        *,
        backoff: Backoff,
        refused_wait: float = 60.0,
        rng: random.Random,
    ) -> None:
        self._desks = desks
        self._metrics = metrics
        self._backoff = backoff
        self._refused_wait = refused_wait
        self._rng = rng

    async def __call__(self, payload: bytes, hold: Hold) -> Ending:
        """Handle one job; raises nothing, unless it is cancelled."""
        began = time.monotonic()
        try:
            return await self._handle(Job.decode(payload), hold)
        except Unreadable as unreadable:
            return self._again(hold, began, str(unreadable))
        except LeaseLost:
            return Later()
        except FAILURES:
            # Redis is away, which is not the job's fault. Its changes may be made once more: they bear that.
            return Later(wait=self._rng.uniform(0.5, 1.5))
        except Exception as error:  # noqa: BLE001 - the last line of defence: no job ends by an exception
            return self._crashed(hold, began, error)

    async def _handle(self, job: Job, hold: Hold) -> Ending:
        began = time.monotonic()
        desk = self._desks[job.app_id]
        content = item.load(job.item)
        decision = self._decide(job, desk, content)
        run = Run(job, hold, desk, tags.present(job.kind, content), progress.read(hold.claim.progress))
        try:
            troubles = await _make_all(decision, run)
        except Postponed as postponed:
            return Later(wait=postponed.wait, progress=progress.note(run.made))
        except RateLimited:
            return Later(wait=await desk.budget.next_slot(), progress=progress.note(run.made))
        except Unauthorized as refused:
            return self._refused(run, refused)
        except Unavailable as unavailable:
            return self._again(hold, began, str(unavailable), run)
        return _end(run, decision, troubles)

    def _decide(self, job: Job, desk: Desk, content: Mapping[str, Any]) -> Decision:
        facts = view.view(job.topic, job.target, content, job.created_at, job.delivery_attempts)
        with self._metrics.evaluation_seconds.time():
            decision = desk.rules.decide(facts)
        for rule in decision.undecided:
            self._metrics.undecided.labels(rule).inc()
        self._metrics.conflicts.inc(len(decision.conflicts))
        for field in decision.mismatched:
            self._metrics.mismatches.labels(field).inc()
        return decision

    def _refused(self, run: Run, refused: Unauthorized) -> Ending:
        """Nothing is spent on what a person has to mend; one look a minute finds out when it is."""
        log.error("Intercom refuses token or admin of workspace %s: %s", run.job.app_id, refused)
        run.desk.close_for(self._refused_wait)
        return Later(wait=self._refused_wait, progress=progress.note(run.made))

    def _again(self, hold: Hold, began: float, error: str, run: Run | None = None) -> Ending:
        """Spend an attempt and try later, or give up when the job has had its time."""
        failures = hold.claim.failures + 1
        if self._backoff.exhausted(hold.claim.spent):
            return Dead(_cause("gave up", error, hold, run))
        wait = self._backoff.wait(failures, self._rng)
        made = progress.note(run.made) if run else hold.claim.progress
        return Later(wait=wait, error=error, spent=wait + time.monotonic() - began, progress=made)

    def _crashed(self, hold: Hold, began: float, error: Exception) -> Ending:
        """A mistake of ours. The log gets its kind and place, never its words: they may be the customer's."""
        name = type(error).__name__
        log.error("job %s failed: %s\n%s", hold.claim.job_id, name, "".join(traceback.format_tb(error.__traceback__)))
        if hold.claim.failures + 1 >= CRASHES:
            return Dead(_cause("crashed", name, hold))
        return self._again(hold, began, name)


async def _make_all(decision: Decision, run: Run) -> list[tuple[str, str, str]]:
    """Make the changes that are not made yet; what failed for good does not keep the others back.

    Returns reason, error and Intercom's request id for each that failed for good.
    """
    troubles = []
    for change in decision.changes:
        if progress.key(change) in run.made:
            continue
        if not changes.supported(change, run):
            run.note(change, "not supported")
            continue
        try:
            await changes.make(change, run)
        except UnknownTag:
            troubles.append(("unknown tag", f'there is no tag "{change.tag}" in the workspace', ""))
            run.note(change, "failed")
        except Rejected as rejected:
            troubles.append((rejected.code or "rejected", str(rejected), rejected.request_id or ""))
            run.note(change, "failed")
        else:
            run.made |= {progress.key(change)}
    for change in decision.shadow:
        run.note(change, "shadow")
    return troubles


def _end(run: Run, decision: Decision, troubles: list[tuple[str, str, str]]) -> Ending:
    entry = _entry(run, decision)
    if not troubles:
        return Done(entry)
    reasons, errors, request_ids = zip(*troubles, strict=True)
    return Dead(_cause(reasons[0], "; ".join(errors), run.hold, run, request_ids[0]), entry)


def _cause(reason: str, error: str, hold: Hold, run: Run | None = None, request_id: str = "") -> Cause:
    if run is None:
        return Cause(reason, error, attempts=hold.claim.failures + 1)
    failed = dict.fromkeys(rule for step in run.steps if step.outcome == "failed" for rule in step.rules)
    return Cause(
        reason=reason,
        error=error,
        target=str(run.job.target),
        topic=run.job.topic,
        rules=tuple(failed),
        attempts=hold.claim.failures + 1,
        request_id=request_id,
    )


def _entry(run: Run, decision: Decision) -> bytes:
    """The feed's entry; none for an event that no rule had anything to do with."""
    if not (run.steps or decision.conflicts or decision.undecided):
        return b""
    return Entry(
        app_id=run.job.app_id,
        notification_id=run.job.notification_id,
        topic=run.job.topic,
        target=str(run.job.target),
        rule_set=run.desk.rules.hash,
        received_at=run.job.received_at,
        done_at=time.time(),
        steps=tuple(run.steps),
        conflicts=decision.conflicts,
        undecided=tuple(decision.undecided),
    ).encode()
