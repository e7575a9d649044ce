"""The worker, wired: from settings to a loop that claims jobs and tags."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from arq.connections import ArqRedis
from redis.asyncio import Redis

from rules.deciding.ruleset import RuleSet
from state import keys, processes
from state.attempts import Attempts
from state.circuit import Circuits
from state.erasure import Erasure
from state.fetched import FetchedCache
from state.finish import Dead, Ended, Later, NoRoom
from state.ledger import Ledger
from state.lock import Locks
from state.pauses import Pauses
from state.processes import AtWork, Process
from state.pulse import Pulse
from state.tag_ids import TagIds
from state.tasks import end
from state.touched import Touched
from state.tracing import OFF, Tracer
from workers import outcomes
from workers.allowance import open_budget
from workers.backfill.sweep import KINDS, Sweeper, keep_sweeping
from workers.desk import IN_BODY, Desk
from workers.directory import Directory
from workers.gate import Gate
from workers.hold import Hold
from workers.hydration.reader import Reader
from workers.intercom.client import Intercom
from workers.loop import Queues, Worker
from workers.metrics import Metrics
from workers.owners import with_owners
from workers.process import Processor
from workers.retries import Backoff
from workers.rulebook import Rulebook, Rulebooks, keep_reading
from workers.settings import WorkerSettings, Workspace
from workers.standstill import Standstill

log = logging.getLogger(__name__)

Rotation = Callable[[Callable[[Mapping[str, str]], None]], Coroutine[Any, Any, None]]
"""Tells the access tokens by workspace whenever they change, until it is cancelled."""

BACKSTOP = 60.0
"""Seconds after the body's own limit at which arq ends a run that has not ended itself."""

NAMED = 10
"""Rules that the log names of a dead letter; the letter has them all."""


@asynccontextmanager
async def create_worker(
    settings: WorkerSettings,
    rulebooks: Rulebooks,
    redis: ArqRedis,
    metrics: Metrics,
    rotation: Rotation | None = None,
    tracer: Tracer = OFF,
) -> AsyncIterator[Worker]:
    """A worker, ready to run, whose connections to Intercom are closed in the end. `redis` stays the caller's.

    As long as it is there, the folders of `rulebooks` are looked at. Without a `rotation` of the access tokens they
    stay as they are.
    """
    async with AsyncExitStack() as stack:
        standstill = Standstill(Pauses(redis), rulebooks, metrics)
        desks = {}
        for workspace in settings.workspaces:
            intercom = await stack.enter_async_context(_client(workspace, settings))
            desks[workspace.app_id] = create_desk(workspace, settings, standstill, intercom, redis, metrics, tracer)
        processor = Processor(
            desks,
            metrics,
            backoff=Backoff(settings.retry_base, settings.retry_cap, settings.retry_limit),
            longest=settings.job_timeout,
            rng=random.Random(),  # noqa: S311 - jitter, not a secret
        )

        def ended(hold: Hold, ending: Ended) -> None:
            metrics.recovered.inc(bool(hold.claim.abandoned))
            app_id = hold.claim.job_id.partition(":")[0]
            metrics.ended(app_id, *outcomes.label(ending))
            rulebook = rulebooks.get(app_id)
            _tell(hold, ending, rulebook.state.running if rulebook else None)

        reading = asyncio.create_task(keep_reading(rulebooks, metrics, every=settings.rules_interval))
        await standstill.begin()
        watching = asyncio.create_task(standstill.watch(every=settings.pauses_interval))
        stack.push_async_callback(end, [reading, watching])
        pulse = Pulse(redis, metrics.tally, _describing(settings, rulebooks))
        telling = asyncio.create_task(pulse.watch())
        stack.push_async_callback(pulse.end)
        stack.push_async_callback(end, [telling])
        if rotation is not None:
            rotating = asyncio.create_task(rotation(lambda tokens: _use(tokens, desks)))
            stack.push_async_callback(end, [rotating])
        if settings.sweep_interval is not None:
            sweeping = _sweeping(desks.values(), redis, metrics, settings, settings.sweep_interval)
            stack.push_async_callback(end, sweeping)
        yield Worker(
            redis,
            processor,
            Rota(desks).queues,
            ended=ended,
            concurrency=settings.concurrency,
            lease=settings.lease,
            completion_wait=settings.completion_wait,
            job_timeout=settings.job_timeout + BACKSTOP,
            dead_letters=settings.dead_letters,
        )


def _describing(settings: WorkerSettings, rulebooks: Rulebooks) -> Callable[[], Process]:
    """What this worker says of itself, from now on."""
    began = time.monotonic()
    workspaces = {workspace.app_id: workspace for workspace in settings.workspaces}

    def described() -> Process:
        at_work = {app_id: _at_work(rulebooks[app_id], workspace) for app_id, workspace in workspaces.items()}
        return processes.this("worker", time.monotonic() - began, workspaces=at_work)

    return described


