"""What a rule has touched, and where its limit stops it: exactly, whoever asks at the same time."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from facts.target import Target
from state import keys, touched
from state.budget import Budget
from state.finish import Done, Finisher
from state.lock import Intent, Lock, Locks
from state.pauses import Pauses
from state.touched import HOUR, Share, Touched, Tripped
from tests.state.test_claim import claim_one, queue_up

APP = "here"
RULE = Share("refund", most=3)


def target(number: int) -> Target:
    return Target(APP, "conversation", str(number))


async def change(redis: Redis, number: int, *shares: Share, days: int = 2) -> bool:
    """A change of the rules on that object; whether it is to be made."""
    lock = Lock(await claim_one(redis), target(number))
    await Locks(redis).take(lock)
    budget = Budget(redis, scope=APP, limit=1_000)
    # Without a word from Intercom calls trickle, which is not what this is about.
    await redis.hset(f"{keys.BUDGET}{APP}", mapping={"answered": 1, "low": 0, "high": 0, "phase": 0})  # type: ignore[misc]
    try:
        return (await budget.take(20, intent=Intent(lock, "1", b"entry", days, shares or (RULE,)))).granted
    finally:
        await Finisher(redis).finish(lock.claim, Done())


async def is_refused(redis: Redis, number: int, *shares: Share) -> tuple[Share, ...]:
    """What a change has tripped that is not to be made."""
    with pytest.raises(Tripped) as caught:
        await change(redis, number, *shares)
    return caught.value.trips


async def found(redis: Redis, rule: str = "refund", since: float = 0) -> list[str]:
    return [one.id async for page in Touched(redis, APP).since(rule, since) for one in page]


async def age(redis: Redis, number: int, seconds: float, rule: str = "refund") -> None:
    """The rule touched it so many seconds ago."""
    named = touched.key(APP, rule)
    await redis.zincrby(named, -seconds, f"conversation:{number}")


async def test_so_many_objects_and_not_one_more(redis: Redis) -> None:
    await queue_up(redis, 6)
    for number in range(3):
        assert await change(redis, number)

    first, second = await is_refused(redis, 3), await is_refused(redis, 4)

    assert (first, second) == ((RULE,), ())
    pause = (await Pauses(redis).read()).of(APP)["refund"]
    assert (pause.objects, pause.by) == (3, "its limit")
    assert time.time() - 60 < pause.at < time.time() + 60
    assert pause.of_rule.startswith("has tripped: 3 objects within an hour, since ")
    assert await found(redis) == ["0", "1", "2"]
    assert await redis.exists(f"{keys.LEDGER}{APP}:conversation:3") == 0


async def test_of_many_at_once_exactly_as_many_get_through(redis: Redis) -> None:
    await queue_up(redis, 30)

    made = await asyncio.gather(*(change(redis, number) for number in range(30)), return_exceptions=True)

    assert made.count(True) == 3
    trips = [one.trips for one in made if isinstance(one, Tripped)]
    assert len(trips) == 27
    assert trips.count((RULE,)) == 1


async def test_an_object_counts_once_and_is_changed_again_when_the_rule_has_tripped(redis: Redis) -> None:
    await queue_up(redis, 7)
    for number in (0, 0, 0, 1, 2):
        assert await change(redis, number)
    await is_refused(redis, 3)

    assert await change(redis, 1)


async def test_what_was_more_than_an_hour_ago_counts_no_more(redis: Redis) -> None:
    await queue_up(redis, 5)
    for number in range(3):
        await change(redis, number)
    await age(redis, 0, HOUR + 1)
    await age(redis, 1, HOUR - 60)

    assert await change(redis, 3)
    await is_refused(redis, 4)


async def test_what_is_noted_of_the_day_after_tomorrow_counts_nothing(redis: Redis) -> None:
    await queue_up(redis, 4)
    for number in range(3):
        await change(redis, number)
        await age(redis, number, -2 * 86_400)

    assert await change(redis, 3)


async def test_it_stays_until_somebody_resumes_it_and_then_counts_anew(redis: Redis) -> None:
    await queue_up(redis, 10)
    for number in range(3):
        await change(redis, number)
    await is_refused(redis, 3)
    for number in range(3):
        await age(redis, number, HOUR + 1)
    assert await is_refused(redis, 4) == ()

    await Pauses(redis).resume_rule("ada", APP, "refund")
    for number in range(5, 8):
        assert await change(redis, number)

    assert await is_refused(redis, 8) == (RULE,)
    assert 0 < await redis.ttl(touched.resumed_key(APP, "refund")) <= HOUR


async def test_a_rule_that_a_person_has_paused_touches_nothing_new_at_once(redis: Redis) -> None:
    await queue_up(redis, 1)
    await Pauses(redis).pause_rule("ada", APP, "refund")

    assert await is_refused(redis, 0) == ()

    assert (await Pauses(redis).read()).of(APP)["refund"].by == "ada"


async def test_a_change_that_one_rule_may_not_make_counts_for_none(redis: Redis) -> None:
    await queue_up(redis, 3)
    narrow, wide, free = Share("narrow", 1), Share("wide", 5), Share("free")
    await change(redis, 0, narrow, wide, free)

    trips = await is_refused(redis, 1, free, wide, narrow)

    assert trips == (narrow,)
    assert [await found(redis, rule) for rule in ("narrow", "wide", "free")] == [["0"], ["0"], ["0"]]
    assert set((await Pauses(redis).read()).of(APP)) == {"narrow"}


async def test_without_a_slot_nothing_counts(redis: Redis) -> None:
    await queue_up(redis, 1)
    lock = Lock(await claim_one(redis), target(0))
    await Locks(redis).take(lock)
    budget = Budget(redis, scope=APP, limit=1, window=100)
    await budget.reserve(0)

    slot = await budget.take(0.01, intent=Intent(lock, "1", b"entry", 2, (RULE,)))

    assert not slot.granted
    assert not await Touched(redis, APP).any("refund")


async def test_it_is_kept_as_long_as_the_ledger(redis: Redis) -> None:
    await queue_up(redis, 3)
    for number in range(2):
        await change(redis, number, Share("refund"))
    await age(redis, 0, 2 * 86_400 + 1)

    await change(redis, 2, Share("refund"))

    assert await found(redis) == ["1", "2"]
    assert 86_400 < await redis.ttl(touched.key(APP, "refund")) <= 2 * 86_400


async def test_pages_bring_each_object_once_and_the_newest_last(redis: Redis) -> None:
    many = {f"ticket:{number}": 1_000 + number / 7 for number in range(1_203)}
    await redis.zadd(touched.key(APP, "refund"), many)

    pages = [page async for page in Touched(redis, APP).since("refund", 1_000 + 3 / 7 - 0.01)]

    assert [len(page) for page in pages][:2] == [500, 499]
    assert [one.id for page in pages for one in page] == [str(number) for number in range(3, 1_203)]
    assert pages[0][0] == Target(APP, "ticket", "3")
