"""What is pending after a call that was not made."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from facts.target import Target
from rules.deciding.decision import Change
from state import keys
from state.budget import Budget, Reservation
from state.entry import Entry
from state.finish import Done, Finisher
from state.lease import Leases
from state.ledger import Ledger
from state.lock import Intent
from state.pauses import Pauses
from tests.redis_server import RedisServer
from tests.workers.office import APP_ID, at_work
from workers.app import create_desk
from workers.errand import Errand
from workers.gate import Postponed
from workers.hold import Hold, LeaseLost
from workers.intercom.client import Intercom
from workers.metrics import Metrics
from workers.targets import call
from workers.targets.book import Book
from workers.undo.run import Moving

TARGET = Target(APP_ID, "conversation", "7")


class TooLate(Budget):
    """Its slots are over by the time that a connection is there; what was asked is noted in them all the same."""

    async def take(self, max_wait: float, *, share: float = 1.0, intent: Intent | None = None) -> Reservation:
        return replace(await super().take(max_wait, share=share, intent=intent), until=time.monotonic() - 1)


class TooLong(Budget):
    """Waiting for its slots takes as long as the lease lasts."""

    hold: Hold

    async def take(self, max_wait: float, *, share: float = 1.0, intent: Intent | None = None) -> Reservation:
        slot = await super().take(max_wait, share=share, intent=intent)
        self.hold.lose()
        return slot


async def test_no_call_leaves_after_the_lease_is_over(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        tag_id = office.simulator.workspace.find_or_create_tag("refund")[0].id
        workspace, metrics = office.settings.workspaces[0], Metrics()
        standstill = Moving(Pauses(office.redis), {}, metrics)
        async with Intercom(workspace.base_url, workspace.access_token, timeout=5.0, connections=1) as intercom:
            desk = create_desk(workspace, office.settings, standstill, intercom, office.redis, metrics)
            budget = TooLong(office.redis, scope=APP_ID, limit=1_666, window=1.0)
            claim = await Leases(office.redis, lease=60.0).begin(f"{APP_ID}:test", keys.queue(APP_ID))
            desk.budget, budget.hold = budget, Hold(claim, time.monotonic() + 60)
            book = await Book.open(TARGET, Errand(desk, budget.hold))
            asked = Entry("refund").asked("add", time.time())

            with pytest.raises(LeaseLost):
                await call.make(Change("conversation", "refund", "add", ()), tag_id, asked, book)

            assert office.changes() == []


async def test_a_call_that_never_left_is_not_pending(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        office.place("conversation", "7")
        tag_id = office.simulator.workspace.find_or_create_tag("refund")[0].id
        workspace, metrics = office.settings.workspaces[0], Metrics()
        standstill = Moving(Pauses(office.redis), {}, metrics)
        async with Intercom(workspace.base_url, workspace.access_token, timeout=5.0, connections=1) as intercom:
            desk = create_desk(workspace, office.settings, standstill, intercom, office.redis, metrics)
            desk.budget = TooLate(office.redis, scope=APP_ID, limit=1_666, window=1.0)
            claim = await Leases(office.redis, lease=60.0).begin(f"{APP_ID}:test", keys.queue(APP_ID))
            hold = Hold(claim, time.monotonic() + 60)
            book = await Book.open(TARGET, Errand(desk, hold))
            asked = Entry("refund").asked("add", time.time())

            with pytest.raises(Postponed):
                await call.make(Change("conversation", "refund", "add", ()), tag_id, asked, book)

            assert await Ledger(office.redis).entries(TARGET) == {tag_id: asked}
            await Finisher(office.redis).finish(claim, Done(), hold.ledger)
            assert await Ledger(office.redis).entries(TARGET) == {}
            assert office.changes() == []
