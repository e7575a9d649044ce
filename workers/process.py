"""What is done with a job: facts, decision, changes, and exactly one ending."""

import asyncio
import logging
import random
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping

from facts import item, topics
from rules.deciding.decision import Change, Decision
from rules.deciding.ruleset import RuleSet
from rules.language.values import Facts, Kind
from state.connection import FAILURES
from state.dead import Cause
from state.feed import LONGEST_ERROR, Entry, Reply
from state.finish import Dead, Done, Ending
from state.job import Job, OtherVersion, Unreadable
from workers import changes, echo, ends, progress
from workers.desk import Desk
from workers.directory import UnknownTag
from workers.errand import Errand
from workers.gate import Postponed
from workers.hold import Hold, LeaseLost
from workers.hydration.hydration import Hydration
from workers.hydration.reader import Forgotten, Gone
from workers.intercom.errors import IntercomError, RateLimited, Rejected, Unauthorized, Unsendable
from workers.metrics import Metrics
from workers.retries import Backoff
from workers.run import Run

log = logging.getLogger(__name__)

_UNEVALUATED = "too much work"
_NAMED = 10
"""Of more rules than this the error gives the number; the letter has the names of all."""

_LOCKED: tuple[Kind, ...] = ("conversation", "ticket", "contact", "company")
"""The order in which objects are locked, so that no two jobs wait for each other."""

CRASHES = 3
"""How often a job may fail through a mistake of ours, or take its worker with it, before it is put aside."""


