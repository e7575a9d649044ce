"""A job is stored once, and nobody is told that it is before it is."""

import asyncio

import pytest
from redis.asyncio import Redis

from state import keys
from state.connection import for_answers
from state.enqueue import WAKE_TOKENS, Enqueuer, Entry, Unavailable
from state.settings import RedisSettings
from tests.proxy import Direction, Proxy
from tests.redis_server import RedisServer

QUEUE = keys.queue("q4mx81zt")


LOOPS = ("asyncio", "uvloop")
"""Production runs on uvloop, which has its own ways to say that a connection is gone."""


async def now(redis: Redis) -> int:
    seconds, _ = await redis.time()
    return int(seconds)


async def wake_tokens(redis: Redis) -> int:
    return len(await redis.lrange(keys.WAKE, 0, -1))  # type: ignore[misc]


def entry(number: int, created_at: int, *, seen: bool = True) -> Entry:
    job_id = f"q4mx81zt:notif_{number}"
    return Entry(job_id, QUEUE, b"payload %d" % number, created_at, keys.SEEN + job_id if seen else "")


async def test_a_new_job_is_stored_queued_and_wakes_a_worker(redis: Redis) -> None:
    enqueuer = Enqueuer(redis)

    stored = await enqueuer.enqueue(entry(1, await now(redis)))

    assert stored == "stored"
    assert await redis.get(keys.JOB + "q4mx81zt:notif_1") == b"payload 1"
    assert await redis.zrange(QUEUE, 0, -1) == [b"q4mx81zt:notif_1"]
    assert await wake_tokens(redis) == 1


async def test_the_second_of_two_equal_notifications_is_a_duplicate_even_after_the_job_is_done(redis: Redis) -> None:
    enqueuer = Enqueuer(redis)
    created_at = await now(redis)
    await enqueuer.enqueue(entry(1, created_at))
    await redis.delete(keys.JOB + "q4mx81zt:notif_1", QUEUE)

    again = await enqueuer.enqueue(entry(1, created_at))

    assert again == "duplicate"
    assert await redis.zcard(QUEUE) == 0


async def test_notifications_without_an_id_are_never_duplicates(redis: Redis) -> None:
    enqueuer = Enqueuer(redis)
    created_at = await now(redis)

    outcomes = [await enqueuer.enqueue(entry(number, created_at, seen=False)) for number in range(2)]

    assert outcomes == ["stored", "stored"]


@pytest.mark.parametrize("age", [7 * 86_400 + 60, -660], ids=["older than a week", "from the future"])
async def test_a_replayed_notification_is_not_stored(redis: Redis, age: int) -> None:
    enqueuer = Enqueuer(redis)

    outcome = await enqueuer.enqueue(entry(1, await now(redis) - age))

    assert outcome == "replayed"
    assert await redis.dbsize() == 0


async def test_many_at_once_share_calls_and_each_hears_its_own_outcome(redis: Redis) -> None:
    enqueuer = Enqueuer(redis)
    created_at = await now(redis)
    before = (await redis.info("commandstats")).get("cmdstat_evalsha", {"calls": 0})["calls"]

    outcomes = await asyncio.gather(*(enqueuer.enqueue(entry(number % 150, created_at)) for number in range(300)))

    calls = (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"] - before
    assert sorted(outcomes) == ["duplicate"] * 150 + ["stored"] * 150
    assert calls < 20
    assert await redis.zcard(QUEUE) == 150


async def test_the_wake_list_does_not_grow(redis: Redis) -> None:
    enqueuer = Enqueuer(redis)
    created_at = await now(redis)

    await asyncio.gather(*(enqueuer.enqueue(entry(number, created_at)) for number in range(100)))

    assert await wake_tokens(redis) == WAKE_TOKENS


async def test_a_redis_that_is_gone_is_reported_within_the_patience(own_redis: RedisServer) -> None:
    async with for_answers(own_redis.settings) as redis:
        enqueuer = Enqueuer(redis)
        created_at = await now(redis)
        own_redis.kill()

        with pytest.raises(Unavailable):
            await enqueuer.enqueue(entry(1, created_at))


async def test_a_redis_that_is_frozen_is_reported_within_the_patience(own_redis: RedisServer) -> None:
    async with for_answers(own_redis.settings) as redis:
        enqueuer = Enqueuer(redis)
        created_at = await now(redis)
        own_redis.pause()

        began = asyncio.get_running_loop().time()
        with pytest.raises(Unavailable):
            await enqueuer.enqueue(entry(1, created_at))

        assert asyncio.get_running_loop().time() - began < 2
        own_redis.resume()


async def test_a_restarted_redis_takes_the_next_job_at_once(own_redis: RedisServer) -> None:
    async with for_answers(own_redis.settings) as redis:
        enqueuer = Enqueuer(redis)
        created_at = await now(redis)
        await enqueuer.enqueue(entry(1, created_at))
        await asyncio.to_thread(own_redis.restart)

        assert await enqueuer.enqueue(entry(2, created_at)) == "stored"


async def test_a_full_redis_stores_nothing_of_the_job(own_redis: RedisServer) -> None:
    async with own_redis.client() as client, for_answers(own_redis.settings) as redis:
        created_at = await now(redis)
        await Enqueuer(redis).enqueue(entry(1, created_at))
        await client.config_set("maxmemory", "1mb")

        with pytest.raises(Unavailable):
            await Enqueuer(redis).enqueue(entry(2, created_at))

        assert await client.zrange(QUEUE, 0, -1) == [b"q4mx81zt:notif_1"]
        assert await client.exists(keys.JOB + "q4mx81zt:notif_2", keys.SEEN + "q4mx81zt:notif_2") == 0


@pytest.mark.parametrize("way", list(Direction), ids=lambda way: way.value)
@pytest.mark.parametrize("messages", range(6))
async def test_wherever_the_connection_is_cut_a_job_that_is_acknowledged_is_stored(
    redis_server: RedisServer, redis: Redis, way: Direction, messages: int
) -> None:
    created_at = await now(redis)
    await redis.script_flush()
    async with Proxy(redis_server.port) as proxy, for_answers(RedisSettings(port=proxy.port)) as cut:
        enqueuer = Enqueuer(cut)
        proxy.cut_after(way, messages=messages)

        acknowledged = False
        try:
            acknowledged = await enqueuer.enqueue(entry(1, created_at)) in {"stored", "duplicate"}
        except Unavailable:
            acknowledged = False

        stored = await redis.get(keys.JOB + "q4mx81zt:notif_1") == b"payload 1"
        queued = await redis.zscore(QUEUE, "q4mx81zt:notif_1") is not None
        assert stored == queued
        assert stored or not acknowledged

        proxy.heal()
        again = await enqueuer.enqueue(entry(1, created_at))
        assert again == ("duplicate" if stored else "stored")
        assert await redis.get(keys.JOB + "q4mx81zt:notif_1") == b"payload 1"
