"""Tickets do not tell their tags: what this service did there is all that is known."""

from pathlib import Path

from facts.target import Target
from simulator.faults import Fault
from state.ledger import Ledger
from tests.redis_server import RedisServer
from tests.workers.hydration import events
from tests.workers.hydration.events import TICKET, rule
from tests.workers.office import APP_ID, at_work

REFUND = "message.text: {mentions_any: [refund]}"
TARGET = Target(APP_ID, "ticket", TICKET)


async def test_what_we_added_is_not_added_again(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(REFUND, kind="ticket")) as office:
        office.place("ticket", TICKET)

        for _ in range(3):
            await office.tell(*events.ticket())
            await office.done()

        assert office.changes() == [("POST", f"/tickets/{TICKET}/tags", 200)]
        outcomes = [step.outcome for entry in await office.feed() for step in entry.steps]
        assert outcomes == ["made", "already so", "already so"]


async def test_a_tag_that_we_took_off_is_not_taken_off_again(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule(REFUND, "{remove: [vip]}", "ticket")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("ticket", TICKET, "vip")

        for _ in range(2):
            await office.tell(*events.ticket())
            await office.done()

        assert office.tags("ticket", TICKET) == set()
        assert len(office.changes()) == 1


async def test_rules_read_what_we_did(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = (
        "version: 1\nrules:\n"
        f"- {{id: a, applies_to: ticket, if: {{{REFUND}}}, then: {{add: [vip]}}}}\n"
        "- {id: b, applies_to: ticket, if: {ticket.tags: {has_any: [vip]}}, then: {add: [angry]}}\n"
    )
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("ticket", TICKET)

        await office.tell(*events.ticket())
        await office.done()
        assert office.tags("ticket", TICKET) == {"vip"}
        await office.tell(*events.ticket())
        await office.done()

        assert office.tags("ticket", TICKET) == {"vip", "angry"}
        assert await office.letters() == ()


async def test_each_change_is_written_down_with_its_reason(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(REFUND, kind="ticket")) as office:
        office.place("ticket", TICKET)
        job_id = await office.tell(*events.ticket())
        await office.done()

        (entry,) = (await Ledger(office.redis).entries(TARGET)).values()
        (told,) = await office.feed()
        assert (entry.tag, entry.standing, entry.claiming) == ("vip", "ours", ("a",))
        assert entry.claims["a"].rule_set == told.rule_set
        assert f"{APP_ID}:{entry.claims['a'].order.notification_id}" == job_id
        assert abs(entry.at - told.done_at) < 5


async def test_a_change_that_failed_is_not_written_down(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(REFUND, kind="ticket")) as office:
        office.place("ticket", TICKET)
        refusal = Fault("status", status=400, code="parameter_invalid", count=1, method="POST", path="/tickets")
        office.simulator.faults.add(refusal)
        await office.tell(*events.ticket())
        await office.done()

        assert await Ledger(office.redis).entries(TARGET) == {}
        await office.tell(*events.ticket())
        await office.done()
        assert office.tags("ticket", TICKET) == {"vip"}
