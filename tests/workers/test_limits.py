"""A rule that reaches its limit acts as in shadow mode from that moment on, for every worker."""

import logging
from pathlib import Path

import pytest
from redis.asyncio import Redis

from state.pauses import Pauses
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.hydration.events import CONTACT, CONVERSATION
from tests.workers.office import APP_ID, Office, at_work

LIMITED = """
version: 1
rules:
- {id: refund, limits: {max_objects_per_hour: 3}, if: {message.text: {mentions_any: [refund]}}, then: {add: [refund]}}
"""
ANOTHER = "- {id: another, if: {message.text: {mentions_any: [refund]}}, then: {add: [refund, vip]}}\n"
SECOND = "- {id: second, group: g, if: {message.text: {mentions_any: [refund]}}, then: {add: [beta]}}\n"
GROUPED = LIMITED.replace("rules:", "groups: [{id: g, pick: first}]\nrules:").replace("limits", "group: g, limits")


async def write(office: Office, *numbers: int) -> None:
    for number in numbers:
        office.place("conversation", str(number))
    for number in numbers:
        await office.say("conversation", str(number), "A refund, please")
    await office.done()


def tagged(office: Office, name: str, numbers: range) -> int:
    return sum(name in office.tags("conversation", str(number)) for number in numbers)


async def outcomes(office: Office) -> list[tuple[str, tuple[str, ...], str]]:
    return [(step.tag, step.rules, step.outcome) for entry in await office.feed() for step in entry.steps]


async def test_so_many_objects_are_tagged_and_the_others_recorded(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=LIMITED, pauses_interval=60.0) as office:
        await write(office, *range(20))

        assert tagged(office, "refund", range(20)) == 3
        assert len(office.changes()) == 3
        came = await outcomes(office)
        assert came.count(("refund", ("refund",), "made")) == 3
        assert came.count(("refund", ("refund",), "shadow")) == 17
        assert await office.letters() == ()
        assert office.count("autotagger_rule_tripped", app_id=APP_ID, rule="refund") == 1
        assert office.count("autotagger_rule_paused", app_id=APP_ID, rule="refund") == 0
        (alert,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
        assert "rule refund has changed tags on 3 objects within an hour, which is its limit" in alert


async def test_it_stays_so_through_a_restart_until_it_is_resumed(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=LIMITED, pauses_interval=0.02) as office:
        await write(office, *range(5))
        await office.another_worker()
        await write(office, 5)
        assert tagged(office, "refund", range(6)) == 3

        await Pauses(redis).resume_rule("ada", APP_ID, "refund")
        await eventually(lambda: not office.count("autotagger_rule_tripped", app_id=APP_ID, rule="refund"))
        await write(office, *range(10, 15))

        assert tagged(office, "refund", range(10, 15)) == 3


async def test_what_another_rule_wants_is_done_in_its_own_name(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=LIMITED + ANOTHER) as office:
        await write(office, *range(8))

        assert tagged(office, "refund", range(8)) == tagged(office, "vip", range(8)) == 8
        came = await outcomes(office)
        assert came.count(("refund", ("refund", "another"), "made")) == 3
        assert came.count(("refund", ("another",), "made")) == 5
        assert len(office.changes()) == 16


async def test_the_next_rule_of_its_group_acts_in_its_place(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=GROUPED + SECOND) as office:
        await write(office, *range(8))

        assert tagged(office, "refund", range(8)) == 3
        assert tagged(office, "beta", range(8)) == 5


async def test_several_tags_on_one_object_count_once(redis_server: RedisServer, tmp_path: Path) -> None:
    two = LIMITED.replace("{add: [refund]}", "{add: [refund, vip, beta]}")
    async with at_work(redis_server.settings, tmp_path, rules=two) as office:
        await write(office, 0, 1, 2)
        await write(office, 3, 4, 5)

        assert [tagged(office, name, range(6)) for name in ("refund", "vip", "beta")] == [3, 3, 3]


async def test_taking_back_counts_too(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = LIMITED.replace("limits", "if_unmatched: remove, limits")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        await write(office, 1, 2)
        # Newer than the first, also within one second.
        await office.say("conversation", "1", "Never mind", notification_id="notif_zz")
        await office.done()

        assert (office.tags("conversation", "1"), office.tags("conversation", "2")) == (set(), {"refund"})
        await write(office, 3, 4)

        assert tagged(office, "refund", range(1, 5)) == 2


async def test_what_was_done_before_the_limit_in_the_same_job_is_told_as_done(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    rules = LIMITED.replace(": 3}", ": 1}").replace("{add: [refund]}", "{add: [refund], contact: {add: [beta]}}")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", CONTACT)
        office.place("conversation", CONVERSATION)

        await office.tell(*events.reply())
        await office.done()

        assert (office.tags("conversation", CONVERSATION), office.tags("contact", CONTACT)) == ({"refund"}, set())
        assert await outcomes(office) == [("refund", ("refund",), "made"), ("beta", ("refund",), "shadow")]
