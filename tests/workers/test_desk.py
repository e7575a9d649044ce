"""A call that waits for its connection longer than its slot is good."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from simulator.faults import Fault
from state import keys
from state.budget import Budget, Reservation
from state.claim import Claim
from state.lock import Intent
from state.pauses import Pauses
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.office import ADMIN_ID, APP_ID, at_work
from workers.app import _client, create_desk
from workers.hold import Hold
from workers.metrics import Metrics
from workers.rulebook import open_rulebooks
from workers.standstill import Standstill


class Counting(Budget):
    """Counts the slots that were taken."""

    taken = 0

    async def take(self, max_wait: float, *, share: float = 1.0, intent: Intent | None = None) -> Reservation:
        self.taken += 1
        return await super().take(max_wait, share=share, intent=intent)


async def test_a_call_that_got_its_connection_too_late_takes_another_slot(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        tag, _ = office.simulator.workspace.find_or_create_tag("refund")
        office.simulator.faults.add(Fault("slow", delay=1.0, count=1))
        settings, metrics = replace(office.settings, concurrency=1, call_timeout=10.0), Metrics()
        (workspace,) = settings.workspaces
        standstill = Standstill(Pauses(office.redis), open_rulebooks(settings), metrics)
        await standstill.begin()
        async with _client(workspace, settings) as intercom:
            desk = create_desk(workspace, settings, standstill, intercom, office.redis, metrics)
            desk.budget = budget = Counting(office.redis, scope=APP_ID, limit=1_666, window=1.0)
            hold = Hold(Claim(f"{APP_ID}:1", keys.queue(APP_ID), "token"), until=time.monotonic() + 60)

            first = asyncio.create_task(desk.call("list tags", intercom.list_tags, hold))
            await eventually(lambda: office.simulator.calls.since(0))
            # As long as no answer has come, a slot is good for a quarter of a window, which is a second here.
            await desk.call("attach", lambda: intercom.attach("conversation", "7", tag.id, ADMIN_ID), hold)
            await first

        assert len(office.simulator.calls.since(0)) == 2
        assert budget.taken == 3