class Processor:
    """The body of every job.

    `longest` is how long a run may take, in seconds.
    """

    def __init__(
        self,
        desks: Mapping[str, Desk],
        metrics: Metrics,
        *,
        backoff: Backoff,
        longest: float = 240.0,
        rng: random.Random,
    ) -> None:
        self._desks = desks
        self._metrics = metrics
        self._backoff = backoff
        self._longest = longest
        self._rng = rng

    async def __call__(self, payload: bytes, hold: Hold) -> Ending:
        """Handle one job; raises nothing, unless it is cancelled."""
        began = time.monotonic()
        limit, job = asyncio.timeout(self._longest), None
        try:
            async with limit:
                job = Job.decode(payload)
                return await self._handle(job, hold)
        except Unreadable as unreadable:
            return self._aside(hold, began, unreadable)
        except LeaseLost:
            return hold.later()
        except FAILURES:
            if limit.expired():
                return self._again(hold, began, f"not done within {self._longest:.0f} s", job=job)
            # Redis is away, which is not the job's fault.
            return hold.later(wait=self._rng.uniform(0.5, 1.5))
        except Exception as error:  # noqa: BLE001 - the last line of defence: no job ends by an exception
            return self._crashed(hold, began, error, job)

    async def _handle(self, job: Job, hold: Hold) -> Ending:
        if hold.claim.abandoned >= CRASHES:
            error = f"{hold.claim.abandoned} leases on it ran out: it may end its workers"
            return Dead(Cause("ended its worker", error, str(job.target), job.topic, attempts=hold.claim.abandoned))
        desk = self._desks[job.app_id]
        with desk.tracer.span("job", "consumer", within=job.trace) as span:
            span.tell(app_id=job.app_id, job=job.id, topic=job.topic, tries=hold.claim.failures + 1)
            ending = await self._run(job, desk, hold)
            span.tell(outcome=type(ending).__name__.lower())
            return ending

    async def _run(self, job: Job, desk: Desk, hold: Hold) -> Ending:
        began = time.monotonic()
        content = item.load(job.item)
        rules = desk.rules
        errand = Errand(desk, hold)
        steps = list(progress.read(hold.progress))
        hydration = Hydration(job, content, errand)
        run = Run(job, errand, rules.hash, rules.limits, hydration, steps, desk.fetched_max_age)
        try:
            return await self._work(run, rules)
        except Forgotten:
            await desk.reader.forget(job.kind, job.target_id)
            return Done()
        except (Gone, Postponed, IntercomError) as kept_away:
            return await self._end_early(run, kept_away, began)

    async def _work(self, run: Run, rules: RuleSet) -> Ending:
        # The event says that its object has changed.
        await run.errand.desk.reader.drop(run.job.kind, run.job.target_id)
        topic = topics.lookup(run.job.topic)
        if topic.ends:
            return await ends.erase(run)
        if topic.merges:
            await ends.take_over(run)
        if await echo.is_echo(run):
            self._metrics.echoes.inc()
            return Done(_entry(run, Decision()))
        if run.job.kind in rules.reading_tags:
            book = await run.open(run.job.target)
            if any(entry.doubts(run.job.created_at) for entry in book.page.entries.values()):
                run.hydration.doubt_tags()
        decision = await self._decide(run, rules)
        run.matched(decision.matches)
        if decision.changes or decision.withdrawals:
            await run.open(run.job.target)
        return _end(run, decision, await _make_all(decision, run))

    async def _end_early(self, run: Run, kept_away: Gone | Postponed | IntercomError, began: float) -> Ending:
        match kept_away:
            case Gone():
                return Done(_entry(run, Decision()))
            case Postponed(wait=wait):
                return run.errand.hold.later(wait=wait)
            case RateLimited():
                return run.errand.hold.later(wait=await run.errand.desk.budget.next_slot())
            case Unauthorized():
                # Nothing is spent on what a person has to mend.
                return run.errand.hold.later(wait=run.errand.desk.refused_wait)
            case Unsendable():
                # What the notification names cannot be asked for, now or later.
                return Dead(_cause("rejected", kept_away.plain, run.errand.hold, run))
            case IntercomError():
                return self._again(run.errand.hold, began, kept_away.plain, run)

    async def _decide(self, run: Run, rules: RuleSet) -> Decision:
        def decide(facts: Facts) -> Decision:
            with self._metrics.evaluation_seconds.time(), run.errand.desk.tracer.span("decide"):
                decided = rules.decide(facts)
            return decided.only(frozenset(run.job.rules)) if run.job.rules else decided

        decision = await run.hydration.decide(decide, lambda: run.open(run.job.target))
        for match in decision.matches:
            self._metrics.decisions.labels(match.rule, "shadow" if match.shadow else "live").inc()
        for rule in decision.undecided:
            self._metrics.undecided.labels(rule).inc()
        for rule in decision.unevaluated:
            self._metrics.unevaluated.labels(rule).inc()
        self._metrics.conflicts.inc(len(decision.conflicts))
        for field in decision.mismatched:
            self._metrics.mismatches.labels(field).inc()
        return decision

    def _again(self, hold: Hold, began: float, error: str, run: Run | None = None, *, job: Job | None = None) -> Ending:
        """Spend an attempt and try later, or give up when the job has had its time."""
        failures = hold.claim.failures + 1
        if self._backoff.exhausted(hold.claim.spent):
            return Dead(_cause("gave up", error, hold, run, job=job))
        # In an outage nobody makes many calls, so no job need wait for longer than that lasts.
        down = run.errand.desk.gate.down if run else 0.0
        wait = down if down > 0 else self._backoff.wait(failures, self._rng)
        return hold.later(wait=wait, error=error, spent=wait + time.monotonic() - began)

    def _aside(self, hold: Hold, began: float, unreadable: Unreadable) -> Ending:
        """Leave a job of another version to its workers, at no cost but the time in which none of them comes."""
        if not isinstance(unreadable, OtherVersion) or self._backoff.exhausted(hold.claim.spent):
            return self._again(hold, began, str(unreadable))
        log.warning("job %s is left to others: %s", hold.claim.job_id, unreadable)
        wait = self._backoff.aside(hold.claim.spent, self._rng)
        return hold.later(wait=wait, spent=wait)

    def _crashed(self, hold: Hold, began: float, error: Exception, job: Job | None) -> Ending:
        """A mistake of ours. The log gets its kind and place, never its words: they may be the customer's."""
        name = type(error).__name__
        log.error("job %s failed: %s\n%s", hold.claim.job_id, name, "".join(traceback.format_tb(error.__traceback__)))
        if hold.claim.failures + 1 >= CRASHES:
            return Dead(_cause("crashed", name, hold, job=job))
        return self._again(hold, began, name, job=job)


