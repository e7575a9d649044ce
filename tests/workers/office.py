"""A worker at work against a simulator, in this process: for what needs a closer look than processes allow."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from arq.connections import ArqRedis

from facts import item, notification, routing, topics
from simulator.app import Simulator
from simulator.program import create_simulator
from simulator.program import running as simulating
from simulator.scene import Seed, SeedSegment, place, place_segment
from simulator.settings import SimulatorSettings
from simulator.workspace.objects import Kind
from state import keys
from state.connection import for_work
from state.dead import DeadLetters, Letter
from state.enqueue import Enqueuer, Entry
from state.feed import Entry as FeedEntry
from state.feed import Feed
from state.job import Job
from state.settings import RedisSettings
from tests.waiting import eventually
from workers.app import create_worker
from workers.metrics import Metrics
from workers.rulebook import open_rulebooks
from workers.settings import WorkerSettings, Workspace

APP_ID, ADMIN_ID = "q4mx81zt", "5017001"

RULES = """
version: 1
rules:
  - id: refund
    applies_to: [conversation, ticket]
    if:
      message.text: {mentions_any: [refund]}
    then: {add: [refund], remove: [unsorted]}
  - id: angry
    applies_to: [conversation, ticket]
    if:
      message.text: {mentions_any: [furious]}
    then: {add: [angry]}
  - id: quiet
    mode: shadow
    if:
      message.text: {mentions_any: [refund]}
    then: {add: [quiet]}
  - id: elsewhere
    if:
      message.text: {mentions_any: [chargeback]}
    then: {add: [refund], contact: {add: [angry]}}
  - id: thorough
    if:
      message.text: {matches_any: ['tedious(a?b?){400}[yz]']}
    then: {add: [angry]}
  - id: whole-contact
    applies_to: contact
    if:
      contact.email: {exists: yes}
    then: {add: [angry]}
"""
TAGS = """version: 1
tags: {refund: Money back, unsorted: Nobody looked, angry: Beware, quiet: Psst, vip: Key account, beta: Tries things}
"""


@dataclass
class Office:
    """What a test drives."""

    redis: ArqRedis
    simulator: Simulator
    settings: WorkerSettings
    metrics: Metrics = field(default_factory=Metrics)
    workers: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def another_worker(self) -> None:
        """The worker stops, and another one begins, which has nothing in its memory."""
        await self.workers.aclose()
        self.metrics = Metrics()
        await self.workers.enter_async_context(_working(self, self.metrics))

    async def one_more_worker(self) -> Metrics:
        """Another worker begins beside those that are there; its metrics."""
        metrics = Metrics()
        await self.workers.enter_async_context(_working(self, metrics))
        return metrics

    def place(self, kind: Kind, object_id: str, *tags: str, companies: tuple[str, ...] = (), **fields: Any) -> None:
        """Make an object known, with these tags on it, in these companies, and with fields that differ."""
        seed = Seed(object_id, tags, fields, companies)
        place(self.simulator.workspace, kind, seed, app_id=APP_ID, now=int(time.time()))

    def place_segment(self, name: str, *members: str) -> None:
        """Make a segment known, and who is in it."""
        place_segment(self.simulator.workspace, SeedSegment(name, members=frozenset(members)), now=int(time.time()))

    def tags(self, kind: Kind, object_id: str) -> set[str]:
        """The names of the tags that are on an object now."""
        return set(self.simulator.workspace.names_on(self.simulator.workspace.objects[kind, object_id]))

    def changes(self) -> list[tuple[str, str, int]]:
        """Method, path and status of every call that was to change something."""
        calls = self.simulator.calls.since(0)
        return [(one.call.method, one.call.path, one.status or 0) for one in calls if one.call.method != "GET"]

    def reads(self) -> list[str]:
        """The path of every call that was to find something out."""
        return [one.call.path for one in self.simulator.calls.since(0) if one.call.method == "GET"]

    def count(self, metric: str, **labels: str) -> float:
        """The value of one of the worker's metrics; 0 if nothing was counted yet."""
        return self.metrics.registry.get_sample_value(metric, labels) or 0

    async def tell(
        self, topic: str, item: Mapping[str, Any], *, after: int = 0, at: int | None = None, job_id: str = ""
    ) -> str:
        """Something happens, so many seconds `after` now by Intercom's clock, or at that moment, and the job's id.

        With the id of an earlier job the same notification is sent once more.
        """
        event = _event(topic, item)
        created_at = event["created_at"] + after if at is None else at
        return await self._enqueue({**event, "created_at": created_at}, job_id.removeprefix(f"{APP_ID}:"))

    async def say(
        self, kind: Kind, object_id: str, text: str, *present: tuple[str, str], notification_id: str = ""
    ) -> str:
        """A customer writes, and the job's id; `present` are ids and names of the tags that the notification shows."""
        return await self._enqueue(_notification(kind, object_id, text, present), notification_id)

    async def _enqueue(self, document: dict[str, Any], notification_id: str = "") -> str:
        received = notification.read(json.dumps(document).encode())
        target = (routing.locate if topics.lookup(received.topic).ends else routing.find)(received)
        job = Job(
            app_id=received.app_id,
            notification_id=notification_id or received.id or "",
            topic=received.topic,
            kind=target.kind,
            target_id=target.id,
            created_at=received.created_at,
            received_at=time.time(),
            item=item.trim(received),
        )
        await Enqueuer(self.redis, patience=10.0).enqueue(
            Entry(job.id, keys.queue(APP_ID), job.encode(), job.created_at)
        )
        return job.id

    async def done(self, within: float = 10) -> None:
        """Wait until no job is left."""

        async def empty() -> bool:
            return not await self.redis.zcard(keys.queue(APP_ID))

        await eventually(empty, timeout=within)

    async def letters(self) -> tuple[Letter, ...]:
        """The dead letters."""
        return await DeadLetters(self.redis).newest()

    async def feed(self) -> tuple[FeedEntry, ...]:
        """What was decided and done."""
        return (await Feed(self.redis).after())[1]


