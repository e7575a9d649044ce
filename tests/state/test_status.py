"""What Redis tells of how the fleet gets on."""

import pytest
from redis.asyncio import Redis

from state import keys, status
from state.budget import Budget
from state.claim import Claimant
from state.enqueue import COUNTED
from state.feed import Entry, Step
from state.finish import Done, Finisher, Later
from tests.state.letters import bury, end, queue_up


def fed(app_id: str, *outcomes: str, rule_set: str = "abc") -> bytes:
    steps = tuple(Step("conversation", "vip", "add", ("a",), outcome) for outcome in outcomes)
    return Entry(app_id, "1", "topic", "conversation:7", rule_set, 0, 0, steps).encode()


async def look(redis: Redis, *app_ids: str) -> status.Status:
    return await status.look(redis, {app_id: Budget(redis, scope=app_id, limit=100) for app_id in app_ids})


async def test_where_nothing_happened_nothing_is_known(redis: Redis) -> None:
    found = await look(redis, "here")

    (here,) = found.workspaces
    assert (here.received, here.tagged, here.last_webhook) == (0, 0, None)
    assert (here.due, here.oldest, here.running, here.deferred) == (0, None, 0, 0)
    assert (here.budget, here.rule_set) == (None, None)
    assert (found.dead, found.memory, found.partial) == (0, None, False)


async def test_jobs_are_due_running_or_deferred(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    await end(redis, "here:1", Later(wait=3600, error="PUT /x: 503 server_error no (request 1)"))
    await queue_up(redis, "here:2")
    await end(redis, "here:2", Later(wait=3600))
    await queue_up(redis, "here:3", lane="backfill")
    await Claimant(redis, "me", lease=15).claim([keys.queue("here")], [keys.queue("here", "backfill")], most=1)
    await queue_up(redis, "here:4")
    await queue_up(redis, "here:5", lane="backfill")
    await redis.zadd(keys.queue("here", "backfill"), {"here:5": 0})
    await queue_up(redis, "there:1")

    found = {one.app_id: one for one in (await look(redis, "here")).workspaces}

    here = found["here"]
    assert (here.due, here.running, here.deferred) == (2, 1, 2)
    assert here.oldest is not None
    assert here.oldest > 1e9
    assert dict(here.failing) == {"503 server_error": 1}
    assert (found["there"].due, found["there"].running) == (1, 0)


async def test_what_came_is_counted_by_the_whole_minute(redis: Redis) -> None:
    for number in range(10):
        await queue_up(redis, f"here:{number}")
    await queue_up(redis, "here:0")
    counted = [key.decode() async for key in redis.scan_iter(f"{keys.RECEIVED}:*")]
    seconds, _ = await redis.time()
    for key in counted:
        assert 0 < await redis.ttl(key) <= COUNTED.total_seconds()
        await redis.delete(key)
    await redis.set(keys.received("here", seconds // 60 - 1), 30)
    await redis.set(keys.received("here", seconds // 60 - 7), 1_000)

    (here,) = (await look(redis)).workspaces

    assert sum(key.startswith(f"{keys.RECEIVED}:here:") for key in counted) == len(counted) > 0
    assert here.received == pytest.approx(6)
    assert here.last_webhook == pytest.approx(seconds, abs=60)


async def test_the_count_of_a_minute_is_of_what_was_stored(redis: Redis) -> None:
    for number in range(10):
        await queue_up(redis, f"here:{number}")

    counts = [int(await redis.get(key) or 0) async for key in redis.scan_iter(f"{keys.RECEIVED}:here:*")]

    assert sum(counts) == 10


async def test_tags_are_counted_from_the_feed(redis: Redis) -> None:
    for number, entry in enumerate(
        (fed("here", "made", "made", "already so"), fed("here", "made", rule_set="new"), fed("there", "made"))
    ):
        await queue_up(redis, f"here:{number}")
        (claim,) = (await Claimant(redis, "me", lease=15).claim([keys.queue("here")], most=1)).jobs
        await Finisher(redis).finish(claim, Done(entry))

    (here,) = (await look(redis)).workspaces

    assert here.tagged == pytest.approx(3 / status.MINUTES)
    assert here.rule_set == "new"


async def test_letters_are_counted_by_reason_and_too_many_are_told(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bury(redis, "here:1")
    await bury(redis, "here:2")
    await bury(redis, "here:3", reason="gave up")

    whole = await look(redis)
    monkeypatch.setattr(status, "LOOKED_AT", 2)
    part = await look(redis)

    assert (whole.dead, dict(whole.letters), whole.partial) == (3, {"not_found": 2, "gave up": 1}, False)
    assert (part.dead, dict(part.letters), part.partial) == (3, {"not_found": 1, "gave up": 1}, True)


async def test_the_budget_is_that_of_the_window_under_way(redis: Redis) -> None:
    budget = Budget(redis, scope="here", limit=100)
    await budget.reserve(1)

    (here,) = (await status.look(redis, {"here": budget})).workspaces

    assert here.budget is not None
    assert (here.budget.limit, here.budget.aligned) == (100, False)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("PUT /x: 503 server_error no (request 1)", "503 server_error"),
        ("POST /tags answered 409", "409"),
        ("no answer within 5 s: ReadTimeout", "no answer within 5 s"),
        ("x" * 100, "x" * 60),
    ],
)
def test_failures_are_told_by_what_they_have_in_common(error: str, reason: str) -> None:
    assert status.reason(error) == reason
