"""`autotagger status`: a line for people, figures, and an exit code for scripts."""

import json

import httpx
import pytest
from redis.asyncio import Redis

from state import keys
from state.pauses import Pauses
from tests.cli.inbox import APP_ID, Inbox
from tests.e2e.house import House, at_home
from tests.e2e.test_dead_letters import autotagger
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.redis_server import RedisServer
from tests.state.letters import bury, queue_up


async def test_all_is_well(inbox: Inbox) -> None:
    found = await inbox.run("status")
    document = json.loads((await inbox.run("status", "--json")).stdout)

    assert (found.returncode, found.stdout.splitlines()[0]) == (0, "all is well")
    assert (document["well"], document["verdict"], document["partial"]) == (True, [], False)
    (workspace,) = document["workspaces"]
    assert (workspace["workspace"], workspace["budget"], workspace["refused"]) == (APP_ID, None, None)
    assert "last webhook      none yet" in found.stdout
    assert "no worker keeps in Redis whether Intercom refuses its token" in found.stdout


async def test_what_is_to_be_looked_at_is_the_first_line(inbox: Inbox, redis: Redis) -> None:
    await bury(redis, f"{APP_ID}:1")
    await queue_up(redis, f"{APP_ID}:2")
    await redis.zadd(keys.queue(APP_ID), {f"{APP_ID}:2": 0})

    late = await inbox.run("status")
    await Pauses(redis).pause("ada")
    await Pauses(redis).pause_rule("ada", APP_ID, "important")
    paused = await inbox.run("status")

    assert (late.returncode, paused.returncode) == (1, 1)
    verdict = late.stdout.splitlines()[0]
    assert verdict.startswith(f"workspace {APP_ID}: 1 job due, the oldest for ")
    assert verdict.endswith(", and none of its jobs runs; 1 dead letter")
    assert "dead letters        1 (1 not_found)" in late.stdout
    verdict = paused.stdout.splitlines()[0]
    assert verdict.startswith("tagging is paused by ada at ")
    assert verdict.endswith(f"; workspace {APP_ID}: rule important is paused; 1 dead letter")


async def test_without_redis_it_is_called_wrongly(inbox: Inbox) -> None:
    assert (await inbox.run("status", REDIS_URL="")).returncode == 2


async def test_it_tells_of_a_fleet_at_work(redis_server: RedisServer) -> None:
    async with at_home(redis_server) as house:
        await house.know_tags()
        await house.seed("conversation", "7")
        await post(house, notification("conversation", "7", REFUND))
        await house.all_done()

        found = await autotagger(house, "status", "--json")

        assert found.returncode == 0
        (workspace,) = json.loads(found.stdout)["workspaces"]
        assert workspace["tagged_per_minute"] == pytest.approx(1 / 5)
        assert workspace["last_webhook_at"] is not None
        assert workspace["rule_set"] in await metrics(house)
        assert (workspace["due"], workspace["running"], workspace["deferred"]) == (0, 0, 0)


async def metrics(house: House) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{house.workers[0].urls[-1]}/metrics")).text
