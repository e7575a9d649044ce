"""What Intercom was asked, for a short while: real Redis, and nothing old after a drop."""

import asyncio

import pytest
from redis.asyncio import Redis

from state.fetched import READS, FetchedCache, Place
from tests.waiting import eventually

MINA = Place("app", "contact", "5", "contact")


async def test_what_is_put_is_there_for_a_while(redis: Redis) -> None:
    cache = FetchedCache(redis, max_age=0.2)
    await cache.put(MINA, b"answer", (await cache.get(MINA)).mark)

    assert (await cache.get(MINA)).answer == b"answer"

    async def gone() -> bool:
        return (await cache.get(MINA)).answer is None

    await eventually(gone)


@pytest.mark.parametrize("read", READS["contact"])
async def test_a_drop_forgets_all_about_the_object(redis: Redis, read: str) -> None:
    cache, place = FetchedCache(redis), Place("app", "contact", "5", read)
    other = Place("app", "contact", "6", read)
    for one in (place, other):
        await cache.put(one, b"answer")

    await cache.drop("app", "contact", "5")

    assert (await cache.get(place)).answer is None
    assert (await cache.get(other)).answer == b"answer"


async def test_an_answer_that_was_asked_for_before_the_drop_is_not_kept(redis: Redis) -> None:
    cache = FetchedCache(redis)
    asked = await cache.get(MINA)
    await cache.drop("app", "contact", "5")

    await cache.put(MINA, b"old", asked.mark)

    assert (await cache.get(MINA)).answer is None


async def test_after_a_drop_new_answers_are_kept(redis: Redis) -> None:
    cache = FetchedCache(redis)
    await cache.drop("app", "contact", "5")

    await cache.put(MINA, b"new", (await cache.get(MINA)).mark)

    assert (await cache.get(MINA)).answer == b"new"


async def test_without_a_mark_nothing_is_put_where_something_was_dropped(redis: Redis) -> None:
    cache = FetchedCache(redis)
    await cache.drop("app", "contact", "5")

    await cache.put(MINA, b"perhaps old")

    assert (await cache.get(MINA)).answer is None


async def test_nothing_of_it_stays(redis: Redis) -> None:
    cache = FetchedCache(redis, max_age=30)
    await cache.put(MINA, b"answer")
    await cache.drop("app", "contact", "6")

    ages = await asyncio.gather(*[redis.pttl(key) for key in await redis.keys("autotagger:fetched:*")])

    assert len(ages) == 2
    assert all(0 < age <= 90_000 for age in ages)


async def test_conversations_are_not_kept(redis: Redis) -> None:
    await FetchedCache(redis).drop("app", "conversation", "7")

    assert await redis.keys("*") == []
