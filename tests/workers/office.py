"""A worker at work against a simulator, in this process: for what needs a closer look than processes allow."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from redis.asyncio import Redis

from facts import item, notification, routing
from simulator.app import Simulator
from simulator.program import create_simulator
from simulator.program import running as simulating
from simulator.scene import Seed, place
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
TAGS = "version: 1\ntags: {refund: Money back, unsorted: Nobody looked, angry: Beware, quiet: Psst}\n"


@dataclass
class Office:
    """What a test drives."""

    redis: Redis
    simulator: Simulator
    metrics: Metrics
    sent: int = 0
    targets: list[str] = field(default_factory=list)

    def place(self, kind: Kind, object_id: str, *tags: str) -> None:
        """Make an object known, with these tags on it."""
        place(self.simulator.workspace, kind, Seed(object_id, tags), app_id=APP_ID, now=int(time.time()))

    def tags(self, kind: Kind, object_id: str) -> set[str]:
        """The names of the tags that are on an object now."""
        return set(self.simulator.workspace.names_on(self.simulator.workspace.objects[kind, object_id]))

    def changes(self) -> list[tuple[str, str, int]]:
        """Method, path and status of every call that was to change something."""
        calls = self.simulator.calls.since(0)
        return [(one.call.method, one.call.path, one.status or 0) for one in calls if one.call.method != "GET"]

    async def say(
        self, kind: Kind, object_id: str, text: str, *present: tuple[str, str], notification_id: str = ""
    ) -> str:
        """A customer writes, and the job's id; `present` are ids and names of the tags that the notification shows."""
        body = json.dumps(_notification(kind, object_id, text, present)).encode()
        received = notification.read(body)
        target = routing.find(received)
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
        await Enqueuer(self.redis).enqueue(Entry(job.id, keys.queue(APP_ID), job.encode(), job.created_at))
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
    redis: RedisSettings, folder: Path, *, missing: tuple[str, ...] = (), **changes: Any
) -> AsyncIterator[Office]:
    """A worker with quick retries; `changes` are made to its settings, `missing` tags are not in the workspace."""
    (folder / "tags.yaml").write_text(TAGS)
    (folder / "rules.yaml").write_text(RULES)
    simulator = create_simulator(SimulatorSettings(port=0, limit=changes.pop("limit", 1_666), window=1.0))
    for name in {"refund", "unsorted", "angry", "quiet"} - set(missing):
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
            completion_wait=1.0,
        )
        metrics = Metrics()
        settings = replace(settings, **changes)
        async with create_worker(settings, open_rulebooks(settings), client, metrics) as worker:
            running = asyncio.create_task(worker.async_run())
            try:
                yield Office(client, simulator, metrics)
            finally:
                await worker.stop()
                with suppress(asyncio.CancelledError):
                    await running


def _notification(kind: Kind, object_id: str, text: str, present: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    now = int(time.time())
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
    return {
        "type": "notification_event",
        "app_id": APP_ID,
        "data": {"item": items[kind]},
        "id": f"notif_{uuid4()}",
        "topic": topics[kind],
        "delivery_attempts": 1,
        "created_at": now,
    }
