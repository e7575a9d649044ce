"""A minute with three workers killed and two restarts of Redis: what is lost?"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from state.dead import DeadLetters
from tests.bench.house import Intercom, intercom, receiver, worker
from tests.bench.patience import until
from tests.bench.redis import no_job_waits
from tests.bench.result import Goal, Result, Row
from tests.redis_server import RedisServer

RATE = 100.0
WORKERS = 2
REDIS_AWAY = 1.0
TIME_SCALE = 0.05
"""Intercom tries again after a minute; here after three seconds."""
KILLS = (0.15, 0.4, 0.65)
"""When workers are killed, as shares of the whole time; likewise when Redis is restarted."""
RESTARTS = ((0.28, "stop"), (0.78, "kill"))
SETTLED_WITHIN = 90.0


@dataclass(frozen=True, slots=True)
class Fleet:
    """Workers that can be killed and replaced. What is left at the end is ended in good order."""

    start: Callable[[], Awaitable[asyncio.subprocess.Process]]
    running: list[asyncio.subprocess.Process]

    async def replace_oldest(self) -> None:
        """SIGKILL, and a new one in its place."""
        oldest = self.running.pop(0)
        oldest.send_signal(signal.SIGKILL)
        await oldest.wait()
        self.running.append(await self.start())


async def measure(*, quick: bool) -> Result:
    seconds, lease = (6, 3) if quick else (60, 15)
    # Every write is on disk before it is confirmed, since one of the restarts is a SIGKILL.
    with RedisServer(appendfsync="always") as server:
        async with contextlib.AsyncExitStack() as stack:
            simulator = await stack.enter_async_context(intercom())

            async def start() -> asyncio.subprocess.Process:
                return (await stack.enter_async_context(worker(server, simulator, LEASE=str(lease)))).process

            webhook = await stack.enter_async_context(receiver(server))
            fleet = Fleet(start, list(await asyncio.gather(*(start() for _ in range(WORKERS)))))
            run = await _send(simulator, webhook, seconds)
            async with asyncio.TaskGroup() as group:
                group.create_task(_kill_workers(fleet, seconds))
                group.create_task(_restart_redis(server, seconds))
                group.create_task(simulator.sent(run, within=seconds + SETTLED_WITHIN))
            settled_in = await _settle(server)
            return await _result(simulator, server, run, seconds, settled_in)


async def _send(simulator: Intercom, webhook: str, seconds: int) -> str:
    events = round(RATE * seconds / 1.1)  # a tenth is sent twice
    wanted = {"url": webhook, "events": events, "rate": RATE, "seed": 7, "time_scale": TIME_SCALE, "timeout": 5}
    return str((await simulator.post("send", **wanted))["run"])


async def _kill_workers(fleet: Fleet, seconds: int) -> None:
    began = time.monotonic()
    for share in KILLS:
        await _until(began + share * seconds)
        await fleet.replace_oldest()


async def _restart_redis(server: RedisServer, seconds: int) -> None:
    began = time.monotonic()
    for share, how in RESTARTS:
        await _until(began + share * seconds)
        await asyncio.to_thread(server.stop if how == "stop" else server.kill)
        await asyncio.sleep(REDIS_AWAY)
        await asyncio.to_thread(server.start)


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


async def _settle(server: RedisServer) -> float:
    """Wait until no job is left; how long that took after the last delivery."""
    began = time.monotonic()
    async with server.client() as redis:
        await until(lambda: no_job_waits(redis), within=SETTLED_WITHIN, every=0.1)
    return time.monotonic() - began


async def _result(simulator: Intercom, server: RedisServer, run: str, seconds: int, settled_in: float) -> Result:
    async with server.client() as redis:
        dead = await DeadLetters(redis).count()
    found = await simulator.run(run)
    calls: list[dict[str, Any]] = (await simulator.get("calls"))["calls"]
    changes = [call for call in calls if call["method"] != "GET"]
    made, repeated = (sum(call["applied"] is applied for call in changes) for applied in (True, False))
    lost, unwanted = (sum(len(one[name]) for one in found["differences"]) for name in ("missing", "unwanted"))
    acked = found["outcomes"].get("acked", 0)
    rows = (
        Row("notifications sent", "", found["sendings"]),
        Row("acknowledged", "", acked),
        Row("tags put on or taken off", "", made),
        Row("calls that changed nothing", "", repeated),
        Row("tags lost", "", lost),
        Row("tags nobody asked for", "", unwanted),
        Row("dead letters", "", dead),
        Row("last job done after the last delivery", "s", settled_in),
    )
    goals = (
        Goal("lost:", lost + unwanted + dead, 0, "tags"),
        Goal("not acknowledged:", found["sendings"] - acked, 0, "notifications"),
    )
    title = f"{seconds} s at {RATE:.0f}/s, {len(KILLS)} workers killed, Redis restarted twice ({REDIS_AWAY:.0f} s away)"
    return Result(title, rows, goals, (f"Intercom's delays are scaled by {TIME_SCALE}: it tries again after 3 s",))
