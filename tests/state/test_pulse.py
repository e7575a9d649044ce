"""Each process says that it lives, and what it counted arrives once."""

import asyncio
from collections import Counter

import pytest
from redis.asyncio import Redis

from state import keys, processes, pulse, tally
from state.connection import FAILURES, for_answers
from state.processes import AtWork, Process
from state.pulse import Pulse
from state.settings import RedisSettings
from state.tally import KEPT, Counted, Tally
from tests.proxy import Direction, Proxy
from tests.redis_server import RedisServer
from tests.waiting import eventually

STORED = Counted("received", "here", "stored")
REFUSED = Counted("refused", "", "bad signature")
RECEIVER = Process("receiver", "pod-1", 7, "1.0", 3.5)
WORKER = Process("worker", "pod-2", 8, "1.0", 3.5, "ill", {"here": AtWork("abc", 9.0, "broken", 50, 10.0)})


async def counted(redis: Redis) -> Counter[Counted]:
    seconds, micros = await redis.time()
    return sum(await tally.minutes(redis, seconds + micros / 1e6, 2), Counter[Counted]())


async def living(redis: Redis) -> tuple[Process, ...]:
    seconds, micros = await redis.time()
    return await processes.living(redis, seconds + micros / 1e6)


async def test_counts_of_all_processes_are_added_up(redis: Redis) -> None:
    one, other = Tally(), Tally()
    one.counts.update({STORED: 2, REFUSED: 1})
    other.counts.update({STORED: 3})
    first = Pulse(redis, one, lambda: RECEIVER)

    await first.beat()
    await Pulse(redis, other, lambda: WORKER).beat()
    one.counts[STORED] += 4
    await first.beat()

    assert await counted(redis) == {STORED: 9, REFUSED: 1}
    assert await living(redis) == (RECEIVER, WORKER)
    (minute, *_) = [key async for key in redis.scan_iter(f"{keys.MINUTE}*")]
    assert 0 < await redis.ttl(minute) <= KEPT.total_seconds()


async def test_what_is_said_twice_is_counted_once(redis_server: RedisServer, redis: Redis) -> None:
    counts = Tally()
    counts.counts[STORED] = 2
    async with Proxy(redis_server.port) as proxy, for_answers(RedisSettings(port=proxy.port)) as through:
        heart = Pulse(through, counts, lambda: RECEIVER)
        await heart.beat()
        counts.counts[STORED] += 5
        proxy.cut_after(Direction.TO_CLIENT, messages=0)
        with pytest.raises(FAILURES):
            await heart.beat()
        assert await counted(redis) == {STORED: 7}
        counts.counts[STORED] += 1
        await heart.beat()
        assert await counted(redis) == {STORED: 7}
        await heart.beat()

    assert await counted(redis) == {STORED: 8}


async def test_a_process_that_ends_says_so_with_its_last_counts(redis: Redis) -> None:
    counts = Tally()
    heart = Pulse(redis, counts, lambda: RECEIVER)
    await heart.beat()
    counts.counts[STORED] += 1

    await heart.end()

    assert await living(redis) == ()
    assert await counted(redis) == {STORED: 1}


async def test_a_process_that_says_nothing_more_is_taken_for_dead(redis: Redis) -> None:
    await Pulse(redis, Tally(), lambda: RECEIVER).beat()
    seconds, _ = await redis.time()
    left = pulse.BELIEVED.total_seconds()

    assert await processes.living(redis, seconds + left - 2) == (RECEIVER,)
    assert await processes.living(redis, seconds + left + 2) == ()
    assert all([await redis.ttl(key) > 0 async for key in redis.scan_iter(f"{keys.PROCESS}*")])


async def test_a_process_of_a_version_that_nobody_knows_is_left_out(redis: Redis) -> None:
    await Pulse(redis, Tally(), lambda: RECEIVER).beat()
    await redis.zadd(keys.PROCESSES, {"newer": 9e15})
    await redis.hset(f"{keys.PROCESS}newer", "said", "?")  # type: ignore[misc]
    await redis.zadd(keys.PROCESSES, {"gone": 9e15})

    assert await living(redis) == (RECEIVER,)


async def test_the_last_webhook_is_the_newest_that_any_process_tells_of(redis: Redis) -> None:
    late, early = Tally(), Tally()
    now = asyncio.get_running_loop().time()
    late.heard, early.heard = {"here": now - 1}, {"here": now - 500}

    await Pulse(redis, late, lambda: RECEIVER).beat()
    seconds, _ = await redis.time()
    await Pulse(redis, early, lambda: RECEIVER).beat()

    at = int(await redis.hget(keys.RECEIVED, "here") or 0)  # type: ignore[misc]
    assert at / 1000 == pytest.approx(seconds, abs=60)
    assert late.heard == {}


async def test_it_beats_until_it_is_ended_whatever_goes_wrong(redis: Redis) -> None:
    mistakes = iter([ZeroDivisionError()])

    def described() -> Process:
        for mistake in mistakes:
            raise mistake
        return RECEIVER

    beating = asyncio.create_task(Pulse(redis, Tally(), described).watch(every=0.01))

    await eventually(lambda: living(redis))
    assert not beating.done()
    beating.cancel()
