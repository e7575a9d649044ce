"""What lies in Redis and nobody can read, such as from another version: it stops nothing beside it."""

import pytest
from redis.asyncio import Redis

from facts.target import Target
from state import keys, ledger
from state.dead import DeadLetters
from state.entry import Entry
from state.feed import Entry as FeedEntry
from state.feed import Feed
from state.ledger import SHOWN, Ledger, Page
from state.pauses import Pauses
from state.retry import Retrier
from state.traces import Traces
from tests.state.letters import bury

RUBBISH = b"rubbish"
TARGET = Target("here", "conversation", "7")
ADDED = Entry("vip").made("add", 1_760_000_000.5)


@pytest.mark.parametrize("field", ["2", SHOWN, "person:1", "person:2"])
async def test_of_a_ledger_all_else_is_known(redis: Redis, field: str) -> None:
    await redis.hset(ledger.key(TARGET), mapping={"1": ADDED.encode(), field: RUBBISH})  # type: ignore[misc]

    assert await Ledger(redis).entries(TARGET) == {"1": ADDED}
    page = Page.from_fields({field: RUBBISH})
    assert (page.entries, page.read, page.shown) == ({}, (), None)


async def test_of_the_feed_all_else_is_told(redis: Redis) -> None:
    told = FeedEntry("here", "notif_1", "conversation.read", str(TARGET), "ab12cd34", 1.0, 2.0)
    for kept in (RUBBISH + b" about 7", told.encode(), b""):
        await redis.xadd(keys.FEED, {"entry": kept})
    last = await redis.xadd(keys.FEED, {"something": "else"})

    assert await Feed(redis).after() == (last.decode(), (told,))
    assert (await Feed(redis).since(0, most=10))[1] == (told,)
    assert [entry for _, entry in await Traces(redis).entries(TARGET)] == [told]


async def test_a_letter_is_seen_and_tried_again_and_the_others_too(redis: Redis) -> None:
    await bury(redis, "here:1")
    await bury(redis, "here:2")
    damage = dict.fromkeys(("died_at", "attempts", "calls", "deaths"), RUBBISH)
    await redis.hset(f"{keys.LETTER}here:1", mapping=damage)  # type: ignore[misc]

    assert {letter.id: letter.attempts for letter in await DeadLetters(redis).newest()} == {"here:1": 0, "here:2": 3}
    await Retrier(redis).retry(["here:1", "here:2"])

    assert await DeadLetters(redis).count() == 0
    assert await redis.zcard(keys.queue("here")) == 2


async def test_a_pause_is_one_all_the_same(redis: Redis) -> None:
    await redis.hset(keys.PAUSED, "here", RUBBISH)  # type: ignore[misc, arg-type]
    await redis.hset(keys.PAUSED_RULES, "here:a:b", RUBBISH)  # type: ignore[misc, arg-type]

    paused = await Pauses(redis).read()

    assert str(paused.tagging("here")) == "somebody whose name cannot be read"
    assert list(paused.of("here")) == ["a:b"]
    await Pauses(redis).resume_rule("ada", "here", "a:b")
    await Pauses(redis).resume("ada", "here")
    assert await Pauses(redis).read() == type(paused)()
