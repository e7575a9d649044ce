"""A rule's limit holds exactly, for two workers that are at it at the same time, each a process of its own."""

import asyncio
import signal
from pathlib import Path

from tests.cli.inbox import Inbox
from tests.e2e.house import APP_ID, at_home
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.redis_server import RedisServer

RULES = """version: 1
rules:
- {id: refund, limits: {max_objects_per_hour: 7}, if: {message.text: {mentions_any: [refund]}}, then: {add: [refund]}}
"""
SENT = range(100, 140)


async def test_two_workers_tag_exactly_as_many_objects_and_tell_it_once(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    (tmp_path / "tags.yaml").write_text("version: 1\ntags: {refund: Money back}\n")
    (tmp_path / "rules.yaml").write_text(RULES)
    async with at_home(redis_server, workers=2, variables={"AUTOTAGGER_RULES": str(tmp_path)}) as house:
        await house.tag_id("refund")
        await asyncio.gather(*(house.seed("conversation", str(number)) for number in SENT))

        await asyncio.gather(*(post(house, notification("conversation", str(number), REFUND)) for number in SENT))
        await house.all_done()

        assert len(await house.calls("/conversations")) == 7
        assert [tags for number in SENT if (tags := await house.tags("conversation", str(number)))] == [{"refund"}] * 7
        status = await asyncio.to_thread(Inbox._run, ("rules", "status"), house.variables, None)
        assert "refund  live  tripped: 7 objects within an hour, since " in status.stdout
        resumed = await asyncio.to_thread(Inbox._run, ("rules", "resume", "refund"), house.variables, None)
        told = f"workspace {APP_ID}: rule refund acts as it is written again (paused until now: tripped: "
        assert resumed.stdout.startswith(told)
        workers = tuple(house.workers)
        await asyncio.gather(*(house.end_worker(worker, signal.SIGTERM) for worker in workers))
        said = [line for worker in workers for line in await worker.said if "which is its limit" in line]
        assert len(said) == 1
        assert "ERROR" in said[0]
