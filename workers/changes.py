"""Making one change: find the object and the tag, see whether it is so already, and only then call Intercom."""

import time
from dataclasses import dataclass

from facts.target import Target
from rules.deciding.decision import Change
from state.feed import Step
from state.job import Job
from state.ledger import Entry
from workers import progress
from workers.errand import Errand
from workers.hydration.hydration import Hydration
from workers.intercom.answers import Answer
from workers.intercom.errors import TagGone, TargetGone
from workers.targets import by_id, by_name
from workers.targets.by_name import Renamed


@dataclass(slots=True)
class Run:
    """One run of one job, and what has come of it so far.

    `rule_set` is the hash of the rules that decide; `steps` begin with what earlier runs have made.
    """

    job: Job
    errand: Errand
    rule_set: str
    hydration: Hydration
    steps: list[Step]

    def note(self, change: Change, outcome: str, delay: float | None = None) -> None:
        """Remember what became of `change`, for the next run, the feed and the metrics."""
        self.steps.append(Step(change.kind, change.tag, change.action, change.rules, outcome, delay))
        self.errand.hold.progress = progress.note(self.steps)
        for rule in change.rules:
            self.errand.desk.metrics.changes.labels(rule, change.action, outcome).inc()


async def make(change: Change, run: Run) -> None:
    """Make `change`, unless it is made already, or there is no object to make it on.

    Raises:
        UnknownTag, Rejected: it can never be made.
        IntercomError, Postponed, LeaseLost: not now, or not by us.
    """
    target = await run.hydration.target(change.kind)
    if target is None:
        run.note(change, f"no {change.kind}")
        return
    try:
        await _make(change, target, run)
    except TargetGone:
        if target == run.job.target:
            raise
        # It was merged or deleted since somebody named it.
        run.note(change, f"no {change.kind}")


async def _make(change: Change, target: Target, run: Run) -> None:
    tag_id = await _tag_id(change, run)
    if tag_id is None or await _already(change, target, tag_id, run):
        run.note(change, "already so")
        return
    try:
        answer = await _send(change, target, tag_id, run)
    except (TagGone, Renamed):
        # The list was out of date, or the tag was made anew under another id: look once more, then believe it.
        run.errand.desk.tags.forget()
        tag_id = await _tag_id(change, run)
        if tag_id is None:
            run.note(change, "already so")
            return
        answer = await _send(change, target, tag_id, run)
    await _made(change, target, tag_id, answer, run)


async def _made(change: Change, target: Target, tag_id: str, answer: Answer[object], run: Run) -> None:
    now = time.time() - (time.monotonic() - answer.sent_at)
    desk, job = run.errand.desk, run.job
    await desk.reader.drop(target.kind, target.id)
    # Before the step is noted: should this fail, the next run repeats the call, which changes nothing, and records it.
    await desk.ledger.record(
        target,
        tag_id,
        Entry(
            tag=change.tag,
            action=change.action,
            at=answer.date or now,
            created_at=job.created_at,
            notification_id=job.notification_id,
            rules=change.rules,
            rule_set=run.rule_set,
        ),
    )
    desk.metrics.event_to_tag_seconds.observe(now - job.received_at)
    run.note(change, "made", now - job.received_at)


async def _tag_id(change: Change, run: Run) -> str | None:
    """The tag's id; None if it is to be removed and the workspace has no such tag."""
    tags = run.errand.desk.tags
    look = tags.look_up if change.action == "remove" else tags.find
    return await look(change.tag, run.errand)


async def _already(change: Change, target: Target, tag_id: str, run: Run) -> bool:
    """Whether the notification or an answer says so; of a ticket, whether our own record does."""
    if target.kind == "ticket":
        entry = (await run.errand.desk.ledger.entries(target)).get(tag_id)
        return entry is not None and entry.action == change.action
    present = run.hydration.present(target.kind)
    return present is not None and (tag_id in present) == (change.action == "add")


async def _send(change: Change, target: Target, tag_id: str, run: Run) -> Answer[object]:
    send = by_name.send if target.kind == "company" else by_id.send
    return await send(change, target, tag_id, run.errand)
