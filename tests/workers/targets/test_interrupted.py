"""A worker that ends between tagging a company by a name that is out of date and undoing it leaves nothing wrong."""

import logging
from pathlib import Path

import pytest

from simulator.faults import Fault
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.hydration.events import COMPANY, rule
from tests.workers.office import Office, at_work

RULES = rule("company.id: {exists: yes}", "{add: [vip]}", "company")


async def mix_up(office: Office, fault: Fault) -> None:
    """The worker knows the list of tags, the tag is renamed, and tagging a company meets a fault."""
    office.place("company", "warm")
    await office.tell(*events.company(id="warm"))
    await office.done()
    vip = office.simulator.workspace.find_or_create_tag("vip")[0].id
    office.simulator.workspace.rename_tag(vip, "Key account")
    office.place("company", COMPANY)
    office.simulator.faults.add(fault)
    await office.tell(*events.company())


async def test_the_next_worker_takes_the_wrong_tag_off(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES, call_timeout=30.0) as office:
        # The call is made, and nobody lives to see the answer.
        await mix_up(office, Fault("hang", when="after", method="POST", path="/tags", count=1))
        await eventually(lambda: "vip" in office.tags("company", COMPANY))
        await office.another_worker()
        await office.done()

        assert office.tags("company", COMPANY) == {"Key account"}
    assert any(record.levelno == logging.ERROR and "stays" in record.getMessage() for record in caplog.records)


async def test_nothing_is_taken_off_where_the_name_was_right(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES, call_timeout=30.0) as office:
        office.place("company", COMPANY)
        office.simulator.faults.add(Fault("hang", when="after", method="POST", path="/tags", count=1))
        await office.tell(*events.company())
        await eventually(lambda: "vip" in office.tags("company", COMPANY))
        await office.another_worker()
        await office.done()

        assert office.tags("company", COMPANY) == {"vip"}
        # That it has landed is read, so it is not repeated.
        assert [status for _, _, status in office.changes()] == [0]
