"""On each target one run of one job decides, and one that lost its lease changes nothing."""

import asyncio
from collections.abc import Mapping

import pytest
from redis.asyncio import Redis

from facts.target import Target
from state import keys, ledger
from state.budget import Budget
from state.entry import Entry
from state.finish import Done, Finisher
from state.lease import Leases
from state.lock import Intent, Lock, Locks, Lost
from tests.state.test_claim import claim_one, queue_up
from tests.waiting import eventually

TARGET, OTHER = Target("here", "ticket", "7"), Target("here", "ticket", "8")


async def held(redis: Redis, target: Target = TARGET, *, lease: float = 15.0) -> Lock:
    return Lock(await claim_one(redis, lease=lease), target)


async def _fields(redis: Redis, lock: Lock) -> Mapping[str, bytes]:
    taken = await Locks(redis).take(lock)
    assert taken is not None
    assert taken.at == pytest.approx((await redis.time())[0], abs=10)
    return taken.fields


async def test_one_run_has_a_target_and_its_ledger(redis: Redis) -> None:
    await queue_up(redis, 2)
    one, two = await held(redis), await held(redis)
    await redis.hset(ledger.key(TARGET), "1", b"entry")  # type: ignore[misc, arg-type]

    assert await _fields(redis, one) == {"1": b"entry"}
    assert await Locks(redis).take(two) is None
    assert await _fields(redis, one) == {"1": b"entry"}
    assert await _fields(redis, Lock(two.claim, OTHER)) == {}


async def test_of_many_at_once_one_gets_it(redis: Redis) -> None:
    await queue_up(redis, 20)
    locks = [await held(redis) for _ in range(20)]

    taken = await asyncio.gather(*map(Locks(redis).take, locks))

    assert len([one for one in taken if one is not None]) == 1
    assert taken.count(None) == 19


async def test_it_ends_with_the_run(redis: Redis) -> None:
    await queue_up(redis, 2)
    one, two = await held(redis), await held(redis)
    await Locks(redis).take(one)

    await Finisher(redis).finish(one.claim, Done())

    assert await _fields(redis, two) == {}


async def test_it_lasts_as_long_as_the_lease_is_renewed(redis: Redis) -> None:
    await queue_up(redis, 2)
    one, two = await held(redis, lease=2), await held(redis)
    await Locks(redis).take(one)
    await Leases(redis, lease=30).renew([one.claim])
    assert await redis.pttl(keys.LEASE + one.claim.job_id) > 15_000
    assert await Locks(redis).take(two) is None

    await redis.pexpire(keys.LEASE + one.claim.job_id, 1)

    async def taken() -> bool:
        return await Locks(redis).take(two) is not None

    await eventually(taken)


async def test_who_lost_the_lease_gets_nothing(redis: Redis) -> None:
    await queue_up(redis, 1)
    lock = await held(redis)
    await redis.delete(keys.LEASE + lock.claim.job_id)

    with pytest.raises(Lost):
        await Locks(redis).take(lock)


async def test_a_change_is_written_down_with_its_slot(redis: Redis) -> None:
    await queue_up(redis, 1)
    lock, pending = await held(redis), Entry("vip").asked("add", 1.0)
    await Locks(redis).take(lock)

    slot = await Budget(redis, scope="here", limit=10).take(1, intent=Intent(lock, "1", pending.encode(), days=2))

    assert slot.granted
    assert await ledger.Ledger(redis).entries(TARGET) == {"1": pending}
    assert 86_400 < await redis.ttl(ledger.key(TARGET)) <= 2 * 86_400


@pytest.mark.parametrize("lost", ["lease", "lock"])
async def test_who_slept_through_its_lease_gets_no_slot_and_writes_nothing(redis: Redis, lost: str) -> None:
    await queue_up(redis, 2)
    one, two = await held(redis), await held(redis)
    await Locks(redis).take(one)
    if lost == "lease":
        await redis.delete(keys.LEASE + one.claim.job_id)
    else:
        await redis.delete(one.keys[0])
        await Locks(redis).take(two)

    budget = Budget(redis, scope="here", limit=10)
    with pytest.raises(Lost):
        await budget.take(1, intent=Intent(one, "1", b"entry", days=2))

    assert await redis.hgetall(ledger.key(TARGET)) == {}  # type: ignore[misc]
    assert await redis.exists(f"{keys.BUDGET}here") == 0


async def test_without_a_slot_nothing_is_written(redis: Redis) -> None:
    await queue_up(redis, 1)
    lock = await held(redis)
    await Locks(redis).take(lock)
    budget = Budget(redis, scope="here", limit=1, window=100)
    await budget.reserve(0)

    slot = await budget.take(0.01, intent=Intent(lock, "1", b"entry", days=2))

    assert not slot.granted
    assert await redis.hgetall(ledger.key(TARGET)) == {}  # type: ignore[misc]
