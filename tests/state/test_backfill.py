"""What is kept of backfills: who gets the same one, and what becomes of it."""

import asyncio

import msgspec
import pytest
from redis.asyncio import Redis

from state import keys
from state.backfill import Backfill, Backfills, Found, Gone, Over

ASKED = Backfill("q4mx81zt", "conversation", 1_790_000_000, ("b", "a"), said="7d", rule_set="abc")


async def begun(redis: Redis) -> tuple[Backfills, str]:
    """A backfill that has two jobs to hand over."""
    backfills = Backfills(redis)
    run = await backfills.join(ASKED)
    found = [Found("conversation:1:a", 1, b"words"), Found("conversation:1:b", 0, b"words", asks=True), Found("c")]
    await backfills.plan(run, ASKED, None, found, read=["conversation:1"], calls=3)
    return backfills, run


async def left(redis: Redis, run: str) -> set[bytes]:
    return {key async for key in redis.scan_iter(f"{keys.BACKFILL}{run}*")}


async def test_what_is_planned_is_counted(redis: Redis) -> None:
    backfills, run = await begun(redis)

    found = await backfills.progress(run)

    assert (found.position, found.read, found.events, found.jobs) == (None, 1, 3, 2)
    assert (found.changes, found.open, found.calls, found.handed) == (1, 1, 3, 0)


async def test_all_who_ask_for_the_same_at_once_get_the_same(redis: Redis) -> None:
    backfills = Backfills(redis)

    runs = await asyncio.gather(*(backfills.join(msgspec.structs.replace(ASKED, since=at)) for at in range(1, 9)))

    assert len(set(runs)) == 1
    assert list(await backfills.running()) == runs[:1]


@pytest.mark.parametrize(
    "other",
    [{"said": "30d"}, {"dry": True}, {"missed": True}, {"rules": ("a",)}, {"kind": "ticket"}, {"app_id": "another"}],
    ids=str,
)
async def test_whoever_asks_for_something_else_gets_another(redis: Redis, other: dict[str, object]) -> None:
    backfills = Backfills(redis)

    assert await backfills.join(ASKED) != await backfills.join(msgspec.structs.replace(ASKED, **other))


async def test_nobody_joins_a_sweep(redis: Redis) -> None:
    backfills = Backfills(redis)

    assert await backfills.begin(ASKED) != await backfills.join(ASKED)


async def test_one_that_is_dropped_is_gone_for_whoever_works_on_it(redis: Redis) -> None:
    backfills, run = await begun(redis)
    await backfills.drop(run)

    for work in (
        backfills.release(run, ASKED),
        backfills.plan(run, ASKED, 7, calls=1),
        backfills.progress(run),
        backfills.asked(run),
    ):
        with pytest.raises(Gone) as caught:
            await work
        assert not isinstance(caught.value, Over)

    assert await left(redis, run) == set()


async def test_one_that_is_over_tells_what_it_came_to_and_keeps_no_words(redis: Redis) -> None:
    backfills, run = await begun(redis)
    await backfills.release(run, ASKED)
    await backfills.end(run)

    for work in (backfills.release(run, ASKED), backfills.plan(run, ASKED, 7, calls=1)):
        with pytest.raises(Over):
            await work

    found = await backfills.progress(run)
    assert (found.jobs, found.handed, found.calls) == (2, 2, 3)
    assert await backfills.running() == {}
    assert await left(redis, run) == {f"{keys.BACKFILL}{run}".encode()}
    assert 0 < await redis.ttl(f"{keys.BACKFILL}{run}") <= 3_600
    assert await backfills.join(ASKED) != run


async def test_handing_over_keeps_it_for_another_week(redis: Redis) -> None:
    backfills = Backfills(redis, waiting=1)
    _, run = await begun(redis)
    kept = [f"{keys.BACKFILL}{run}", f"{keys.BACKFILL}{run}:jobs"]
    for key in kept:
        await redis.expire(key, 60)

    handed = await backfills.release(run, ASKED)

    assert (handed.count, handed.left, handed.waiting) == (1, 1, 1)
    assert [await redis.ttl(key) > 86_400 for key in kept] == [True, True]
