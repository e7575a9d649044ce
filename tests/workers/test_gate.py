"""What Intercom refuses stands still by itself: no missing permission and no single admin stops the rest."""

import itertools
from pathlib import Path

import pytest

from simulator.faults import Fault
from state import keys
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.hydration.events import CONTACT
from tests.workers.office import Office, at_work

RULES = """
version: 1
rules:
  - id: plain
    if:
      message.text: {mentions_any: [refund]}
    then: {add: [refund]}
  - id: callable
    if:
      message.text: {mentions_any: [furious]}
      contact.phone: {exists: yes}
    then: {add: [angry]}
  - id: other-admin
    if:
      message.text: {mentions_any: [chargeback]}
    admin_id: "7"
    then: {add: [vip]}
  - id: of-tickets
    applies_to: ticket
    if:
      message.text: {mentions_any: [refund]}
    then: {add: [refund]}
"""
FORBIDDEN = Fault("status", status=403, code="forbidden", message="Not allowed", method="GET", path="/contacts")


async def write(office: Office, number: int, text: str) -> str:
    office.place("conversation", str(number))
    return await office.tell(*events.reply(text, id=str(number)))


async def is_tagged(office: Office, tag: str, *numbers: int) -> bool:
    return all(tag in office.tags("conversation", str(number)) for number in numbers)


async def test_one_read_that_is_forbidden_stops_only_those_who_need_it(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES, refused_wait=0.4) as office:
        office.place("contact", CONTACT, phone="+4512345678")
        office.simulator.faults.add(FORBIDDEN)
        waiting = [await write(office, number, "I am furious") for number in range(10)]
        await eventually(lambda: f"/contacts/{CONTACT}" in office.reads())
        for number in range(10, 30):
            await write(office, number, "I want a refund")
        await eventually(lambda: is_tagged(office, "refund", *range(10, 30)))
        await eventually(lambda: office.reads().count(f"/contacts/{CONTACT}") >= 4)

        forbidden = [one.received for one in office.simulator.calls.since(0) if one.status == 403]
        assert min(later - earlier for earlier, later in itertools.pairwise(forbidden)) > 0.3
        assert await office.redis.zcard(keys.queue("q4mx81zt")) == 10
        assert await office.redis.hget(keys.TRIES + waiting[0], "failures") is None  # type: ignore[misc]
        assert not await is_tagged(office, "angry", 0)

        office.simulator.faults.clear()
        await office.done()

        assert await is_tagged(office, "angry", *range(10))
        assert await office.letters() == ()
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 1
    assert 'refuses to "find contact"' in told[0]


def opened(office: Office) -> dict[str, float]:
    """How often circuits have opened, by what is behind them."""
    (family,) = (one for one in office.metrics.registry.collect() if one.name == "autotagger_circuit_changes")
    return {
        sample.labels["circuit"]: sample.value
        for sample in family.samples
        if sample.name.endswith("_total") and sample.labels["change"] == "opened" and sample.value
    }


async def test_a_rules_own_admin_who_is_gone_stops_only_what_is_done_in_that_name(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES, refused_wait=30) as office:
        gone = Fault("status", status=404, code="admin_not_found", message="Admin not found", path="/conversations/1/")
        office.simulator.faults.add(gone)
        await write(office, 1, "a chargeback")
        await eventually(lambda: ("POST", "/conversations/1/tags", 404) in office.changes())

        await write(office, 2, "I want a refund")
        await eventually(lambda: is_tagged(office, "refund", 2))

        assert not await is_tagged(office, "vip", 1)
        assert await office.letters() == ()
        # Whom it is about is told in the log, never in a metric.
        assert opened(office) == {"admin": 1}
    assert any("refuses admin 7" in record.getMessage() for record in caplog.records)


async def test_tickets_that_may_not_be_tagged_leave_conversations_alone(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES, refused_wait=30) as office:
        office.simulator.faults.add(Fault("status", status=403, code="forbidden", method="POST", path="/tickets"))
        office.place("ticket", events.TICKET)
        await office.tell(*events.ticket())
        await eventually(lambda: any(status == 403 for _, _, status in office.changes()))

        await write(office, 2, "I want a refund")
        await eventually(lambda: is_tagged(office, "refund", 2))

        assert office.tags("ticket", events.TICKET) == set()