@asynccontextmanager
async def at_work(
    redis: RedisSettings, folder: Path, *, rules: str = RULES, missing: tuple[str, ...] = (), **changes: Any
) -> AsyncIterator[Office]:
    """A worker with quick retries.

    `rules` are what decides, with the tags of `TAGS`, of which those that are `missing` are not in the workspace; other
    `changes` are made to the worker's settings.
    """
    (folder / "tags.yaml").write_text(TAGS)
    (folder / "rules.yaml").write_text(rules)
    simulator = create_simulator(
        SimulatorSettings(port=0, limit=changes.pop("limit", 1_666), window=1.0), changes.pop("clock", time.time)
    )
    for name in {"refund", "unsorted", "angry", "quiet", "vip", "beta"} - set(missing):
        simulator.workspace.find_or_create_tag(name)
    async with simulating(simulator) as url, for_work(redis) as client:
        workspace = Workspace(APP_ID, url, "test-token", ADMIN_ID, folder, calls_per_window=1_666, window=1.0)
        settings = WorkerSettings(
            redis,
            (replace(workspace, **changes.pop("workspace", {})),),
            call_timeout=1.0,
            retry_base=0.02,
            retry_cap=0.1,
            refused_wait=0.2,
            outage_wait=0.1,
            completion_wait=1.0,
        )
        office = Office(client, simulator, replace(settings, **changes))
        await office.another_worker()
        async with office.workers:
            yield office


@asynccontextmanager
async def _working(office: Office, metrics: Metrics) -> AsyncIterator[None]:
    rulebooks = open_rulebooks(office.settings)
    async with create_worker(office.settings, rulebooks, office.redis, metrics) as worker:
        running = asyncio.create_task(worker.async_run())
        try:
            yield
        finally:
            await worker.stop()
            with suppress(asyncio.CancelledError):
                await running


def _notification(kind: Kind, object_id: str, text: str, present: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    author = {"type": "user", "id": "66ab2f10c4d5e6f7a8b90c11", "name": "Ada", "email": "ada@example.com"}
    part = {"type": "conversation_part", "id": "1", "part_type": "comment", "body": f"<p>{text}</p>", "author": author}
    tags = {"type": "tag.list", "tags": [{"type": "tag", "id": tag_id, "name": name} for tag_id, name in present]}
    items = {
        "conversation": {
            "type": "conversation",
            "id": object_id,
            "tags": tags,
            "conversation_parts": {"conversation_parts": [part], "total_count": 1},
        },
        "ticket": {"type": "ticket_ticket_part", "ticket": {"type": "ticket", "id": object_id}, "ticket_part": part},
    }
    topics = {"conversation": "conversation.user.replied", "ticket": "ticket.contact.replied"}
    return _event(topics[kind], items[kind])


def _event(topic: str, item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "notification_event",
        "app_id": APP_ID,
        "data": {"item": item},
        "id": f"notif_{uuid4()}",
        "topic": topic,
        "delivery_attempts": 1,
        "created_at": int(time.time()),
    }
