"""Dead letters go back to their queues: whole, once, and with the memory of how they died."""

import pytest
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, ResponseError

from state import keys
from state.claim import Claim, Claimant
from state.dead import Cause, DeadLetters, Filter
from state.finish import Dead, Finisher, Later, NoRoom
from state.retry import DEATHS, Retrier
from tests.redis_server import RedisServer
from tests.state.letters import GONE, bury, end, queue_up


async def claim(redis: Redis, queue: str) -> list[Claim]:
    return list((await Claimant(redis, "me", lease=15).claim([queue], most=10)).jobs)


@pytest.mark.parametrize("lane", ["live", "backfill"])
async def test_a_letter_goes_back_to_the_queue_that_it_came_from(redis: Redis, lane: keys.Lane) -> None:
    await bury(redis, "here:1", b"the bytes", lane=lane)

    assert await Retrier(redis).retry(["here:1"]) == ("queued",)

    (job,) = await claim(redis, keys.queue("here", lane))
    assert (job.job_id, job.failures, job.spent, job.abandoned) == ("here:1", 0, 0.0, 0)
    assert await redis.get(keys.JOB + "here:1") == b"the bytes"
    assert await DeadLetters(redis).count() == 0
    assert not await redis.exists(keys.LETTER + "here:1")
    assert await redis.llen(keys.WAKE) == 2  # type: ignore[misc]


