"""Undoing beside workers: what is in other hands waits, and what is gone is left alone."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from facts.target import Target
from state import gone, keys
from state.finish import Done, Finisher
from state.gone import Gone
from state.lease import Leases
from state.lock import Lock, Locks
from state.pauses import Pauses
from tests.redis_server import RedisServer
from tests.workers.hydration.events import CONVERSATION
from tests.workers.office import APP_ID, Office, at_work
from workers.app import create_desk
from workers.intercom.client import Intercom
from workers.metrics import Metrics
from workers.targets.book import BACK
from workers.undo.plan import Wanted
from workers.undo.run import GONE, Moving, Undoer, Work

TARGET = Target(APP_ID, "conversation", CONVERSATION)


@asynccontextmanager
async def undoing(office: Office) -> AsyncIterator[Undoer]:
    """What undoes the doings of the rule `refund`, which has tagged the conversation."""
    office.place("conversation", CONVERSATION)
    await office.say("conversation", CONVERSATION, "A refund, please")
    await office.done()
    assert office.tags("conversation", CONVERSATION) == {"refund"}
    workspace, metrics = office.settings.workspaces[0], Metrics()
    standstill = Moving(Pauses(office.redis), {}, metrics)
    async with Intercom(workspace.base_url, workspace.access_token, timeout=5.0, connections=1) as intercom:
        desk = create_desk(workspace, office.settings, standstill, intercom, office.redis, metrics)
        wanted = Wanted(frozenset({"refund"}), time.time() - 3600, frozenset({"conversation"}))
        yield Undoer(desk, office.redis, wanted, call_timeout=5.0)


async def test_what_a_run_decides_on_waits_for_it(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office, undoing(office) as undoer:
        other = await Leases(office.redis, lease=60.0).begin(f"{APP_ID}:other", keys.queue(APP_ID))
        assert await Locks(office.redis).take(Lock(other, TARGET)) is not None
        work = Work(TARGET)

        await undoer.undo([work])

        assert (work.wait, work.removed, work.left) == (BACK, [], {})
        assert office.tags("conversation", CONVERSATION) == {"refund"}
        await Finisher(office.redis).finish(other, Done())
        await undoer.undo([work])
        assert (work.wait, work.removed) == (None, ["refund"])
        assert office.tags("conversation", CONVERSATION) == set()


async def test_an_object_that_is_gone_by_then_is_left_alone(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office, undoing(office) as undoer:
        calls = office.changes()
        await office.redis.set(gone.key(TARGET), Gone("deleted", 1).encode())
        work = Work(TARGET)

        await undoer.undo([work])

        assert (work.wait, work.removed, work.left) == (None, [], {"": GONE})
        assert office.changes() == calls
