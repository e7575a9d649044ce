"""What a backfill finds, counts and brings about."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest
from redis.asyncio import Redis

from simulator.faults import Fault
from state import keys
from state.backfill import Backfills, Gone
from tests.redis_server import RedisServer
from tests.workers.backfill.filling import HOUR, NOW, converse, filling, written
from tests.workers.office import APP_ID, Office, at_work
from workers.backfill.run import hand_over, read


def attached(office: Office) -> Counter[str]:
    """How often a tag was put on each object."""
    return Counter(path for method, path, _ in office.changes() if method == "POST" and path.endswith("/tags"))


async def test_what_was_missed_is_tagged_and_the_rest_is_left_alone(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        converse(office, "11", "Hello", "I want a refund")
        converse(office, "12", "Just a question")
        converse(office, "13", "A refund, please", tags=("refund",))
        converse(office, "14", "A refund, please", at=NOW - 5 * HOUR)

        async with filling(office, tmp_path) as it:
            progress = await it.read()
            nothing_yet = attached(office)
            await it.finish()

        assert (progress.read, progress.events, progress.jobs, progress.changes) == (3, 4, 1, 1)
        assert progress.position is None
        assert nothing_yet == {}
        assert attached(office) == {"/conversations/11/tags": 1}
        assert office.tags("conversation", "11") == {"refund"}


@pytest.mark.parametrize("told", [True, False], ids=["an event showed it gone", "no event has told yet"])
async def test_what_a_person_took_off_is_not_put_on_again(
    redis_server: RedisServer, tmp_path: Path, *, told: bool
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        converse(office, "11", "I want a refund")
        workspace, tag = office.simulator.workspace, office.simulator.workspace.find_or_create_tag("refund")[0].id
        await office.say("conversation", "11", "I want a refund")
        await office.done()
        assert office.tags("conversation", "11") == {"refund"}
        workspace.detach(workspace.objects["conversation", "11"], tag)
        if told:
            shown = {"type": "conversation", "id": "11", "tags": {"type": "tag.list", "tags": []}}
            await office.tell("conversation.admin.closed", shown, after=10)
            await office.done()

        async with filling(office, tmp_path) as it:
            progress = await it.read()
            await it.finish()
        await office.done()

        assert progress.jobs == 1
        assert office.tags("conversation", "11") == set()
        assert attached(office) == {"/conversations/11/tags": 1}


async def test_calls_are_counted(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        for number in range(5):
            converse(office, str(20 + number), "Hello")

        async with filling(office, tmp_path) as it:
            progress = await it.read()

        searches = [path for _, path, _ in office.changes() if path == "/conversations/search"]
        assert progress.calls == len(searches) + len(office.reads()) == len(searches) + 5


async def test_rules_that_read_no_message_need_no_call_an_object(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = "version: 1\nrules: [{id: r, if: {conversation.state: open}, then: {add: [vip]}}]"
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        converse(office, "11", "Hello", "Are you there?")

        async with filling(office, tmp_path) as it:
            progress = await it.read()
            await it.finish()

        assert office.reads() == ["/tags"]
        assert (progress.events, progress.changes) == (1, 1)
        assert office.tags("conversation", "11") == {"vip"}


async def test_only_the_rule_that_is_named_acts(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        converse(office, "11", "I am furious, I want a refund")

        async with filling(office, tmp_path, rules=("angry",)) as it:
            await it.read()
            await it.finish()

        assert office.tags("conversation", "11") == {"angry"}
        assert await office.redis.keys(keys.HEARD + "*") == []


async def test_a_message_that_was_decided_on_is_not_missed(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        converse(office, "11", "I want a refund")
        converse(office, "12", "I want a refund")
        # The notification of the first conversation's message came: its part is number 1, as in the object.
        await office.redis.sadd(keys.heard_of("conversation:11", APP_ID), "1100")  # type: ignore[misc]

        async with filling(office, tmp_path, missed=True) as it:
            progress = await it.read()
            await it.finish()
        async with filling(office, tmp_path, missed=True) as again:
            nothing = await again.read()

        assert progress.events == 1
        assert attached(office) == {"/conversations/12/tags": 1}
        assert nothing.events == 0


async def test_a_message_that_is_too_new_may_still_be_told(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        converse(office, "11", "I want a refund", at=NOW - 60)

        async with filling(office, tmp_path, missed=True, until=NOW - 180) as it:
            progress = await it.read()

        assert progress.events == 0


async def test_tickets_and_contacts_are_found_too(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        part = {**written("A refund!", NOW - HOUR, 1), "type": "ticket_part"}
        parts = {"type": "ticket_part.list", "ticket_parts": [part], "total_count": 1}
        office.place("ticket", "31", created_at=NOW - 9 * HOUR, updated_at=NOW - HOUR, ticket_parts=parts)
        office.place("contact", "c-new", updated_at=NOW - HOUR, email="ada@example.com")
        office.place("contact", "c-old", updated_at=NOW - 90 * HOUR, email="bo@example.com")

        for kind in ("ticket", "contact"):
            async with filling(office, tmp_path, kind) as it:
                await it.read()
                await it.finish()

        assert office.tags("ticket", "31") == {"refund"}
        assert office.tags("contact", "c-new") == {"angry"}
        assert office.tags("contact", "c-old") == set()


@pytest.mark.parametrize("seed", range(6))
async def test_ended_anywhere_and_resumed_it_comes_to_the_same(
    redis_server: RedisServer, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    async with at_work(redis_server.settings, tmp_path) as office:
        for number in range(40):
            converse(
                office, str(100 + number), "Hello", "I want a refund", "A refund, I said", at=NOW - HOUR - 600 + number
            )

        run = ""
        while True:
            async with filling(office, tmp_path, run=run) as it:
                run = it.run
                try:
                    async with asyncio.timeout(rng.uniform(0.01, 0.4)):
                        await it.read()
                        await it.finish()
                        break
                except TimeoutError:
                    continue
        progress = await Backfills(office.redis).progress(run)

        assert (progress.events, progress.jobs, progress.handed) == (120, 40, 40)
        assert attached(office) == {f"/conversations/{100 + number}/tags": 1 for number in range(40)}
        assert await office.letters() == ()
        handled = [entry.notification_id for entry in await office.feed()]
        assert len(handled) == len(set(handled)) == 40


async def test_pages_and_stretches_lose_nothing(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        for number in range(320):
            converse(office, str(1_000 + number), "Hello", at=NOW - 6 * HOUR + number * 60)

        async with filling(office, tmp_path, since=NOW - 7 * HOUR) as it:
            progress = await it.read()

        assert progress.events == 320


async def test_an_object_that_changes_while_it_reads_is_found_all_the_same(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        for number in range(30):
            converse(office, str(100 + number), "I want a refund", at=NOW - 6 * HOUR + 600 * number)

        async with filling(office, tmp_path, since=NOW - 7 * HOUR) as it:
            steps = 0
            async for _ in read(it.events):
                steps += 1
                if steps == 1:
                    office.simulator.workspace.objects["conversation", "129"].item["updated_at"] = NOW  # type: ignore[index]
            await it.finish()

        assert len(attached(office)) == 30


async def test_intercom_away_for_a_while_is_waited_for(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        converse(office, "11", "I want a refund")
        office.simulator.faults.add(Fault(kind="status", status=503, count=2, path="/conversations"))

        async with filling(office, tmp_path) as it:
            progress = await it.read()

        assert progress.changes == 1


async def test_a_backfill_that_was_dropped_ends(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path) as office:
        converse(office, "11", "I want a refund")

        async with filling(office, tmp_path) as it:
            await it.read()
            await it.backfills.drop(it.run)
            with pytest.raises(Gone):
                await it.read()
            with pytest.raises(Gone):
                await it.finish()

        assert await it.backfills.running() == {}
        assert [key async for key in office.redis.scan_iter(keys.BACKFILL + it.run + "*")] == []


async def test_few_jobs_wait_at_a_time(redis_server: RedisServer, redis: Redis, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, limit=20) as office:
        for number in range(30):
            converse(office, str(100 + number), "I want a refund")

        async with filling(office, tmp_path) as it:
            await it.read()
            backfills = Backfills(redis, waiting=3)
            most = 0
            async for handed in hand_over(backfills, it.run, it.asked):
                most = max(most, handed.waiting)

        assert most == 3
        assert len(attached(office)) == 30
