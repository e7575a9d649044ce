"""What is one for the whole fleet: every receiver tells the same of it, so take the greatest of them, never the sum."""

import asyncio
import logging
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from redis.asyncio import Redis

from state import keys, processes, queues
from state.apps import Allowance, fullest
from state.budget import Snapshot
from state.circuit import Circuits, Standing
from state.connection import FAILURES
from state.processes import Process
from state.queues import Waiting

log = logging.getLogger(__name__)

EVERY = 5.0


class FleetMetrics:
    """Gauges of what all processes share. While nobody knows they are gone, or no number."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"autotagger_{name}", meaning, labels, registry=registry)

        self.processes = gauge("processes", "Processes of the fleet that have told of themselves lately", "kind")
        self.last_webhook = gauge(
            "last_webhook_timestamp_seconds", "When the last webhook came that was answered 200", "app_id"
        )
        self.jobs = gauge(
            "queue_jobs",
            "Jobs by what they wait for: a worker (ready), their time (deferred), or nothing (running)",
            "app_id",
            "state",
        )
        self.oldest = gauge(
            "queue_oldest_seconds", "For how long the oldest ready job has waited; 0 if there is none", "app_id"
        )
        self.age = gauge(
            "queue_oldest_job_seconds",
            "How long ago the oldest job came that has not failed, however often it was put back; 0 if there is none",
            "app_id",
        )
        self.memory = gauge("redis_memory_ratio", "The share of Redis's memory in use; no number without a limit")
        self.durable = gauge("redis_durable", "1 if Redis keeps an append-only file, and could write it lately")
        self.circuits = gauge(
            "circuits_open",
            "Circuits that let no call to Intercom pass; app_id is empty for a host's",
            "circuit",
            "app_id",
        )
        self.used = gauge("intercom_window_calls", "Calls booked in Intercom's window under way", "app_id")
        self.limit = gauge("intercom_window_limit", "Calls that Intercom allows in a window", "app_id")
        self.others = gauge(
            "intercom_window_other_calls", "Calls that others than this fleet made in the window before", "app_id"
        )
        self.blocked = gauge(
            "intercom_blocked_seconds", "For how long the fleet still waits because Intercom has answered 429", "app_id"
        )

    def stop(self, circuits: Iterable[Standing]) -> None:
        """These circuits are open now, and no others."""
        self.circuits.clear()
        for kind, _, rest in (circuit.scope.partition(":") for circuit in circuits):
            self.circuits.labels(kind, "" if kind == "host" else rest.partition(":")[0]).inc()

    def forget_queues(self) -> None:
        """What was waiting where is to be told anew: a workspace may be gone."""
        for by_workspace in (self.jobs, self.oldest, self.age):
            by_workspace.clear()

    def forget_budgets(self) -> None:
        """What Intercom's windows hold is to be told anew: without its workers nobody knows a workspace's."""
        for by_workspace in (self.used, self.limit, self.others, self.blocked):
            by_workspace.clear()

    def unknown(self) -> None:
        """Redis cannot be asked: what was true before may be wrong by now."""
        self.forget_queues()
        self.forget_budgets()
        for by_label in (self.processes, self.last_webhook, self.circuits):
            by_label.clear()
        self.memory.set(math.nan)
        self.durable.set(math.nan)


class Fleet:
    """Looks every five seconds at what all processes share."""

    def __init__(self, redis: Redis, metrics: FleetMetrics) -> None:
        self._redis = redis
        self._metrics = metrics

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except FAILURES as error:
                self._metrics.unknown()
                log.warning("the fleet cannot be looked at: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Look once."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.hgetall(keys.RECEIVED)
            pipe.info("memory")
            pipe.info("persistence")
            (seconds, micros), heard, memory, persistence = await pipe.execute()
        living = await processes.living(self._redis, seconds + micros / 1e6)
        kinds = Counter(process.kind for process in living)
        for kind in ("receiver", "worker"):
            self._metrics.processes.labels(kind).set(kinds[kind])
        for app_id, at in heard.items():
            self._metrics.last_webhook.labels(app_id.decode()).set(int(at) / 1000)
        self._show_redis(memory, persistence)
        self._metrics.stop(await Circuits(self._redis).standing())
        workspaces = _workspaces(living)
        self._show_queues(await queues.look(self._redis, workspaces))
        found = {app_id: await fullest(self._redis, app_id, allowed) for app_id, allowed in workspaces.items()}
        self._show_budgets({app_id: one[0] for app_id, one in found.items() if one is not None})

    def _show_queues(self, waiting: Mapping[str, Waiting]) -> None:
        self._metrics.forget_queues()
        for app_id, found in waiting.items():
            self._metrics.jobs.labels(app_id, "ready").set(found.ready)
            self._metrics.jobs.labels(app_id, "running").set(found.running)
            self._metrics.jobs.labels(app_id, "deferred").set(found.deferred)
            self._metrics.oldest.labels(app_id).set(found.oldest)
            self._metrics.age.labels(app_id).set(found.age)

    def _show_redis(self, memory: dict[str, Any], persistence: dict[str, Any]) -> None:
        limit = int(memory.get("maxmemory", 0))
        self._metrics.memory.set(int(memory["used_memory"]) / limit if limit else math.nan)
        written = persistence.get("aof_last_write_status", "ok") == "ok"
        self._metrics.durable.set(bool(persistence.get("aof_enabled", 0)) and written)

    def _show_budgets(self, budgets: Mapping[str, Snapshot]) -> None:
        self._metrics.forget_budgets()
        for app_id, budget in budgets.items():
            self._metrics.used.labels(app_id).set(budget.used if budget.aligned else math.nan)
            self._metrics.limit.labels(app_id).set(budget.limit)
            self._metrics.others.labels(app_id).set(budget.others)
            self._metrics.blocked.labels(app_id).set(budget.blocked)


def _workspaces(living: tuple[Process, ...]) -> dict[str, set[Allowance]]:
    """The workspaces that workers work for, and what they may call there."""
    found: dict[str, set[Allowance]] = defaultdict(set)
    for process in living:
        for app_id, at_work in process.workspaces.items():
            found[app_id].add(at_work.allowance)
    return found
