"""What was done to the tags of an object, in real Redis."""

from redis.asyncio import Redis

from facts.target import Target
from state import keys
from state.ledger import Entry, Ledger
from state.tag_ids import TagIds

TICKET = Target("app", "ticket", "7")
ADDED = Entry("vip", "add", 1_760_000_000.5, 1_760_000_000, "notif_1", ("is-vip",), "ab12cd34")


async def test_the_last_thing_that_was_done_with_each_tag_is_known(redis: Redis) -> None:
    ledger = Ledger(redis)
    removed = Entry("vip", "remove", 1_760_000_009.0, 1_760_000_008, "notif_2", ("no-vip",), "ab12cd34")
    await ledger.record(TICKET, "1", ADDED)
    await ledger.record(TICKET, "2", ADDED)

    await ledger.record(TICKET, "1", removed)

    assert await ledger.entries(TICKET) == {"1": removed, "2": ADDED}
    assert await ledger.entries(Target("app", "ticket", "8")) == {}
    assert await ledger.entries(Target("app", "conversation", "7")) == {}


async def test_it_is_kept_for_so_many_days_after_the_last_change(redis: Redis) -> None:
    await Ledger(redis, days=2).record(TICKET, "1", ADDED)
    await Ledger(redis, days=3).record(TICKET, "2", ADDED)

    assert 2 * 86_400 < await redis.ttl(f"{keys.LEDGER}app:ticket:7") <= 3 * 86_400


async def test_a_name_means_the_same_tag_for_good(redis: Redis) -> None:
    await TagIds(redis, "app").keep("vip", "1")
    await TagIds(redis, "app").keep("größe", "2")
    await TagIds(redis, "other").keep("vip", "3")

    assert await TagIds(redis, "app").known() == {"vip": "1", "größe": "2"}
    assert await redis.ttl(f"{keys.TAG_IDS}app") == -1
