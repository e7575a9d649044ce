"""How much of Intercom's rate limit is used while there is work for all of it, and how often it says 429."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis

from facts import notification
from service import webhook
from simulator.webhooks.notification import envelope
from state import keys
from state.connection import for_answers
from state.dead import DeadLetters
from state.enqueue import Enqueuer, Entry
from state.settings import RedisSettings
from tests.bench.bodies import APP_ID, TOPIC, item
from tests.bench.house import Intercom, intercom, worker
from tests.bench.patience import until
from tests.bench.redis import no_job_waits
from tests.bench.result import Goal, Result, Row
from tests.bench.samples import median
from tests.bench.wire import exchange_all
from tests.redis_server import RedisServer

WORKERS = 2
FIRST_ID = 215_470_000_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """One window of the simulator: calls it let through and calls it refused."""

    accepted: int
    refused: int


async def measure(*, quick: bool) -> Result:
    # Intercom's window, or one a tenth as long: https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting
    count, limit, length = (1_000, 166, 1) if quick else (10_000, 1_666, 10)
    with RedisServer() as server:
        async with intercom("--limit", str(limit), "--window", str(length)) as simulator, server.client() as redis:
            await _seed(simulator, count)
            await _enqueue(server.settings, count)
            alone = count / limit * length
            seconds = await _work_off(server, simulator, redis, limit, length, patience=3 * alone + 30)
            windows = [Window(one["accepted"], one["refused"]) for one in (await simulator.get("windows"))["windows"]]
            await _check(simulator, redis, count)
    return _result(windows, count, limit, length, seconds)


def _result(windows: list[Window], count: int, limit: int, length: int, seconds: float) -> Result:
    # The first window had begun before the workers had, and the last one had no work left for all of it.
    full = [window.accepted / limit for window in windows[1:-1]]
    accepted, refused = (sum(getattr(window, name) for window in windows) for name in ("accepted", "refused"))
    used, share = sum(full) / len(full) * 100, refused / (accepted + refused) * 100
    rows = (
        Row("share of the limit used in a full window", "%", median(full) * 100),
        Row("the same, in the worst one", "%", min(full) * 100),
        Row("answers that were 429", "%", share),
        Row("calls for each change", "calls", accepted / count),
        Row("all of it", "s", seconds),
    )
    goals = (
        Goal(f"share of the limit used, {len(full)} full windows:", used, 97, "%", least=True),
        Goal("429s:", share, 1, "%"),
    )
    return Result(f"{count:,} jobs of one call each, {limit:,} calls in {length} s, {WORKERS} workers", rows, goals)


async def _seed(simulator: Intercom, count: int) -> None:
    """Make the conversations known, each a request of its own."""
    url = urlsplit(simulator.url)
    requests = [_seeding(json.dumps({"id": str(FIRST_ID + number)}).encode()) for number in range(count)]
    await simulator.post("tags", name="billing/refund")
    found = await exchange_all(url.port or 0, requests, connections=8)
    if found.statuses != {200: count}:
        raise RuntimeError(f"the simulator took not all conversations: {found.statuses}")


def _seeding(body: bytes) -> bytes:
    head = f"POST /_simulator/conversations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _enqueue(settings: RedisSettings, count: int) -> None:
    """Enqueue one event for each conversation, in which the customer asks for a refund."""
    async with for_answers(settings) as client:
        enqueuer = Enqueuer(client)
        for begin in range(0, count, 100):
            entries = [_entry(number) for number in range(begin, min(begin + 100, count))]
            await asyncio.gather(*map(enqueuer.enqueue, entries))


def _entry(number: int) -> Entry:
    now = time.time()
    asked = item("May I have a refund?", int(now), conversation_id=str(FIRST_ID + number))
    body = envelope(asked, app_id=APP_ID, topic=TOPIC, notification_id=f"notif_{number}", created_at=int(now))
    job = webhook._job(notification.read(body), now)
    return Entry(job.id, keys.queue(APP_ID), job.encode(), job.created_at, keys.SEEN + job.id)


async def _work_off(
    server: RedisServer, simulator: Intercom, redis: Redis, limit: int, length: int, patience: float
) -> float:
    """Have the workers do it all; how long it took, in seconds, from the moment all of them had started."""
    budget = {"CALLS_PER_WINDOW": str(limit), "WINDOW": str(length)}
    async with contextlib.AsyncExitStack() as stack:
        started = (stack.enter_async_context(worker(server, simulator, **budget)) for _ in range(WORKERS))
        await asyncio.gather(*started)
        began = time.monotonic()
        await until(lambda: no_job_waits(redis), within=patience)
        return time.monotonic() - began


async def _check(simulator: Intercom, redis: Redis, count: int) -> None:
    state: dict[str, Any] = await simulator.get("state")
    tagged = sum(bool(conversation["tags"]) for conversation in state["conversations"].values())
    if tagged != count:
        raise RuntimeError(f"{tagged} of {count} conversations are tagged; dead: {await DeadLetters(redis).count()}")
