"""What is kept of an object goes when it is deleted, and goes over to another contact when it is merged."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from facts import topics
from facts.item import pack
from facts.target import Target
from simulator.faults import Fault
from state import gone, keys, ledger
from state.entry import Entry, Order
from state.gone import Gone
from state.job import Job
from state.ledger import Ledger
from tests.everything import holding
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.office import APP_ID, Office, at_work

CONVERSATION, CONTACT, COMPANY = "330100200300400", "66ab2f10c4d5e6f7a8b90d77", "66ab00112233445566778844"
LOSER = "66ab2f10c4d5e6f7a8b90d22"
IDS: Mapping[str, str] = {"conversation": CONVERSATION, "contact": CONTACT, "company": COMPANY}

RULES = """
version: 1
rules:
- {id: words, if: {message.text: {mentions_any: [refund]}}, then: {add: [vip], contact: {add: [beta]}}}
- {id: segment, if: {contact.segments: {has_any: [Trial]}}, then: {add: [angry]}}
- {id: ticket, applies_to: ticket, if: {message.text: {mentions_any: [refund]}}, then: {add: [vip]}}
- {id: contact, applies_to: contact, if: {contact.phone: {exists: yes}}, then: {add: [vip]}}
- {id: company, applies_to: company, if: {company.name: {exists: yes}}, then: {add: [vip]}}
"""
WRITER = {"contacts": {"contacts": [{"type": "contact", "id": CONTACT}]}}


def deletion(kind: str) -> tuple[str, dict[str, Any]]:
    """Intercom tells that an object is gone, and little else."""
    if kind == "conversation":
        return "conversation.deleted", {"type": "conversation", "conversation_id": CONVERSATION}
    return f"{kind}.deleted", {"type": kind, "id": IDS[kind], "deleted": True}


def event(kind: str) -> tuple[str, dict[str, Any]]:
    """Something that has the rules tag the object."""
    match kind:
        case "conversation":
            return _of_our_contact(*events.reply(id=CONVERSATION))
        case "contact":
            return events.contact(id=CONTACT)
        case _:
            return events.company(id=COMPANY)


def _of_our_contact(topic: str, item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return topic, json.loads(json.dumps(item).replace(events.CONTACT, CONTACT))


def place(office: Office) -> None:
    office.place("conversation", CONVERSATION)
    office.place("ticket", CONVERSATION)
    office.place("contact", CONTACT)
    office.place("company", COMPANY)


def waiting_job(kind: str, number: int) -> Job:
    topic, item = event(kind)
    shape: Any = topics.lookup(topic).shape
    now = int(time.time())
    return Job(APP_ID, f"notif_{number}", topic, shape.kind, IDS[kind], now, float(now), pack(item))


async def dead_letter(office: Office, job: Job, number: int) -> None:
    """One that has died, number 2 before anybody could say what it was about."""
    job_id = f"{APP_ID}:dead-{number}"
    target = {"target": str(job.target)} if number != 2 else {}
    letter = {"died_at": int(time.time() * 1000), "reason": "crashed", "payload": job.encode(), **target}
    await office.redis.hset(keys.LETTER + job_id, mapping=letter)  # type: ignore[misc]
    await office.redis.zadd(keys.DEAD, {job_id: int(time.time() * 1000)})


async def leave_traces(office: Office, kind: str) -> None:
    """Ledger, feed, fetched answers; jobs that wait for a later time, and dead letters."""
    await office.tell(*event(kind))
    await office.done()
    for number in range(3):
        job = waiting_job(kind, number)
        await dead_letter(office, job, number)
        await office.redis.set(keys.JOB + job.id, job.encode())
        await office.redis.hset(keys.TRIES + job.id, mapping={"failures": 2, "last_error": f"{IDS[kind]} failed"})  # type: ignore[misc]
        lane: keys.Lane = "backfill" if number else "live"
        await office.redis.zadd(keys.queue(APP_ID, lane), {job.id: (time.time() + 3_600) * 1000})
    await office.redis.sadd(keys.heard_of(f"{kind}:{IDS[kind]}", APP_ID), "1")  # type: ignore[misc]


async def is_erased(office: Office, kind: str) -> None:
    await office.tell(*deletion(kind))
    await office.done()
    await eventually(lambda: _nothing(office, IDS[kind]))


async def _nothing(office: Office, word: str) -> bool:
    return await holding(office.redis, word) == []


@pytest.mark.parametrize("kind", IDS)
async def test_nothing_is_left_of_what_was_deleted(redis_server: RedisServer, tmp_path: Path, kind: str) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        await leave_traces(office, kind)
        assert len(await holding(office.redis, IDS[kind])) > 10

        await is_erased(office, kind)

        assert await office.letters() == ()
        assert await office.redis.zcard(keys.DEAD) == 0
        assert office.count("autotagger_objects_erased_total", kind=kind) == 1


async def test_of_a_contact_what_its_conversations_did_to_it_goes_too(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        # The contact's segments were asked for, and are kept for a while.
        await office.tell(*event("conversation"))
        await office.tell(*_of_our_contact(*events.reply("no money", id="7")))
        await office.done()
        kept = " ".join(await holding(office.redis, CONTACT))
        assert all(prefix in kept for prefix in (keys.FETCHED, keys.LEDGER, keys.LOCK, keys.FEED))

        await is_erased(office, "contact")


async def test_a_ticket_that_was_the_conversation_goes_with_it(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        topic, item = events.ticket(id=CONVERSATION)
        await office.tell(topic, item)
        await office.done()
        assert await holding(office.redis, f"ticket:{CONVERSATION}") != []

        await is_erased(office, "conversation")


async def test_a_run_under_way_ends_before_and_writes_nothing_after(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        office.simulator.faults.add(Fault("slow", method="POST", path="/conversations", delay=0.5))
        running = await office.tell(*event("conversation"))
        await eventually(lambda: bool(office.changes()))

        await is_erased(office, "conversation")

        assert not await office.redis.exists(keys.JOB + running)
        assert office.changes()[0] == ("POST", f"/conversations/{CONVERSATION}/tags", 200)


async def test_events_at_once_with_the_deletion_leave_nothing(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        office.simulator.faults.add(Fault("slow", method="POST", delay=0.05))
        for number in range(30):
            await office.tell(
                *(deletion("contact") if number == 10 else event("contact" if number % 2 else "conversation"))
            )
        await office.done(within=30)

        # That a contact is gone is an answer like any other, kept for 30 s.
        assert [key for key in await holding(office.redis, CONTACT) if keys.FETCHED not in key] == []


async def test_what_comes_late_leaves_nothing_and_makes_no_call(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await is_erased(office, "contact")

        await office.tell(*event("contact"))
        await office.done()

        assert office.changes() == []
        assert await _nothing(office, CONTACT)


async def test_a_message_of_a_deleted_contact_tags_the_rest(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        await is_erased(office, "contact")

        await office.tell(*event("conversation"))
        await office.done()

        assert office.tags("conversation", CONVERSATION) == {"vip"}
        assert [step.outcome for step in (await office.feed())[0].steps] == ["made", "no contact"]
        assert [key for key in await holding(office.redis, CONTACT) if keys.FETCHED not in key] == []


async def test_who_was_ended_half_way_does_it_again(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        await leave_traces(office, "company")
        # The one before got as far as the mark.
        await office.redis.set(gone.key(Target(APP_ID, "company", COMPANY)), Gone("deleted", 1).encode())

        await is_erased(office, "company")


async def test_other_objects_keep_everything(redis_server: RedisServer, tmp_path: Path) -> None:
    longer = f"{CONVERSATION}9"
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        office.place("conversation", longer)
        await office.tell(*events.reply(id=longer))
        await office.done()
        before = [key for key in await holding(office.redis, longer) if keys.LOCK not in key]
        assert before

        await office.tell(*deletion("conversation"))
        await office.done()

        assert [key for key in await holding(office.redis, longer) if keys.LOCK not in key] == before
        assert len(await office.feed()) == 1


# Merging


def merging(*tag_ids: str, loser: str = LOSER) -> tuple[str, dict[str, Any]]:
    """Another contact has become part of the contact, which now has these tags."""
    _, item = events.contact(*tag_ids, id=CONTACT, phone=None)
    return "contact.merged", {**item, "merged_from": {"type": "contact", "id": loser}}


def target(contact_id: str) -> Target:
    return Target(APP_ID, "contact", contact_id)


def tag_id(office: Office, name: str) -> str:
    return office.simulator.workspace.find_or_create_tag(name)[0].id


async def write(office: Office, contact_id: str, **entries: Entry) -> None:
    mapping = {tag_id(office, name): entry.encode() for name, entry in entries.items()}
    await office.redis.hset(ledger.key(target(contact_id)), mapping=mapping)  # type: ignore[misc]


async def test_the_losers_entries_go_over_to_the_survivor(redis_server: RedisServer, tmp_path: Path) -> None:
    ours = Entry("vip").claimed(["contact"], Order(1, "notif_1"), "hash").made("add", 1_700_000_000)
    vetoed = ours.observed(present=False, at=1_700_000_100)
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("contact", CONTACT, "vip")
        await write(office, LOSER, vip=ours, beta=vetoed, angry=ours)
        await write(office, CONTACT, angry=vetoed)

        await office.tell(*merging(tag_id(office, "vip")))
        await office.done()

        found = await Ledger(office.redis).entries(target(CONTACT))
        standings = {tag_id(office, name): standing for name, standing in _EXPECTED.items()}
        assert {one: entry.standing for one, entry in found.items()} == standings
        assert await Ledger(office.redis).entries(target(LOSER)) == {}
        (entry,) = await office.feed()
        assert (entry.merged_from, entry.target) == (LOSER, f"contact:{CONTACT}")
        assert await holding(office.redis, LOSER) == [keys.FEED]


_EXPECTED = {"vip": "ours", "beta": "vetoed", "angry": "vetoed"}


async def test_a_tag_that_a_person_took_off_the_loser_is_not_put_on_the_survivor(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    ours = Entry("vip").claimed(["contact"], Order(1, "notif_1"), "hash").made("add", 1_700_000_000)
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("contact", CONTACT)
        await write(office, LOSER, vip=ours.observed(present=False, at=1_700_000_100))

        await office.tell(*merging())
        await office.done()
        await office.tell(*event("contact"), after=5)
        await office.done()

        assert office.changes() == []
        assert [step.outcome for step in (await office.feed())[-1].steps] == ["vetoed"]


async def test_a_merge_that_is_told_twice_is_one(redis_server: RedisServer, tmp_path: Path) -> None:
    ours = Entry("vip").claimed(["contact"], Order(1, "notif_1"), "hash").made("add", 1_700_000_000)
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await write(office, LOSER, vip=ours)
        for _ in range(2):
            await office.tell(*merging(tag_id(office, "vip")))
            await office.done()

        assert [entry.merged_from for entry in await office.feed()] == [LOSER]


async def test_what_comes_late_of_the_loser_is_not_handled(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await office.tell(*merging())
        await office.done()
        await office.tell(*events.contact(id=LOSER))
        await office.done()

        assert office.changes() == []
        assert await office.letters() == ()


async def test_a_survivor_that_is_gone_takes_the_loser_with_it(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await write(office, LOSER, vip=Entry("vip"))
        await is_erased(office, "contact")

        await office.tell(*merging())
        await office.done()

        assert await holding(office.redis, LOSER) == []
        assert await holding(office.redis, CONTACT) == []


@pytest.mark.parametrize("told", [None, {}, {"id": None}, [LOSER], {"id": CONTACT}], ids=str)
async def test_a_merge_that_names_nobody_is_an_event_like_others(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, told: object
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("contact", CONTACT)
        topic, item = merging()
        await office.tell(topic, {**item, "merged_from": told, "phone": "+4512345678"})
        await office.done()

        assert office.tags("contact", CONTACT) == {"vip"}
        assert "does not say which contact" in caplog.text


async def test_what_the_merge_did_is_no_persons_doing(redis_server: RedisServer, tmp_path: Path) -> None:
    ours = Entry("vip").claimed(["contact"], Order(1, "notif_1"), "hash").made("add", 1_700_000_000)
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("contact", CONTACT, "vip")
        await write(office, LOSER, vip=ours)
        await write(office, CONTACT, vip=Entry("vip").made("remove", 1_700_000_000))

        await office.tell(*merging(tag_id(office, "vip")))
        await office.done()

        found = await Ledger(office.redis).entries(target(CONTACT))
        assert [entry.standing for entry in found.values()] == ["ours"]
