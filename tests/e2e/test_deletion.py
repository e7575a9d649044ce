"""Intercom tells that something was deleted: a worker that is killed at it leaves nothing behind either."""

import signal
import time
from typing import Any
from uuid import uuid4

import pytest

from facts.target import Target
from state import keys, ledger
from state.job import Job
from tests.e2e.house import APP_ID, House, at_home
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.everything import holding
from tests.redis_server import RedisServer
from tests.waiting import eventually

GONE = Target(APP_ID, "conversation", "330100200300400")
TICKET = Target(APP_ID, "ticket", GONE.id)


def deletion() -> dict[str, Any]:
    item = {"type": "conversation", "conversation_id": GONE.id}
    told = {"data": {"item": item}, "topic": "conversation.deleted", "id": f"notif_{uuid4()}"}
    return notification("conversation", GONE.id, "") | told


async def wait_for_later(house: House) -> None:
    """An event of the conversation, and one of the ticket that it has become, in an hour."""
    now = time.time()
    for target in (GONE, TICKET):
        job = Job(APP_ID, f"later-{target.kind}", f"{target.kind}.read", target.kind, target.id, 1, now, b"\x80")
        await house.redis.set(keys.JOB + job.id, job.encode())
        await house.redis.zadd(keys.queue(APP_ID), {job.id: (now + 3_600) * 1000})


@pytest.mark.alone
async def test_a_worker_that_is_killed_at_it_has_it_done_again(redis_server: RedisServer) -> None:
    async with at_home(redis_server) as house:
        await house.know_tags()
        await house.seed("conversation", GONE.id)
        await post(house, notification("conversation", GONE.id, REFUND))
        await house.all_done()
        await wait_for_later(house)
        # Somebody else decides on the ticket, so that the worker cannot get any further than half-way.
        await house.redis.set(f"{keys.LOCK}{ledger.place(TICKET)}", "other:1 another job")
        await house.redis.set(keys.LEASE + "another job", "other:1")

        assert await post(house, deletion()) == 200
        await eventually(lambda: _is_begun(house))
        await house.end_worker(house.workers[0], signal.SIGKILL)
        left = await holding(house.redis, GONE.id)
        await house.redis.delete(keys.LEASE + "another job")
        await house.start_worker()
        await house.all_done()

        assert f"{keys.JOB}{APP_ID}:later-ticket" in left
        assert await holding(house.redis, GONE.id) == []
        assert await house.letters() == ()


async def _is_begun(house: House) -> bool:
    return not await house.redis.exists(ledger.key(GONE), f"{keys.JOB}{APP_ID}:later-conversation")
