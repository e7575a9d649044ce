"""What the ledger costs in Redis: bytes an object."""

from collections.abc import Mapping
from uuid import UUID

from redis.asyncio import Redis

from facts.target import Target
from state import ledger
from state.entry import Entry, Order, Origin
from state.ledger import Shown
from tests.bench.result import Goal, Result, Row
from tests.redis_server import RedisServer

TARGETS, MILLION = 100_000, 1_000_000
BATCH = 1_000
MOST = 1_000.0
"""Bytes for an object with one tag, so that a million of them fit beside a queue in 2 GB."""


async def measure(*, quick: bool) -> Result:
    many, count = (TARGETS, TARGETS // 10) if quick else (MILLION, TARGETS)
    one = await _bytes(many, tags=1)
    given_up = await _bytes(count, tags=1, ours=False)
    three = await _bytes(count, tags=3)
    return Result(
        f"ledger bytes an object, {many:,} objects with one tag, {count:,} of the others",
        (
            Row("one tag put on", "bytes", one),
            Row("one tag that no rule wants", "bytes", given_up),
            Row("three tags put on", "bytes", three),
            Row("all objects with one tag together", "MB", one * many / 1e6),
        ),
        (Goal("one tag:", one, MOST, "bytes"),),
        ("Redis's own overhead for the key and its time to live is counted; a key's table grows in steps of two.",),
    )


async def _bytes(count: int, *, tags: int, ours: bool = True) -> float:
    # A server of its own: what another case has left is freed some time later.
    with RedisServer(appendonly=False) as server:
        async with server.client() as redis:
            return await _filled(redis, count, tags=tags, ours=ours)


async def _filled(redis: Redis, count: int, *, tags: int, ours: bool) -> float:
    before = (await redis.info("memory"))["used_memory"]
    for start in range(0, count, BATCH):
        async with redis.pipeline(transaction=False) as pipe:
            for number in range(start, start + BATCH):
                key = ledger.key(Target("q4mx81zt", "conversation", str(330_100_200_300_400 + number)))
                pipe.hset(key, mapping=dict(_page(number, tags, ours=ours)))
                pipe.expire(key, 90 * ledger.DAY)
            await pipe.execute()
    return float((await redis.info("memory"))["used_memory"] - before) / count


def _page(number: int, tags: int, *, ours: bool) -> Mapping[str, bytes]:
    """What a worker leaves behind."""
    order = Order(1_760_000_000 + number, f"notif_{UUID(int=number)}")
    page = {}
    for tag in range(tags):
        entry = Entry("billing/refund")
        if ours:
            claimed = entry.claimed(["refund-request"], order, "cdf69890fc8a")
            made = claimed.made("add", 1_760_000_000.0, origin=_origin(order))
        else:
            made = entry.withdrawn(["refund-request"], order, "cdf69890fc8a")
        page[str(7_712_001 + tag)] = made.encode()
    return page | ({ledger.SHOWN: Shown(order.created_at, ()).encode()} if ours else {})


def _origin(order: Order) -> Origin:
    said = ("conversation.user.replied", "message.text", "money back", (17, 27), "5017001")
    return Origin(("refund-request",), order, "cdf69890fc8a", *said)