async def test_what_was_made_is_handed_to_the_next_run(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    await end(redis, "here:1", Dead(GONE, progress=b"half"))

    await Retrier(redis).retry(["here:1"])

    (job,) = await claim(redis, keys.queue("here"))
    assert job.progress == b"half"


async def test_a_job_that_dies_again_shows_its_earlier_deaths(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    await end(redis, "here:1", Later(error="first of all"))
    await end(redis, "here:1", Dead(Cause("gave up", "at last", attempts=2, request_id="one")))
    await Retrier(redis).retry(["here:1"])
    await end(redis, "here:1", Later(error="again at first"))
    await end(redis, "here:1", Dead(GONE))
    await Retrier(redis).retry(["here:1"])
    await end(redis, "here:1", Dead(GONE))

    (letter,) = await DeadLetters(redis).newest()
    one, two = letter.deaths
    assert (one.reason, one.attempts, one.first_error, one.last_error) == ("gave up", 2, "first of all", "at last")
    assert (two.reason, two.attempts, two.first_error, two.last_error) == (
        *("not_found", 3, "again at first", "it is gone"),
    )
    assert (one.request_id, letter.first_error) == ("one", "it is gone")
    assert one.died_at <= one.retried_at <= two.died_at <= two.retried_at <= letter.died_at.timestamp()


async def test_of_very_many_deaths_the_last_are_kept(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    for number in range(DEATHS + 3):
        await end(redis, "here:1", Dead(Cause("gave up", str(number))))
        await Retrier(redis).retry(["here:1"])
    await end(redis, "here:1", Dead(GONE))

    (letter,) = await DeadLetters(redis).newest()
    assert [death.last_error for death in letter.deaths] == [str(number) for number in range(3, DEATHS + 3)]


async def test_a_retry_cancels_the_wait_of_an_earlier_one(redis: Redis) -> None:
    await bury(redis, "here:1")
    await Retrier(redis).retry(["here:1"])
    await end(redis, "here:1", Later(wait=3600, error="hangs"))
    assert await claim(redis, keys.queue("here")) == []

    assert await Retrier(redis).retry(["here:1"]) == ("due now",)

    (job,) = await claim(redis, keys.queue("here"))
    assert job.failures == 1
    assert await Retrier(redis).retry(["here:1"]) == ("running",)
    assert await claim(redis, keys.queue("here")) == []


async def test_a_job_that_never_died_is_nothing_to_retry(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    await end(redis, "here:1", Later(wait=3600, error="hangs"))

    assert await Retrier(redis).retry(["here:1", "here:2"]) == ("unknown", "unknown")
    assert await claim(redis, keys.queue("here")) == []


async def test_a_letter_without_bytes_stays(redis: Redis) -> None:
    await bury(redis, "here:1")
    await redis.hset(keys.LETTER + "here:1", "payload", "")  # type: ignore[misc]

    assert await Retrier(redis).retry(["here:1"]) == ("bytes gone",)
    assert await DeadLetters(redis).count() == 1


async def test_a_letter_of_an_older_version_goes_to_the_live_queue(redis: Redis) -> None:
    await bury(redis, "here:1")
    await redis.hdel(keys.LETTER + "here:1", "queue", "progress", "calls")  # type: ignore[misc]

    (letter,) = await DeadLetters(redis).newest()
    await Retrier(redis).retry(["here:1"])

    assert letter.calls == 1
    assert [job.job_id for job in await claim(redis, keys.queue("here"))] == ["here:1"]


async def test_a_redis_that_refuses_moves_nothing(own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await bury(redis, "here:1")
        await redis.config_set("maxmemory", "1")

        with pytest.raises((ResponseError, ReadOnlyError)):
            await Retrier(redis).retry(["here:1"])

        assert await DeadLetters(redis).count() == 1
        assert await redis.zcard(keys.queue("here")) == 0


async def test_without_room_a_job_stays_in_its_queue(redis: Redis) -> None:
    await bury(redis, "here:1")
    await queue_up(redis, "here:2", b"the bytes")
    (second,) = await claim(redis, keys.queue("here"))

    ended = await Finisher(redis, most=1, full_wait=60).finish(second, Dead(GONE, entry=b"x", progress=b"half"))

    assert ended == NoRoom(GONE, 60)
    assert [letter.id for letter in await DeadLetters(redis).newest()] == ["here:1"]
    assert await redis.get(keys.JOB + "here:2") == b"the bytes"
    assert await redis.xlen("autotagger:feed") == 0
    assert not await redis.exists(keys.LEASE + "here:2")
    assert await redis.zcard(keys.RUNNING) == 0
    assert await claim(redis, keys.queue("here")) == []
    await redis.zadd(keys.queue("here"), {"here:2": 0})
    (again,) = await claim(redis, keys.queue("here"))
    assert (again.failures, again.abandoned, again.progress) == (0, 0, b"half")
    await DeadLetters(redis).drop(["here:1"])
    assert await Finisher(redis, most=1).finish(again, Dead(GONE)) == Dead(GONE)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(), ["there:3", "here:2", "here:1"]),
        (Filter(reasons=("gave up",)), ["here:2"]),
        (Filter(reasons=("gave up", "not_found")), ["there:3", "here:2", "here:1"]),
        (Filter(rules=("angry",)), ["there:3"]),
        (Filter(rules=("ang",)), []),
        (Filter(targets=("conversation:7",)), ["there:3", "here:2"]),
        (Filter(app_id="here"), ["here:2", "here:1"]),
        (Filter(app_id="here", reasons=("not_found",)), ["here:1"]),
        (Filter(since=2_000), ["there:3", "here:2"]),
        (Filter(before=2_000), ["here:1"]),
        (Filter(since=1_500, before=2_500), ["here:2"]),
    ],
    ids=str,
)
async def test_letters_are_found_by_what_they_are(redis: Redis, wanted: Filter, ids: list[str]) -> None:
    await bury(redis, "here:1", target="ticket:8")
    await bury(redis, "here:2", reason="gave up")
    await bury(redis, "there:3", rules=("refund", "angry"))  # type: ignore[arg-type]
    for seconds, job_id in ((1_000, "here:1"), (2_000, "here:2"), (3_000, "there:3")):
        await redis.zadd(keys.DEAD, {job_id: seconds * 1000})
        await redis.hset(keys.LETTER + job_id, "died_at", str(seconds * 1000))  # type: ignore[misc]

    assert [letter.id for letter in await DeadLetters(redis).fitting(wanted)] == ids
