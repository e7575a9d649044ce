"""What was decided and done about the tags of an object, in real Redis."""

from redis.asyncio import Redis

from facts.target import Target
from state import keys, ledger
from state.claim import Claim
from state.entry import Entry, Order
from state.finish import Done, Finisher, Later, Place
from state.ledger import Ledger
from state.tag_ids import TagIds
from tests.state.test_claim import claim_one, queue_up

TICKET = Target("app", "ticket", "7")
PLACE = Place(ledger.key(TICKET), "1", days=2)
ADDED = Entry("vip").claimed(["is-vip"], Order(1_760_000_000, "notif_1"), "ab12cd34").made("add", 1_760_000_000.5)


async def claimed(redis: Redis) -> Claim:
    await queue_up(redis, 1)
    return await claim_one(redis)


async def test_entries_are_written_when_the_run_ends(redis: Redis) -> None:
    claim = await claimed(redis)

    assert await Finisher(redis).finish(claim, Done(), {PLACE: ADDED.encode()})

    assert await Ledger(redis).entries(TICKET) == {"1": ADDED}
    assert await Ledger(redis).entries(Target("app", "ticket", "8")) == {}
    assert await Ledger(redis).entries(Target("app", "conversation", "7")) == {}


async def test_whatever_way_it_ends_they_are_not_lost(redis: Redis) -> None:
    claim = await claimed(redis)

    await Finisher(redis).finish(claim, Later(60, "not now", 1.5, b"progress"), {PLACE: ADDED.encode()})

    assert await Ledger(redis).entries(TICKET) == {"1": ADDED}
    assert await redis.hget(keys.TRIES + claim.job_id, "last_error") == b"not now"  # type: ignore[misc]
    assert await redis.hget(keys.TRIES + claim.job_id, "progress") == b"progress"  # type: ignore[misc]


async def test_who_lost_the_lease_writes_nothing(redis: Redis) -> None:
    claim = await claimed(redis)
    await redis.delete(keys.LEASE + claim.job_id)

    assert not await Finisher(redis).finish(claim, Done(), {PLACE: ADDED.encode()})

    assert await Ledger(redis).entries(TICKET) == {}


async def test_an_empty_entry_goes_away(redis: Redis) -> None:
    await redis.hset(ledger.key(TICKET), mapping={"1": ADDED.encode(), "2": ADDED.encode()})  # type: ignore[misc]

    await Finisher(redis).finish(await claimed(redis), Done(), {PLACE: b""})

    assert await Ledger(redis).entries(TICKET) == {"2": ADDED}


async def test_it_is_kept_for_so_many_days_after_the_last_change(redis: Redis) -> None:
    await Finisher(redis).finish(await claimed(redis), Done(), {PLACE: ADDED.encode()})
    assert 86_400 < await redis.ttl(PLACE.key) <= 2 * 86_400

    await Ledger(redis, days=3).changed_by_person(TICKET, "2", "beta", "add", 1_760_000_000)
    assert 2 * 86_400 < await redis.ttl(PLACE.key) <= 3 * 86_400


async def test_what_a_person_did_is_in_the_entries(redis: Redis) -> None:
    await redis.hset(ledger.key(TICKET), "1", ADDED.encode())  # type: ignore[misc, arg-type]

    await Ledger(redis).changed_by_person(TICKET, "1", "vip", "remove", 1_760_000_100)
    await Ledger(redis).changed_by_person(TICKET, "2", "beta", "add", 1_760_000_100)

    entries = await Ledger(redis).entries(TICKET)
    assert {tag_id: entry.standing for tag_id, entry in entries.items()} == {"1": "vetoed", "2": "theirs"}


async def test_what_nobody_here_can_read_counts_as_not_known(redis: Redis) -> None:
    await redis.hset(ledger.key(TICKET), mapping={"1": b"\xc1", "2": ADDED.encode(), "later": b"x"})  # type: ignore[misc]

    assert await Ledger(redis).entries(TICKET) == {"2": ADDED}


async def test_a_name_means_the_same_tag_for_good(redis: Redis) -> None:
    await TagIds(redis, "app").keep("vip", "1")
    await TagIds(redis, "app").keep("größe", "2")
    await TagIds(redis, "other").keep("vip", "3")

    assert await TagIds(redis, "app").known() == {"vip": "1", "größe": "2"}
    assert await redis.ttl(f"{keys.TAG_IDS}app") == -1
