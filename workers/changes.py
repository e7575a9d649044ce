"""Making one change: find the tag, see whether it is so already, and only then call Intercom."""

import time
from dataclasses import dataclass

from rules.deciding.decision import Change
from rules.reading.lints import TAGGED
from state.feed import Step
from state.job import Job
from workers import progress
from workers.desk import Desk
from workers.hold import Hold
from workers.intercom.answers import Answer, Tag
from workers.intercom.errors import TagGone


@dataclass(slots=True)
class Run:
    """One run of one job, and what has come of it so far.

    `rule_set` is the hash of the rules that decide; `present` are the ids of the tags that the notification says are on
    the target, None where it cannot say; `steps` begin with what earlier runs have made.
    """

    job: Job
    hold: Hold
    desk: Desk
    rule_set: str
    present: frozenset[str] | None
    steps: list[Step]

    def note(self, change: Change, outcome: str, delay: float | None = None) -> None:
        """Remember what became of `change`, for the next run, the feed and the metrics."""
        self.steps.append(Step(change.kind, change.tag, change.action, change.rules, outcome, delay))
        self.hold.progress = progress.note(self.steps)
        for rule in change.rules:
            self.desk.metrics.changes.labels(rule, change.action, outcome).inc()

    async def list_tags(self) -> tuple[Tag, ...]:
        """All tags of the workspace, within the budget."""
        return (await self.desk.call("list tags", self.desk.intercom.list_tags, self.hold)).value

    async def create_tag(self, name: str) -> Tag:
        """The tag of that name, made if it is missing, within the budget."""
        return (await self.desk.call("create tag", lambda: self.desk.intercom.create_tag(name), self.hold)).value


def supported(change: Change, run: Run) -> bool:
    """Whether the change can be made at all: so far only on the conversation or ticket that the job is about."""
    return change.kind == run.job.kind and change.kind in TAGGED


async def make(change: Change, run: Run) -> None:
    """Make `change`, unless it is made already.

    Raises:
        UnknownTag, Rejected: it can never be made.
        IntercomError, Postponed, LeaseLost: not now, or not by us.
    """
    tag_id = await _tag_id(change, run)
    if tag_id is None or _already(change, run, tag_id):
        run.note(change, "already so")
        return
    try:
        answer = await _send(change, run, tag_id)
    except TagGone:
        # The list was out of date, or the tag was made anew under another id: look once more, then believe it.
        run.desk.tags.forget()
        tag_id = await _tag_id(change, run)
        if tag_id is None:
            run.note(change, "already so")
            return
        answer = await _send(change, run, tag_id)
    delay = time.time() - (time.monotonic() - answer.sent_at) - run.job.received_at
    run.desk.metrics.event_to_tag_seconds.observe(delay)
    run.note(change, "made", delay)


async def _tag_id(change: Change, run: Run) -> str | None:
    """The tag's id; None if it is to be removed and the workspace has no such tag."""
    if change.action == "remove":
        return await run.desk.tags.look_up(change.tag, run)
    return await run.desk.tags.find(change.tag, run)


def _already(change: Change, run: Run, tag_id: str) -> bool:
    """Whether the notification says so. What we did before, and what a person undid, will be the ledger's to know."""
    return run.present is not None and (tag_id in run.present) == (change.action == "add")


async def _send(change: Change, run: Run, tag_id: str) -> Answer[Tag] | Answer[Tag | None]:
    intercom, target = run.desk.intercom, run.job.target
    admin_id = change.admin_id or run.desk.workspace.admin_id
    if change.action == "add":
        return await run.desk.call(
            f"attach to {target.kind}", lambda: intercom.attach(target.kind, target.id, tag_id, admin_id), run.hold
        )
    return await run.desk.call(
        f"detach from {target.kind}", lambda: intercom.detach(target.kind, target.id, tag_id, admin_id), run.hold
    )
