"""The loop: woken, claiming in one call, holding leases, surviving Redis, stranding nothing."""

import asyncio
import hashlib
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from arq.worker import Worker as ArqWorker
from redis.asyncio import Redis

from state import keys
from state.connection import for_work
from state.dead import Cause, DeadLetters
from state.enqueue import Enqueuer, Entry
from state.feed import Reply, Step
from state.finish import Dead, Done, Ending, Later
from state.retry import Retrier
from state.settings import RedisSettings
from tests.proxy import Proxy
from tests.redis_server import RedisServer
from tests.waiting import eventually
from workers import progress
from workers.hold import Hold, Payload
from workers.loop import Body, Queues, Worker

QUEUE = keys.queue("q4mx81zt")


pytestmark = pytest.mark.alone

LOOPS = ("asyncio", "uvloop")
"""Production runs on uvloop, which has its own ways to say that a connection is gone."""


@asynccontextmanager
async def working(
    settings: RedisSettings,
    body: Body,
    *,
    lease: float = 15.0,
    concurrency: int = 20,
    completion_wait: float = 5.0,
    job_timeout: float = 300.0,
) -> AsyncIterator[Worker]:
    async with for_work(settings) as redis:
        worker = Worker(
            redis,
            body,
            lambda: Queues((QUEUE,)),
            lease=lease,
            concurrency=concurrency,
            completion_wait=completion_wait,
            job_timeout=job_timeout,
        )
        running = asyncio.create_task(worker.async_run())
        try:
            yield worker
        finally:
            await worker.stop()
            with suppress(asyncio.CancelledError):
                await running


async def queue_up(redis: Redis, *payloads: bytes) -> None:
    seconds, _ = await redis.time()
    enqueuer = Enqueuer(redis)
    await asyncio.gather(
        *(enqueuer.enqueue(Entry(f"q4mx81zt:{payload.decode()}", QUEUE, payload, int(seconds))) for payload in payloads)
    )


async def empty(redis: Redis) -> bool:
    return int(await redis.zcard(QUEUE)) == 0


class Recorder:
    """A body that notes what it was given and ends as it is told."""

    def __init__(self, *endings: Ending) -> None:
        self.seen: list[bytes] = []
        self.endings = list(endings)

    async def __call__(self, payload: bytes, hold: Hold) -> Ending:
        assert hold.held()
        self.seen.append(bytes(payload))
        return self.endings.pop(0) if self.endings else Done()


class Gate:
    """A body that waits until it is let go."""

    def __init__(self) -> None:
        self.running = 0
        self.finished = 0
        self.open = asyncio.Event()

    async def __call__(self, payload: bytes, hold: Hold) -> Ending:  # noqa: ARG002 - the body's shape
        self.running += 1
        await self.open.wait()
        self.finished += 1
        return Done()


async def test_an_idle_worker_is_woken_by_the_enqueue(redis_server: RedisServer, redis: Redis) -> None:
    body = Recorder()
    async with working(redis_server.settings, body) as worker:
        await eventually(lambda: worker.looked_at)
        await queue_up(redis, b"1")

        await eventually(lambda: body.seen == [b"1"])
        await eventually(lambda: empty(redis))


async def test_every_job_runs_once(redis_server: RedisServer, redis: Redis) -> None:
    body = Recorder()
    await queue_up(redis, *(b"%d" % number for number in range(300)))

    async with working(redis_server.settings, body), working(redis_server.settings, body):
        await eventually(lambda: empty(redis))

    assert sorted(body.seen) == sorted(b"%d" % number for number in range(300))
    assert [key async for key in redis.scan_iter("arq:*")] == []


async def test_no_more_jobs_run_at_once_than_there_are_places(redis_server: RedisServer, redis: Redis) -> None:
    gate = Gate()
    await queue_up(redis, *(b"%d" % number for number in range(10)))

    async with working(redis_server.settings, gate, concurrency=3) as worker:
        await eventually(lambda: gate.running == 3)
        turned = worker.turned_at
        await eventually(lambda: worker.turned_at > turned)
        assert gate.running == 3
        gate.open.set()
        await eventually(lambda: gate.finished == 10)


async def test_a_job_tried_later_runs_again_when_it_is_due(redis_server: RedisServer, redis: Redis) -> None:
    body = Recorder(Later(wait=0.05, error="busy", spent=0.05, progress=b"half"), Later())
    holds: list[Hold] = []

    async def noting(payload: bytes, hold: Hold) -> Ending:
        holds.append(hold)
        return await body(payload, hold)

    async with working(redis_server.settings, noting):
        await queue_up(redis, b"1")
        await eventually(lambda: empty(redis))

    assert [(hold.claim.failures, hold.claim.progress) for hold in holds] == [(0, b""), (1, b"half"), (1, b"half")]


async def test_a_dead_job_becomes_a_letter(redis_server: RedisServer, redis: Redis) -> None:
    async with working(redis_server.settings, Recorder(Dead(Cause("not_found", "gone")))):
        await queue_up(redis, b"1")
        await eventually(lambda: empty(redis))

    (letter,) = await DeadLetters(redis).newest()
    assert (letter.reason, await DeadLetters(redis).payload(letter.id)) == ("not_found", b"1")


