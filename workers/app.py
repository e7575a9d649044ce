"""The worker, wired: from settings to a loop that claims jobs and tags."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from arq.connections import ArqRedis

from rules.finding import Finding
from rules.loader import load
from rules.ruleset import RuleSet
from state import keys
from state.budget import Budget
from state.finish import Dead, Done, Ending
from workers.desk import Desk
from workers.directory import Directory
from workers.intercom.client import Intercom
from workers.loop import Hold, Worker
from workers.metrics import Metrics
from workers.process import Processor
from workers.retries import Backoff
from workers.settings import WorkerSettings, Workspace


class BrokenRules(Exception):
    """A rule folder has errors, so that nothing is evaluated. `findings` say what and where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} findings in the rules")
        self.findings = findings


def load_rules(settings: WorkerSettings) -> dict[str, RuleSet]:
    """The rule set of each workspace, by `app_id`.

    Raises:
        BrokenRules: one of the folders has errors; all findings of all folders are in it.
    """
    loaded = {workspace.app_id: load(workspace.rules) for workspace in settings.workspaces}
    rule_sets = {app_id: one.rule_set for app_id, one in loaded.items() if one.rule_set is not None}
    if len(rule_sets) < len(loaded):
        raise BrokenRules(tuple(finding for one in loaded.values() for finding in one.findings))
    return rule_sets


@asynccontextmanager
async def create_worker(
    settings: WorkerSettings, rule_sets: dict[str, RuleSet], redis: ArqRedis, metrics: Metrics
) -> AsyncIterator[Worker]:
    """A worker, ready to run, whose connections to Intercom are closed in the end. `redis` stays the caller's."""
    async with AsyncExitStack() as stack:
        desks = {}
        for workspace in settings.workspaces:
            intercom = await stack.enter_async_context(_client(workspace, settings))
            desks[workspace.app_id] = _desk(workspace, settings, rule_sets[workspace.app_id], intercom, redis, metrics)
        processor = Processor(
            desks,
            metrics,
            backoff=Backoff(settings.retry_base, settings.retry_cap, settings.retry_limit),
            refused_wait=settings.refused_wait,
            rng=random.Random(),  # noqa: S311 - jitter, not a secret
        )

        def queues() -> Sequence[str]:
            opened = [app_id for app_id, desk in desks.items() if desk.open()]
            return [keys.queue(app_id, lane) for lane in ("live", "backfill") for app_id in opened]

        def ended(hold: Hold, ending: Ending) -> None:
            metrics.recovered.inc(hold.claim.abandoned)
            metrics.jobs.labels(*_labels(ending)).inc()

        yield Worker(
            redis,
            processor,
            queues,
            ended=ended,
            concurrency=settings.concurrency,
            lease=settings.lease,
            completion_wait=settings.completion_wait,
        )


def _client(workspace: Workspace, settings: WorkerSettings) -> Intercom:
    return Intercom(
        workspace.base_url, workspace.access_token, timeout=settings.call_timeout, connections=settings.concurrency
    )


def _desk(
    workspace: Workspace,
    settings: WorkerSettings,
    rules: RuleSet,
    intercom: Intercom,
    redis: ArqRedis,
    metrics: Metrics,
) -> Desk:
    return Desk(
        workspace=workspace,
        rules=rules,
        intercom=intercom,
        budget=Budget(redis, scope=workspace.app_id, limit=workspace.calls_per_window, window=workspace.window),
        tags=Directory(create=settings.create_tags, max_age=settings.tags_max_age),
        metrics=metrics,
    )


def _labels(ending: Ending) -> tuple[str, str]:
    match ending:
        case Done():
            return "done", ""
        case Dead(cause):
            return "dead", cause.reason
        case _:
            return ("retried", "error") if ending.error else ("postponed", "")