async def _make_all(decision: Decision, run: Run) -> list[tuple[str, str, str]]:
    """Make the changes that are not made yet; what failed for good does not keep the others back.

    Returns reason, error and Intercom's request id for each that failed for good, and for what was not decided at all.
    """
    troubles = []
    for change in sorted(decision.changes, key=lambda change: _LOCKED.index(change.kind)):
        troubles += await _attempt(change, changes.make, run)
    # After what others want of the same tag: it stays if they want it.
    for tag, by in _given_up(decision).items():
        troubles += await _attempt(Change(run.job.kind, tag, "remove", by), changes.take_back, run)
    for change in decision.shadow:
        # A rule that reached its limit in the middle of a job has done what it has done.
        if progress.end(run.steps, change) is None:
            run.note(change, "shadow")
    if decision.unevaluated:
        rules = ", ".join(f'"{rule}"' for rule in decision.unevaluated[:_NAMED])
        more = f" and {len(decision.unevaluated) - _NAMED:,} more" if len(decision.unevaluated) > _NAMED else ""
        troubles.append((_UNEVALUATED, f"too much work to evaluate {rules}{more}", ""))
    return troubles


async def _attempt(
    change: Change, attempt: Callable[[Change, Run], Awaitable[None]], run: Run
) -> list[tuple[str, str, str]]:
    """What of a change failed for good, in this run or an earlier one, as `_make_all` tells it."""
    ended = progress.end(run.steps, change)
    if ended is not None:
        reply = ended.reply if ended.outcome == progress.FAILED else None
    else:
        reply = await _failure(change, attempt, run)
        if reply is not None:
            run.note(change, progress.FAILED, reply=reply)
    return [(reply.reason, reply.error, reply.request_id)] if reply is not None else []


async def _failure(change: Change, attempt: Callable[[Change, Run], Awaitable[None]], run: Run) -> Reply | None:
    """Attempt a change; why it will never be made, None if nothing says so."""
    try:
        await attempt(change, run)
    except UnknownTag:
        return Reply(error=f'there is no tag "{change.tag}" in the workspace', reason="unknown tag")
    except Rejected as rejected:
        return Reply(
            rejected.status or 0,
            error=rejected.plain[:LONGEST_ERROR],
            request_id=rejected.request_id or "",
            reason=rejected.code or "rejected",
        )
    return None


def _given_up(decision: Decision) -> Mapping[str, tuple[str, ...]]:
    """The rules that give up each tag of the event's own object; where rules disagree nothing happens to it."""
    rules: dict[str, tuple[str, ...]] = {}
    for given_up in decision.withdrawals:
        if given_up.tag not in decision.conflicts:
            rules[given_up.tag] = (*rules.get(given_up.tag, ()), given_up.rule)
    return rules


def _end(run: Run, decision: Decision, troubles: list[tuple[str, str, str]]) -> Ending:
    entry = _entry(run, decision)
    if not troubles:
        return Done(entry)
    reasons, errors, request_ids = zip(*troubles, strict=True)
    cause = _cause(reasons[0], "; ".join(errors), run.errand.hold, run, request_ids[0], decision.unevaluated)
    return Dead(cause, entry)


def _cause(
    reason: str,
    error: str,
    hold: Hold,
    run: Run | None = None,
    request_id: str = "",
    unevaluated: tuple[str, ...] = (),
    job: Job | None = None,
) -> Cause:
    if run is None:
        target, topic = (str(job.target), job.topic) if job is not None else ("", "")
        return Cause(reason, error, target, topic, attempts=hold.claim.failures + 1)
    failed = [step for step in run.steps if step.outcome == "failed"]
    rules = [rule for step in failed for rule in step.rules]
    return Cause(
        reason=reason,
        error=error,
        target=str(run.job.target),
        topic=run.job.topic,
        rules=tuple(dict.fromkeys((*rules, *unevaluated))),
        attempts=hold.claim.failures + 1,
        request_id=request_id,
        calls=len(failed) or int(reason != _UNEVALUATED),
    )


def _entry(run: Run, decision: Decision) -> bytes:
    """The feed's entry; none for an event that no rule had anything to do with."""
    known = decision.conflicts or decision.undecided or decision.unevaluated or run.hydration.gone
    if not (run.steps or known or run.merged_from):
        return b""
    return Entry(
        app_id=run.job.app_id,
        notification_id=run.job.notification_id,
        topic=run.job.topic,
        target=str(run.job.target),
        rule_set=run.rule_set,
        received_at=run.job.received_at,
        done_at=time.time(),
        steps=tuple(run.steps),
        conflicts=decision.conflicts,
        undecided=tuple(decision.undecided),
        gone=tuple(run.hydration.gone),
        unevaluated=decision.unevaluated,
        created_at=run.job.created_at,
        merged_from=run.merged_from,
    ).encode()