async def test_what_a_dead_job_has_made_is_known_when_it_is_tried_again(
    redis_server: RedisServer, redis: Redis
) -> None:
    made = Step("conversation", "vip", "add", ("a",), "made")
    failed = Step("conversation", "beta", "add", ("a",), "failed", reply=Reply(400))
    seen: list[bytes] = []

    async def dying(payload: bytes, hold: Hold) -> Ending:  # noqa: ARG001 - a body's signature
        seen.append(hold.progress)
        hold.progress = progress.note([made, failed])
        return Dead(Cause("not_found", "gone"))

    async with working(redis_server.settings, dying):
        await queue_up(redis, b"1")
        await eventually(DeadLetters(redis).count)
        await Retrier(redis).retry(["q4mx81zt:1"])
        await eventually(lambda: len(seen) == 2)

    assert [progress.read(one) for one in seen] == [(), (made,)]


async def test_a_job_without_bytes_becomes_a_letter(redis_server: RedisServer, redis: Redis) -> None:
    await queue_up(redis, b"1")
    await redis.delete(keys.JOB + "q4mx81zt:1")

    async with working(redis_server.settings, Recorder()):
        await eventually(lambda: empty(redis))

    (letter,) = await DeadLetters(redis).newest()
    assert letter.reason == "payload gone"


async def test_a_job_that_takes_too_long_spends_an_attempt_and_stays(redis_server: RedisServer, redis: Redis) -> None:
    async with working(redis_server.settings, Gate(), job_timeout=0.05):
        await queue_up(redis, b"1")
        await eventually(lambda: redis.hget(keys.TRIES + "q4mx81zt:1", "failures"))

    assert await redis.hget(keys.TRIES + "q4mx81zt:1", "last_error") == b"the job took too long"  # type: ignore[misc]
    assert not await empty(redis)


async def test_a_body_that_raises_does_not_end_the_job(redis_server: RedisServer, redis: Redis) -> None:
    async def explode(payload: bytes, hold: Hold) -> Ending:  # noqa: ARG001 - the body's shape
        raise ZeroDivisionError

    async with working(redis_server.settings, explode):
        await queue_up(redis, b"1")
        await eventually(lambda: redis.hget(keys.TRIES + "q4mx81zt:1", "failures"))

    assert not await empty(redis)


async def test_stopping_finishes_what_runs_and_takes_no_more(redis_server: RedisServer, redis: Redis) -> None:
    gate = Gate()
    await queue_up(redis, *(b"%d" % number for number in range(10)))
    async with working(redis_server.settings, gate, concurrency=4) as worker:
        await eventually(lambda: gate.running == 4)
        stopping = asyncio.create_task(worker.stop())
        await eventually(lambda: not worker.allow_pick_jobs)
        gate.open.set()
        await stopping

    assert gate.finished == 4
    assert int(await redis.zcard(QUEUE)) == 6


async def test_what_cannot_be_finished_in_time_is_handed_back_at_no_cost(
    redis_server: RedisServer, redis: Redis
) -> None:
    gate = Gate()
    await queue_up(redis, b"1", b"2")
    async with working(redis_server.settings, gate, completion_wait=0.05):
        await eventually(lambda: gate.running == 2)

    body = Recorder()
    async with working(redis_server.settings, body):
        await eventually(lambda: empty(redis), timeout=2)

    assert sorted(body.seen) == [b"1", b"2"]
    assert not [key async for key in redis.scan_iter(keys.TRIES + "*")]


async def test_a_running_job_is_not_taken_over(redis_server: RedisServer, redis: Redis) -> None:
    gate, other = Gate(), Recorder()
    await queue_up(redis, b"1")

    async with working(redis_server.settings, gate, lease=1):
        await eventually(lambda: gate.running == 1)
        async with working(redis_server.settings, other, lease=1):
            first = await redis.zscore(QUEUE, "q4mx81zt:1") or 0
            # More than a lease's worth of renewals.
            await eventually(lambda: _later(redis, first + 1500))
            gate.open.set()
            await eventually(lambda: empty(redis))

    assert (gate.running, other.seen) == (1, [])


async def _later(redis: Redis, score: float) -> bool:
    return (await redis.zscore(QUEUE, "q4mx81zt:1") or 0) > score


async def test_a_worker_that_lost_its_lease_stops_and_leaves_the_job_alone(
    redis_server: RedisServer, redis: Redis
) -> None:
    gate = Gate()
    await queue_up(redis, b"1")
    async with working(redis_server.settings, gate, lease=0.2) as worker:
        await eventually(lambda: gate.running == 1)
        await redis.set(keys.LEASE + "q4mx81zt:1", "somebody else")

        await eventually(lambda: not worker.tasks)

    assert gate.finished == 0
    assert await redis.get(keys.LEASE + "q4mx81zt:1") == b"somebody else"
    assert await redis.exists(keys.JOB + "q4mx81zt:1")


