"""Tagging stands still while webhooks go on being taken, through restarts, with every part a process of its own."""

import signal

import httpx

from state import keys
from tests.e2e.house import APP_ID, House, at_home
from tests.e2e.test_dead_letters import autotagger
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.redis_server import RedisServer
from tests.waiting import eventually


async def paused(house: House) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        metrics = [(await client.get(f"{worker.urls[-1]}/metrics")).text for worker in house.workers]
    return all(f'autotagger_tagging_paused{{app_id="{APP_ID}"}} 1.0' in text for text in metrics)


async def test_a_pause_outlives_restarts_and_nothing_is_lost(redis_server: RedisServer) -> None:
    async with at_home(redis_server, workers=2) as house:
        await house.know_tags()
        await house.seed("conversation", "7")

        stopped = await autotagger(house, "pause")
        await eventually(lambda: paused(house), timeout=5)
        status = await post(house, notification("conversation", "7", REFUND))
        await house.end_worker(house.workers[0], signal.SIGKILL)
        await house.start_worker()
        await eventually(lambda: paused(house), timeout=5)

        assert (stopped.returncode, status) == (0, 200)
        assert await house.redis.zcard(keys.queue(APP_ID)) == 1
        assert await house.calls("/") == []
        assert (await autotagger(house, "resume")).returncode == 0
        await house.all_done()
        assert await house.tags("conversation", "7") == {"billing/refund"}
