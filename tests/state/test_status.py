"""What Redis tells of how the fleet gets on."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from state import keys, queues, status
from state.apps import Allowance, scope
from state.budget import Budget
from state.claim import Claimant
from state.enqueue import JOB_TTL
from state.finish import Dead, Done, Later
from state.processes import AtWork, Process
from state.pulse import Pulse
from state.tally import Counted, Tally
from tests.state.letters import GONE, bury, end, queue_up

WORKER = Process("worker", "pod-1", 7, "1.0", 60.0, workspaces={"here": AtWork("abc", 1.0, limit=50, window=10.0)})


async def look(redis: Redis, *app_ids: str) -> status.Status:
    return await status.look(redis, dict.fromkeys(app_ids, Allowance(100, 10.0)))


async def test_where_nothing_happened_nothing_is_known(redis: Redis) -> None:
    found = await look(redis, "here")

    (here,) = found.workspaces
    assert here.last_webhook is None
    assert (here.due, here.oldest, here.running, here.deferred) == (0, None, 0, 0)
    assert (here.budget, here.workers) == (None, {})
    assert found.processes == ()
    assert not any(found.minutes)
    assert (found.dead, found.memory, found.partial) == (0, None, False)


async def test_jobs_are_due_running_or_deferred(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    await end(redis, "here:1", Later(wait=3600, error="PUT /x: 503 server_error no (request 1)", spent=90))
    await queue_up(redis, "here:2")
    await end(redis, "here:2", Later(wait=3600))
    await queue_up(redis, "here:3", lane="backfill")
    await Claimant(redis, "me", lease=15).claim([keys.queue("here")], [keys.queue("here", "backfill")], most=1)
    await queue_up(redis, "here:4")
    await queue_up(redis, "here:5", lane="backfill")
    await redis.zadd(keys.queue("here", "backfill"), {"here:5": 0})
    await queue_up(redis, "there:1")
    await redis.hset(keys.RECEIVED, "there", "1")  # type: ignore[misc]

    found = {one.app_id: one for one in (await look(redis, "here")).workspaces}

    here = found["here"]
    assert (here.due, here.running, here.deferred) == (2, 1, 2)
    assert here.oldest is not None
    assert here.oldest > 1e9
    assert (dict(here.failing.reasons), here.failing.longest) == ({"503 server_error": 1}, 90)
    assert (found["there"].due, found["there"].running) == (1, 0)


async def test_a_job_that_is_put_back_does_not_grow_younger(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    await redis.pexpire(keys.JOB + "here:1", JOB_TTL - timedelta(minutes=10))
    for _ in range(2):
        await end(redis, "here:1", Later())
    await end(redis, "here:1", Later(wait=3600))
    (put_back,) = (await look(redis, "here")).workspaces
    by_queue = (await queues.look(redis, ["here"]))["here"]

    await redis.zadd(keys.queue("here"), {"here:1": 1})
    await end(redis, "here:1", Later(wait=3600, error="KeyError"))
    (failing,) = (await look(redis, "here")).workspaces

    assert (put_back.due, put_back.oldest) == (0, None)
    assert put_back.age is not None
    assert 600 <= put_back.age < 700
    assert by_queue.oldest == 0
    assert by_queue.age == pytest.approx(put_back.age, abs=60)
    # What fails is told as failing.
    assert failing.age is None
    assert not await redis.exists(keys.PUT_BACK + "here")


@pytest.mark.parametrize("how", [Dead(GONE), Done()], ids=["dead", "done"])
async def test_nothing_is_kept_of_a_job_that_was_put_back_and_has_ended(redis: Redis, how: Dead | Done) -> None:
    await queue_up(redis, "here:1")
    await end(redis, "here:1", Later())
    assert await redis.exists(keys.PUT_BACK + "here")

    await end(redis, "here:1", how)

    assert not await redis.exists(keys.PUT_BACK + "here")


async def test_a_job_that_went_without_being_ended_is_not_waited_for(redis: Redis) -> None:
    await redis.zadd(keys.PUT_BACK + "here", {"here:1": 1})

    (here,) = (await look(redis, "here")).workspaces

    assert here.age is None
    assert not await redis.exists(keys.PUT_BACK + "here")


async def test_a_running_job_fails_no_more(redis: Redis) -> None:
    await queue_up(redis, "here:1")
    await end(redis, "here:1", Later(error="KeyError"))
    await Claimant(redis, "me", lease=15).claim([keys.queue("here")], most=1)

    (here,) = (await look(redis, "here")).workspaces

    assert (here.running, here.deferred, here.failing.reasons.total()) == (1, 0, 0)


async def test_what_processes_say_is_found(redis: Redis) -> None:
    tally = Tally()
    tally.counts[Counted("received", "here", "stored")] = 3
    await Pulse(redis, tally, lambda: WORKER).beat()

    found = await look(redis)

    assert found.processes == (WORKER,)
    (here,) = found.workspaces
    assert here.workers == {0: WORKER.workspaces["here"]}
    assert len(found.minutes) == status.MINUTES
    assert sum(found.minutes, found.minutes[0].__class__()) == {("received", "here", "stored"): 3}


async def test_counts_of_long_ago_are_not_told(redis: Redis) -> None:
    seconds, _ = await redis.time()
    long_ago = keys.minute(seconds // 60 - status.MINUTES)
    await redis.hset(long_ago, Counted("received", "here", "stored").name(), "1000")  # type: ignore[misc]

    assert not any((await look(redis)).minutes)


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


async def test_of_several_apps_the_budget_is_that_of_the_one_nearest_its_limit(redis: Redis) -> None:
    for app, limit in (("tagger", 100), ("other", 50)):
        await Budget(redis, scope=scope("here", app), limit=limit).reserve(1)
    await redis.hset(keys.BUDGET + "here:tagger", "blocked", str((await redis.time())[0] + 8))  # type: ignore[misc]
    at_work = AtWork("abc", 1.0, limit=50, window=10.0, app="other")

    named = await status.look(redis, {"here": Allowance(100, 10.0, "tagger")})
    for place, one in enumerate((at_work, replace(at_work, limit=100, app="tagger"))):
        await Pulse(redis, Tally(), lambda: replace(WORKER, pid=place, workspaces={"here": one})).beat()  # noqa: B023
    both = await look(redis, "here")

    assert named.workspaces[0].budget is not None
    assert named.workspaces[0].budget.limit == 100
    assert both.workspaces[0].budget is not None
    assert both.workspaces[0].budget.limit == 100


async def test_the_budget_is_that_of_the_window_under_way(redis: Redis) -> None:
    budget = Budget(redis, scope="here", limit=100)
    await budget.reserve(1)

    (by_settings,) = (await look(redis, "here")).workspaces
    await Pulse(redis, Tally(), lambda: WORKER).beat()
    (by_worker,) = (await look(redis, "here")).workspaces

    assert by_settings.budget is not None
    assert (by_settings.budget.limit, by_settings.budget.aligned, by_settings.window) == (100, False, 10.0)
    assert by_worker.budget is not None
    assert by_worker.budget.limit == 50


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("PUT /x: 503 server_error no (request 1)", "503 server_error"),
        ("POST /tags answered 409", "409"),
        ("POST /conversations/4041/tags: no whole answer within 5 s", "no whole answer within 5 s"),
        ("PUT /conversations/500/tags: ConnectError", "ConnectError"),
        ("x" * 100, "x" * 60),
    ],
)
def test_failures_are_told_by_what_they_have_in_common(error: str, reason: str) -> None:
    assert status.reason(error) == reason
