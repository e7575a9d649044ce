"""What an operator has paused stands still, and costs nothing."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from simulator.faults import Fault
from state import keys
from state.pauses import Pauses
from state.retry import Retrier
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.office import APP_ID, Office, at_work

QUICK = 0.02


async def until_known(office: Office, *, paused: bool) -> None:
    await eventually(lambda: office.count("autotagger_tagging_paused", app_id=APP_ID) == paused)


async def waiting(redis: Redis) -> bool:
    return bool(await redis.zcard(keys.queue(APP_ID))) and not await redis.zcard(keys.RUNNING)


@pytest.mark.parametrize("where", ["*", APP_ID])
async def test_tagging_stands_still_and_costs_jobs_nothing(
    redis_server: RedisServer, redis: Redis, tmp_path: Path, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    async with at_work(redis_server.settings, tmp_path, pauses_interval=QUICK) as office:
        office.place("conversation", "7")
        await Pauses(redis).pause("ada@example.com", where)
        await until_known(office, paused=True)
        job_id = await office.say("conversation", "7", "A refund, please")
        await office.another_worker()
        await until_known(office, paused=True)

        assert await waiting(redis)
        assert office.changes() == []
        assert not await redis.exists(keys.TRIES + job_id)
        await Pauses(redis).resume("ada@example.com", where)
        await office.done()

        assert office.tags("conversation", "7") == {"refund"}
        assert f"workspace {APP_ID}: tagging is paused by ada@example.com at " in caplog.text
        assert f"workspace {APP_ID}: tagging goes on" in caplog.text


async def test_another_workspace_s_pause_is_nothing_to_this_one(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    await Pauses(redis).pause("ada", "elsewhere")
    async with at_work(redis_server.settings, tmp_path, pauses_interval=QUICK) as office:
        office.place("conversation", "7")
        await office.say("conversation", "7", "A refund, please")
        await office.done()

        assert office.tags("conversation", "7") == {"refund"}


async def test_a_job_that_runs_when_tagging_is_paused_makes_no_more_calls_and_is_put_back_for_nothing(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, pauses_interval=QUICK, call_timeout=20.0) as office:
        office.place("conversation", "7")
        slow = office.simulator.faults.add(Fault("slow", method="POST", delay=1.0))
        job_id = await office.say("conversation", "7", "A refund, I am furious")
        await eventually(lambda: slow.fired)
        await Pauses(redis).pause("ada")
        await until_known(office, paused=True)

        await eventually(lambda: waiting(redis), timeout=10)

        assert len(office.changes()) == 1
        assert len(office.tags("conversation", "7")) == 1
        assert await redis.hmget(keys.TRIES + job_id, ["failures", "last_error"]) == [None, None]  # type: ignore[misc]
        assert await office.letters() == ()


async def test_a_retry_while_paused_waits(redis_server: RedisServer, redis: Redis, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, missing=("refund",), pauses_interval=QUICK) as office:
        office.place("conversation", "7")
        job_id = await office.say("conversation", "7", "A refund, please")
        await eventually(office.letters)
        await Pauses(redis).pause("ada")
        await until_known(office, paused=True)

        assert await Retrier(redis).retry([job_id]) == ("queued",)
        await until_known(office, paused=True)

        assert await waiting(redis)
        assert await office.letters() == ()


async def test_a_paused_rule_acts_as_in_shadow_mode_until_it_is_resumed(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, pauses_interval=QUICK) as office:
        paused = {"app_id": APP_ID, "rule": "refund"}
        office.place("conversation", "7")
        await Pauses(redis).pause_rule("ada", APP_ID, "refund")
        await eventually(lambda: office.count("autotagger_rule_paused", **paused) == 1)
        await office.say("conversation", "7", "A refund, and I am furious")
        await office.done()
        meanwhile = office.tags("conversation", "7")
        await Pauses(redis).resume_rule("ada", APP_ID, "refund")
        await eventually(lambda: office.count("autotagger_rule_paused", **paused) == 0)
        await office.say("conversation", "7", "A refund!")
        await office.done()

        first, second = await office.feed()
        assert meanwhile == {"angry"}
        assert {(step.tag, step.outcome) for step in first.steps} == {
            *(("angry", "made"), ("refund", "shadow"), ("unsorted", "shadow"), ("quiet", "shadow")),
        }
        assert first.rule_set == second.rule_set
        assert office.tags("conversation", "7") == {"angry", "refund"}


async def test_a_paused_rule_stays_paused_when_the_worker_and_the_rules_are_new(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    await Pauses(redis).pause_rule("ada", APP_ID, "refund")
    async with at_work(redis_server.settings, tmp_path, rules_interval=0.05, pauses_interval=QUICK) as office:
        office.place("conversation", "7")
        rules = tmp_path / "rules.yaml"
        rules.write_text(rules.read_text().replace("furious", "livid"))
        await office.say("conversation", "7", "A refund, please")
        await office.done()

        async def livid() -> bool:
            await office.say("conversation", "7", "A refund, I am livid")
            await office.done()
            return "angry" in office.tags("conversation", "7")

        await eventually(livid, timeout=10)
        assert office.tags("conversation", "7") == {"angry"}
