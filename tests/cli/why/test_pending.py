"""`autotagger why` of calls whose answer nobody has heard: what Intercom shows of them is nobody else's doing."""

import time
from pathlib import Path

from facts.target import Target
from simulator.faults import Fault
from simulator.workspace.objects import Kind
from state import ledger
from state.ledger import Ledger
from tests.cli.why.asking import told, why
from tests.redis_server import RedisServer
from tests.workers.hydration.events import CONVERSATION, TICKET
from tests.workers.office import APP_ID, Office, at_work
from tests.workers.test_ledger import TAKEN_BACK, by_person, vip, writes

OTHERS = "a person or another program"


async def lines(office: Office, target: str = "conversation:7") -> list[str]:
    found = await why(office, target)
    assert (found.returncode, found.stderr) == (0, "")
    return [line.strip() for line in found.stdout.splitlines()]


def failing(office: Office, method: str, *, landed: bool) -> None:
    office.simulator.faults.add(
        Fault("status", status=500, method=method, when="after" if landed else "before", count=1)
    )


async def undo_begun(office: Office, kind: Kind, object_id: str) -> None:
    """Undo was killed before it could note an answer."""
    target = Target(APP_ID, kind, object_id)
    entry = (await Ledger(office.redis).entries(target))[vip(office)]
    begun = entry.asked("remove", time.time(), by_person=True).encode()
    await office.redis.hset(ledger.key(target), vip(office), begun)  # type: ignore[misc, arg-type]


async def test_a_tag_that_a_given_up_call_put_on_is_nobody_elses(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK, retry_limit=0.0) as office:
        office.place("conversation", CONVERSATION)
        failing(office, "POST", landed=True)
        await writes(office, "refund", 0)

        _, _, tag, pending, wanted, *_ = await lines(office)

        assert tag.endswith("is on conversation:7")
        assert pending.startswith("a call for rule a to put it on was begun ")
        assert pending.endswith("it is there by Intercom's account, so the call seems to have landed")
        assert wanted == "wanted by rule a"
        assert not (await told(office, "conversation:7"))["tags"][0]["changed_since"]


async def test_a_call_that_shows_nowhere_is_said_not_to_have_landed(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK, retry_limit=0.0) as office:
        office.place("conversation", CONVERSATION)
        failing(office, "POST", landed=False)
        await writes(office, "refund", 0)

        _, _, tag, pending, *_ = await lines(office)

        assert tag.endswith("is not on conversation:7")
        assert pending.endswith("so the call did not land, or others have changed it since")


async def test_a_tag_that_a_given_up_call_took_off_was_ours_until_then(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK, retry_limit=0.0) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "refund", 0)
        failing(office, "DELETE", landed=True)
        await writes(office, "thanks", 5)

        _, _, tag, pending, before, *rest = await lines(office)

        assert tag.endswith("is not on conversation:7")
        assert pending.startswith("a call for rule a to take it off was begun ")
        assert before.startswith("before that put on by rule a ")
        assert not any(OTHERS in line for line in rest)

        by_person(office, on=True)
        assert any(line.startswith(OTHERS) for line in await lines(office))


async def test_a_killed_undo_is_told_of(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK) as office:
        office.place("conversation", CONVERSATION)
        office.place("ticket", TICKET)
        await writes(office, "refund", 0)
        await writes(office, "refund", 0, kind="ticket")
        await undo_begun(office, "conversation", CONVERSATION)
        await undo_begun(office, "ticket", TICKET)
        by_person(office, on=False)

        _, _, _, pending, before, *_ = await lines(office)
        assert pending.startswith("a call of `autotagger undo` to take it off was begun ")
        assert pending.endswith("it is not there by Intercom's account, so the call seems to have landed")
        assert before.startswith("before that put on by rule a ")
        heading, _, _, tag, pending, *_ = await lines(office, "ticket:8")
        assert "0 tags, 1 more of which nobody here knows" in heading
        assert tag.endswith("may or may not be on ticket:8")
        assert pending.endswith("nobody knows yet whether Intercom took it")
