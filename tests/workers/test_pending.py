"""Calls of which nobody knows whether they landed: what they did is never taken for the doing of others."""

import time
from pathlib import Path

import pytest

from facts.target import Target
from simulator.faults import Fault
from simulator.workspace.objects import Kind
from state import ledger
from state.entry import Entry
from state.ledger import Ledger
from tests.redis_server import RedisServer
from tests.workers.hydration import events
from tests.workers.hydration.events import CONTACT, CONVERSATION, TICKET, rule
from tests.workers.office import APP_ID, Office, at_work
from tests.workers.test_ledger import COLLEAGUE, TAKEN_BACK, by_person, vip, writes

LANDED = Fault("status", status=500, method="POST", when="after", count=1)
REFUSED = Fault("status", status=400, code="parameter_invalid", method="DELETE", count=1)


async def known(office: Office, kind: Kind = "conversation", object_id: str = CONVERSATION) -> Entry:
    return (await Ledger(office.redis).entries(Target(APP_ID, kind, object_id)))[vip(office)]


@pytest.mark.parametrize("retry_limit", [0.0, 60.0], ids=["given up", "tried again"])
async def test_what_the_event_told_first_does_not_hide_the_call(
    redis_server: RedisServer, tmp_path: Path, retry_limit: float
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK, retry_limit=retry_limit) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "thanks", -10)
        by_person(office, on=True)
        office.simulator.faults.add(Fault("status", status=500, method="DELETE", when="after", count=1))

        # It tells that the tag is there by now, which is to be written down when the run ends.
        await writes(office, "never", 0)
        await writes(office, "never", 3)

        assert len(office.changes()) == 1
        entry = await known(office)
        assert (entry.standing, entry.pending) == ("removed", None)


async def test_a_call_in_the_name_of_the_rules_own_admin_is_ours(redis_server: RedisServer, tmp_path: Path) -> None:
    refund = "message.text: {mentions_any: [refund]}"
    rules = rule(refund, if_unmatched="remove", admin_id=f'"{COLLEAGUE}"')
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("conversation", CONVERSATION)
        office.simulator.faults.add(LANDED)

        await writes(office, "refund", 0)
        assert [status for _, _, status in office.changes()] == [500]
        entry = await known(office)
        assert (entry.standing, entry.origin and entry.origin.by) == ("ours", COLLEAGUE)
        await writes(office, "thanks", 10)

        assert office.tags("conversation", CONVERSATION) == set()


async def test_a_contact_is_tagged_in_nobodys_name(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule("contact.phone: {exists: yes}", kind="contact")
    # Intercom names the token's owner.
    async with at_work(redis_server.settings, tmp_path, rules=rules, workspace={"admin_id": COLLEAGUE}) as office:
        office.place("contact", CONTACT)
        office.simulator.faults.add(LANDED)

        await office.tell(*events.contact())
        await office.done()

        assert [status for _, _, status in office.changes()] == [500]
        assert (await known(office, "contact", CONTACT)).standing == "ours"


async def test_what_was_found_out_outlasts_the_refusal_of_the_next_call(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK, retry_limit=0.0) as office:
        office.place("conversation", CONVERSATION)
        office.simulator.faults.add(LANDED)
        await writes(office, "refund", 0)
        office.simulator.faults.add(REFUSED)
        await writes(office, "never", 10)
        assert [status for _, _, status in office.changes()] == [500, 400]

        await writes(office, "thanks", 20)

        assert office.tags("conversation", CONVERSATION) == set()


async def test_a_refused_call_says_nothing_of_an_earlier_one_on_a_ticket(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK, retry_limit=0.0) as office:
        office.place("ticket", TICKET)
        office.simulator.faults.add(LANDED)
        await writes(office, "refund", 0, kind="ticket")
        office.simulator.faults.add(REFUSED)
        await writes(office, "never", 10, kind="ticket")
        entry = await known(office, "ticket", TICKET)
        assert entry.pending is not None
        assert entry.pending.action == "add"

        await writes(office, "thanks", 20, kind="ticket")

        assert office.tags("ticket", TICKET) == set()


async def test_what_undo_began_on_a_ticket_counts_also_when_rules_give_the_tag_up(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK) as office:
        office.place("ticket", TICKET)
        await writes(office, "refund", 0, kind="ticket")
        begun = (await known(office, "ticket", TICKET)).asked("remove", time.time(), by_person=True)
        workspace = office.simulator.workspace
        workspace.detach(workspace.objects["ticket", TICKET], vip(office))
        key = ledger.key(Target(APP_ID, "ticket", TICKET))
        await office.redis.hset(key, vip(office), begun.encode())  # type: ignore[misc, arg-type]

        await writes(office, "thanks", 10, kind="ticket")
        await writes(office, "refund", 20, kind="ticket")

        assert office.tags("ticket", TICKET) == set()
