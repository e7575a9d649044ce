"""What events cost in Redis: bytes of one that waits, is done, or is dead; and of an object that a rule touched."""

import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from redis.asyncio import Redis

from facts import item, notification, routing
from state import keys, touched
from state.claim import Claimant
from state.dead import Cause
from state.enqueue import Enqueuer, Entry
from state.finish import Dead, Done, Ending, Finisher
from state.job import Job
from tests.bench.bodies import APP_ID
from tests.bench.bodies import notification as written
from tests.bench.result import Result, Row
from tests.redis_server import RedisServer

EVENTS, BATCH = 20_000, 50
SIZES = (6_000, 30_000)
CAUSE = Cause(
    "not_found",
    "POST /tags: 404 not_found: Resource Not Found",
    "conversation:330100200300400",
    "conversation.user.created",
    ("refund-request",),
    request_id="0123456789abcdef",
)

Fill = Callable[[Redis], Awaitable[None]]


async def measure(*, quick: bool) -> Result:
    count = EVENTS // 10 if quick else EVENTS
    rows = []
    for size in SIZES:
        kind = f"event of {size // 1000} kB"
        rows.append(Row(f"{kind}, waiting", "bytes", await _bytes(count, size, None)))
        rows.append(Row(f"{kind}, done", "bytes", await _bytes(count, size, Done())))
        rows.append(Row(f"{kind}, dead letter", "bytes", await _bytes(count, size, Dead(CAUSE))))
    silent = await _bytes(count, SIZES[0], Done(), said=False)
    rows.append(Row("event without a customer's message, done", "bytes", silent))
    rows.append(Row("object that a rule touched", "bytes", await _touched(count)))
    return Result(
        f"memory bytes in Redis, {count:,} of each",
        tuple(rows),
        notes=("Done are the marks of the notification and of the customer's message, which stay for eight days.",),
    )


async def _bytes(count: int, size: int, ending: Ending | None, *, said: bool = True) -> float:
    job = _job(size)

    async def fill(redis: Redis) -> None:
        for start in range(0, count, BATCH):
            await _enqueue(redis, job, range(start, start + BATCH), said=said)
            if ending is not None:
                await _end(redis, ending)

    return await _grown(fill) / count


async def _touched(count: int) -> float:
    async def fill(redis: Redis) -> None:
        for number in range(count):
            name = f"conversation:{330_100_200_300_400 + number}"
            await redis.zadd(touched.key(APP_ID, "refund-request"), {name: 1_760_000_000 + number})

    return await _grown(fill) / count


async def _grown(fill: Fill) -> float:
    """By how many bytes a Redis grows, which nobody else has used."""
    with RedisServer(appendonly=False) as server:
        async with server.client() as redis:
            before = (await redis.info("memory"))["used_memory"]
            await fill(redis)
            return float((await redis.info("memory"))["used_memory"] - before)


async def _enqueue(redis: Redis, job: Job, numbers: range, *, said: bool) -> None:
    enqueuer = Enqueuer(redis, patience=10)
    for number in numbers:
        name = f"{APP_ID}:notif_{UUID(int=number)}"
        target = f"conversation:{330_100_200_300_400 + number}"
        heard = keys.heard(target, APP_ID, str(3_391_000_000 + number)) if said else ""
        await enqueuer.enqueue(Entry(name, keys.queue(APP_ID), job.encode(), int(time.time()), keys.SEEN + name, heard))


async def _end(redis: Redis, ending: Ending) -> None:
    claimed = await Claimant(redis, "bench", lease=60).claim([keys.queue(APP_ID)], [], most=BATCH)
    finisher = Finisher(redis)
    for claim in claimed.jobs:
        await finisher.finish(claim, ending)


def _job(size: int) -> Job:
    received = notification.read(written(size))
    target = routing.find(received)
    return Job(
        app_id=received.app_id,
        notification_id=f"notif_{UUID(int=0)}",
        topic=received.topic,
        kind=target.kind,
        target_id=target.id,
        created_at=received.created_at,
        received_at=time.time(),
        delivery_attempts=received.delivery_attempts,
        item=item.trim(received),
    )