async def test_redis_may_restart_under_a_worker(own_redis: RedisServer) -> None:
    body = Recorder()
    async with own_redis.client() as redis, working(own_redis.settings, body) as worker:
        await eventually(lambda: worker.looked_at)
        await asyncio.to_thread(own_redis.kill)
        await asyncio.to_thread(own_redis.start)
        await queue_up(redis, b"1")

        await eventually(lambda: empty(redis), timeout=10)

    assert body.seen == [b"1"]


async def test_a_job_that_ends_while_redis_is_away_is_ended_when_it_is_back(own_redis: RedisServer) -> None:
    gate = Gate()
    async with own_redis.client() as redis, working(own_redis.settings, gate):
        await queue_up(redis, b"1")
        await eventually(lambda: gate.running == 1)
        await redis.execute_command("WAITAOF", 1, 0, 2_000)  # type: ignore[no-untyped-call]
        await asyncio.to_thread(own_redis.kill)
        gate.open.set()
        await eventually(lambda: gate.finished == 1)
        await asyncio.to_thread(own_redis.start)

        await eventually(lambda: empty(redis), timeout=10)

    assert gate.running == 1


def test_a_payload_does_not_show_what_it_holds() -> None:
    assert repr(Payload(b"customer words")) == "<14 bytes>"


@pytest.mark.parametrize(
    ("method", "digest"),
    [
        ("__init__", "edfb0cd7e05e"),
        ("async_run", "f3434c3dd359"),
        ("run_job", "589a19059ff8"),
        ("finish_job", "903f09c92830"),
        ("finish_failed_job", "3e16087f318a"),
        ("main", "45ca1591c971"),
    ],
)
def test_arq_is_still_the_arq_that_is_overridden_here(method: str, digest: str) -> None:
    source = inspect.getsource(getattr(ArqWorker, method))

    assert hashlib.sha256(source.encode()).hexdigest()[:12] == digest, "read arq's change, then workers/loop.py"


async def test_a_worker_whose_own_lease_ran_out_does_not_run_the_job_twice_at_once(
    redis_server: RedisServer, redis: Redis
) -> None:
    at_once = most = 0
    runs: list[str] = []
    gate = asyncio.Event()

    async def counting(payload: bytes, hold: Hold) -> Ending:  # noqa: ARG001 - the body's shape
        nonlocal at_once, most
        runs.append(hold.claim.token)
        at_once += 1
        most = max(most, at_once)
        try:
            await gate.wait()
        finally:
            at_once -= 1
        return Done()

    await queue_up(redis, b"1")
    async with working(redis_server.settings, counting) as worker:
        await eventually(lambda: len(runs) == 1)
        await redis.delete(keys.LEASE + "q4mx81zt:1")
        await redis.zadd(QUEUE, {"q4mx81zt:1": 0})
        await eventually(lambda: not worker.tasks)
        gate.set()
        await eventually(lambda: empty(redis))

    assert most == 1
    assert len(set(runs)) == len(runs) == 2


async def test_a_redis_that_is_frozen_does_not_keep_a_worker_from_stopping(own_redis: RedisServer) -> None:
    async with working(own_redis.settings, Recorder()) as worker:
        await eventually(lambda: worker.looked_at)
        own_redis.pause()
        turned = worker.turned_at
        await eventually(lambda: worker.turned_at > turned, timeout=2)

        async with asyncio.timeout(10):
            await worker.stop()
        own_redis.resume()


async def test_a_job_that_redis_will_not_read_is_not_tried_all_the_time(
    redis_server: RedisServer, redis: Redis
) -> None:
    await queue_up(redis, b"1", b"2")
    await redis.delete(keys.JOB + "q4mx81zt:1")
    await redis.rpush(keys.JOB + "q4mx81zt:1", "not a string")  # type: ignore[misc]
    body = Recorder()

    async with working(redis_server.settings, body):
        await eventually(lambda: body.seen == [b"2"])
        await eventually(lambda: _due_later(redis))

    assert int(await redis.get(keys.ARQ_TRIES + "q4mx81zt:1") or 0) <= 2


async def _due_later(redis: Redis) -> bool:
    seconds, _ = await redis.time()
    return bool((await redis.zscore(QUEUE, "q4mx81zt:1") or 0) > seconds * 1000 + 200)


async def test_connections_that_are_cut_all_the_time_do_not_end_a_worker(
    redis_server: RedisServer, redis: Redis
) -> None:
    body = Recorder()
    async with Proxy(redis_server.port) as proxy, working(RedisSettings(port=proxy.port), body, lease=1.0):
        for number in range(60):
            await queue_up(redis, b"%d" % number)
            proxy.cut()

        await eventually(lambda: empty(redis), timeout=30)

    assert set(body.seen) == {b"%d" % number for number in range(60)}


async def test_a_loop_goes_on_after_a_mistake(redis_server: RedisServer, redis: Redis) -> None:
    body = Recorder()
    async with working(redis_server.settings, body) as worker:
        queues, mistakes = worker._queues, [RuntimeError, KeyError]

        def mistaken() -> Queues:
            if mistakes:
                raise mistakes.pop()
            return queues()

        worker._queues = mistaken
        await queue_up(redis, b"1")

        await eventually(lambda: body.seen == [b"1"])
