"""A backfill in this process, against the simulator of an office."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.language.values import Kind
from rules.reading.loader import load
from simulator.payloads.people import Customer
from state.backfill import Backfill, Backfills, Progress
from state.budget import Budget
from tests.workers.office import APP_ID, Office
from workers.backfill.events import Events
from workers.backfill.line import Line
from workers.backfill.run import hand_over, read
from workers.intercom.client import Intercom

NOW = int(time.time())
HOUR = 3_600
ADA = Customer("66f0aa10b2c3d4e5f6a70801", "Ada Quist", "ada@atelier.example.com", "atelier-17")


def written(body: str, at: int, number: int, author: dict[str, Any] | None = None) -> dict[str, Any]:
    """A part of a conversation or ticket, by a customer unless told otherwise."""
    return {
        "type": "conversation_part",
        "id": str(number),
        "part_type": "comment",
        "body": f"<p>{body}</p>",
        "created_at": at,
        "updated_at": at,
        "author": author or ADA.author(),
        "attachments": [],
        "redacted": False,
    }


def converse(
    office: Office, object_id: str, *bodies: str, at: int = NOW - HOUR - 300, tags: tuple[str, ...] = ()
) -> None:
    """A conversation about nothing, in which a customer then wrote this, one a minute."""
    parts = [written(body, at + 60 * place, int(object_id) * 100 + place) for place, body in enumerate(bodies)]
    changed = parts[-1]["created_at"] if parts else at
    office.place(
        "conversation",
        object_id,
        *tags,
        created_at=at - 10 * HOUR,
        updated_at=changed,
        conversation_parts={
            "type": "conversation_part.list",
            "conversation_parts": parts,
            "total_count": len(parts),
        },
    )


@dataclass
class Filling:
    """One backfill and what it is made with."""

    events: Events
    backfills: Backfills
    run: str
    asked: Backfill

    async def read(self) -> Progress:
        """Read everything."""
        async for _ in read(self.events):
            pass
        return await self.backfills.progress(self.run)

    async def finish(self) -> None:
        """Hand everything to the workers, and wait until they are done."""
        async for _ in hand_over(self.backfills, self.run, self.asked):
            pass


@asynccontextmanager
async def filling(
    office: Office,
    folder: Path,
    kind: Kind = "conversation",
    *,
    since: int = NOW - 2 * HOUR,
    run: str = "",
    until: float = float("inf"),
    **asked: Any,
) -> AsyncIterator[Filling]:
    """A backfill, begun now, or going on with `run`."""
    rules = load(folder).rule_set
    assert rules is not None
    wanted = Backfill(APP_ID, kind, since, **asked)
    backfills = Backfills(office.redis)
    async with Intercom(office.settings.workspaces[0].base_url, "test-token", timeout=1.0) as intercom:
        line = Line(intercom, Budget(office.redis, scope=APP_ID, limit=1_666, window=1.0), patience=2.0)
        run = run or await backfills.begin(wanted)
        yield Filling(Events(run, wanted, rules, backfills, line, until), backfills, run, wanted)