def _at_work(rulebook: Rulebook, workspace: Workspace) -> AtWork:
    running = rulebook.state.running
    return AtWork(
        rule_set=running.hash if running else "",
        since=rulebook.since,
        problem=rulebook.problem,
        limit=workspace.calls_per_window,
        window=workspace.window,
        app=workspace.app,
    )


def _sweeping(
    desks: Iterable[Desk], redis: ArqRedis, metrics: Metrics, settings: WorkerSettings, interval: float
) -> list[asyncio.Task[None]]:
    """A task for each workspace, so that none waits for another; a task group would cancel each only once."""
    ways = (interval, settings.sweep_grace, settings.lease, settings.refused_wait)
    for desk in desks:
        metrics.sweeping(desk.workspace.app_id, KINDS)
    sweepers = [Sweeper(desk, redis, metrics, *ways) for desk in desks]
    every = min(interval, 10.0)
    return [asyncio.create_task(keep_sweeping(sweeper, metrics, every=every)) for sweeper in sweepers]


def _use(tokens: Mapping[str, str], desks: Mapping[str, Desk]) -> None:
    for app_id in tokens.keys() & desks.keys():
        if desks[app_id].intercom.use(tokens[app_id]):
            desks[app_id].gate.take_up_token()


class Door(Protocol):
    """Says whether it makes sense to take jobs for a workspace now."""

    def open(self, lane: keys.Lane = "live") -> bool:
        """Whether it does for jobs of that lane."""


class Rota:
    """Looks at the workspaces in turn, each time beginning with the next: with one free place each gets it in turn."""

    def __init__(self, desks: Mapping[str, Door]) -> None:
        self._desks = desks
        self._turn = 0

    def queues(self) -> Queues:
        """The queues of the workspaces that it makes sense to take jobs for now."""
        opened = [app_id for app_id, desk in self._desks.items() if desk.open()]
        self._turn = (self._turn + 1) % max(len(opened), 1)
        opened = opened[self._turn :] + opened[: self._turn]
        return Queues(
            live=tuple(keys.queue(app_id, "live") for app_id in opened),
            backfill=tuple(keys.queue(app_id, "backfill") for app_id in opened if self._desks[app_id].open("backfill")),
        )


def _client(workspace: Workspace, settings: WorkerSettings) -> Intercom:
    return Intercom(
        workspace.base_url, workspace.access_token, timeout=settings.call_timeout, connections=settings.concurrency
    )


def create_desk(
    workspace: Workspace,
    settings: WorkerSettings,
    standstill: Standstill,
    intercom: Intercom,
    redis: Redis,
    metrics: Metrics,
    tracer: Tracer = OFF,
) -> Desk:
    """All that is needed to work for a workspace; `intercom` and `redis` stay the caller's."""
    return Desk(
        workspace=workspace,
        standstill=standstill,
        intercom=intercom,
        budget=open_budget(workspace, redis),
        gate=Gate(
            # A slot may take a while to come, and then the call may, too.
            Circuits(redis, probe=IN_BODY + settings.call_timeout + 1.0),
            workspace,
            metrics,
            refused=settings.refused_wait,
            outage=settings.outage_wait,
        ),
        tags=Directory(TagIds(redis, workspace.app_id), create=settings.create_tags, max_age=settings.tags_max_age),
        reader=Reader(workspace.app_id, intercom, FetchedCache(redis, max_age=settings.fetched_max_age), metrics),
        attempts=Attempts(redis),
        ledger=Ledger(redis, days=settings.ledger_days),
        locks=Locks(redis),
        erasure=Erasure(redis),
        touched=Touched(redis, workspace.app_id),
        metrics=metrics,
        tracer=tracer,
        refused_wait=settings.refused_wait,
        fetched_max_age=settings.fetched_max_age,
    )


def _tell(hold: Hold, ending: Ended, rules: RuleSet | None) -> None:
    """What a person on call wants to read: what failed, and whether it is tried again."""
    match ending:
        case Dead(cause):
            whose = f" (rules {with_owners(cause.rules[:NAMED], rules)})" if cause.rules else ""
            named = {"rules": cause.rules[:NAMED], "request_id": cause.request_id or None}
            log.warning(
                "job %s is a dead letter: %s: %s%s",
                hold.claim.job_id,
                cause.reason,
                cause.error,
                whose,
                extra=_fields(hold, "dead", reason=cause.reason, **named),
            )
        case Later(wait, error) if error:
            fields = _fields(hold, "retried", wait=round(wait, 1))
            log.info("job %s failed, again in %.1f s: %s", hold.claim.job_id, wait, error, extra=fields)
        case NoRoom(cause, wait):
            log.error(
                "job %s is tried again in %.0f s: there are as many dead letters as may be (%s: %s)",
                hold.claim.job_id,
                wait,
                cause.reason,
                cause.error,
                extra=_fields(hold, "postponed", reason=cause.reason, wait=wait),
            )


def _fields(hold: Hold, outcome: str, **more: object) -> dict[str, object]:
    """What the log tells of a job besides the sentence, for programs."""
    job_id = hold.claim.job_id
    return {"app_id": job_id.partition(":")[0], "job": job_id, "outcome": outcome, **more}
