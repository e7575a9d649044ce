"""Live events go first, however much is to be caught up on, and the limit holds for both together."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from state import keys
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.backfill.filling import HOUR, NOW, filling
from tests.workers.office import APP_ID, Office, at_work

pytestmark = pytest.mark.alone

LIMIT = 20
"""Calls that Intercom allows in a second."""
BACKLOG = 120


def tagged(office: Office) -> list[str]:
    """The conversations and contacts that were tagged, in turn."""
    return [path.split("/")[2] for _, path, status in office.changes() if path.endswith("/tags") and status == 200]


def more_than(count: int, office: Office) -> bool:
    """Whether so many things were tagged and one more."""
    return len(tagged(office)) > count


def is_tagged(target: str, office: Office) -> bool:
    """Whether a conversation or contact was tagged."""
    return target in tagged(office)


async def test_live_events_are_tagged_while_a_big_backfill_drains(redis_server: RedisServer, tmp_path: Path) -> None:
    own = {"calls_per_window": LIMIT}
    async with at_work(redis_server.settings, tmp_path, limit=LIMIT, workspace=own) as office:
        old = {f"c-{number}" for number in range(BACKLOG)}
        for contact in old:
            office.place("contact", contact, updated_at=NOW - HOUR, email="ada@example.com")
        live = [str(11 + number) for number in range(7)]
        for conversation in live:
            office.place("conversation", conversation)

        async with filling(office, tmp_path, "contact") as it:
            await it.read()
            draining = asyncio.create_task(it.finish())
            overtaken = []
            for number, conversation in enumerate(live):
                await eventually(partial(more_than, 15 * number, office), timeout=60)
                await office.say("conversation", conversation, "I want a refund")
                before = len(tagged(office))
                await eventually(partial(is_tagged, conversation, office), timeout=60)
                overtaken.append(tagged(office).index(conversation) - before)
                assert await office.redis.zcard(keys.queue(APP_ID, "backfill")) > 0
            await draining

        windows = office.simulator.windows.seen()
        # Together they let less past than fits into two windows; were all of each for backfills, it were far more.
        assert sum(overtaken) <= 2 * LIMIT
        assert sorted(tagged(office)) == sorted(old | set(live))
        assert [window for window in windows if window.refused or window.accepted > LIMIT] == []
