"""A job is held by one worker at a time, and by nobody for long whose worker is gone."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError

from state import keys
from state.claim import Claim, Claimant
from state.dead import Cause, DeadLetters
from state.enqueue import Enqueuer, Entry
from state.feed import Entry as FeedEntry
from state.feed import Feed, Step
from state.finish import Dead, Done, Ending, Finisher, Later
from state.lease import Leases
from tests.redis_server import RedisServer
from tests.waiting import eventually

HERE, THERE = keys.queue("here"), keys.queue("there")


async def queue_up(redis: Redis, count: int, *, queue: str = HERE) -> None:
    seconds, _ = await redis.time()
    enqueuer = Enqueuer(redis)
    app_id = queue.rpartition(":")[2]
    for number in range(count):
        await enqueuer.enqueue(Entry(f"{app_id}:{number}", queue, b"payload", seconds))


async def claim_one(redis: Redis, *, worker: str = "one", lease: float = 15.0) -> Claim:
    (claim,) = (await Claimant(redis, worker, lease=lease).claim([HERE], most=1)).jobs
    return claim


async def test_each_job_is_claimed_once(redis: Redis) -> None:
    await queue_up(redis, 30)

    claims = await asyncio.gather(*(Claimant(redis, str(who), lease=15).claim([HERE], most=10) for who in range(4)))

    ids = [claim.job_id for claimed in claims for claim in claimed.jobs]
    assert len(ids) == len(set(ids)) == 30


async def test_jobs_that_run_are_out_of_the_way_of_those_that_wait(redis: Redis) -> None:
    await queue_up(redis, 200)
    first = Claimant(redis, "one", lease=15)

    await first.claim([HERE], most=190)
    claimed = await Claimant(redis, "two", lease=15).claim([HERE], most=20)

    assert len(claimed.jobs) == 10


async def test_each_workspace_gets_its_share(redis: Redis) -> None:
    await queue_up(redis, 50, queue=HERE)
    await queue_up(redis, 3, queue=THERE)

    claimed = await Claimant(redis, "one", lease=15).claim([HERE, THERE], most=10)

    queues = [claim.queue for claim in claimed.jobs]
    assert (queues.count(HERE), queues.count(THERE)) == (7, 3)


async def test_the_time_until_the_next_job_falls_due_is_told(redis: Redis) -> None:
    await queue_up(redis, 1)
    claim = await claim_one(redis)
    await Finisher(redis).finish(claim, Later(wait=30))

    claimed = await Claimant(redis, "one", lease=15).claim([HERE], most=10)

    assert claimed.jobs == ()
    assert claimed.next_due == pytest.approx(30, abs=1)


async def test_nothing_is_due_in_an_empty_queue(redis: Redis) -> None:
    claimed = await Claimant(redis, "one", lease=15).claim([HERE], most=10)

    assert claimed.next_due is None


async def test_a_job_whose_worker_is_gone_falls_due_when_its_lease_ends(redis: Redis) -> None:
    await queue_up(redis, 1)
    await claim_one(redis, worker="gone", lease=0.05)
    successor = Claimant(redis, "two", lease=15)

    async def taken_over() -> Claim | None:
        return next(iter((await successor.claim([HERE], most=1)).jobs), None)

    claim: Claim | None = await eventually(taken_over)
    assert claim is not None
    assert claim.abandoned == 1


async def test_a_job_whose_worker_is_gone_comes_before_all_that_is_due(redis: Redis) -> None:
    await queue_up(redis, 1)
    await claim_one(redis, worker="gone", lease=0.05)
    # A flood, due for longer than that lease.
    await redis.zadd(HERE, {f"here:{number}": 0 for number in range(1, 200)})
    await redis.zadd(THERE, {f"there:{number}": 0 for number in range(200)})
    await eventually(lambda: _is_over(redis, keys.LEASE + "here:0"))

    claimed = await Claimant(redis, "two", lease=15).claim([THERE, HERE], most=4)

    first, *others = claimed.jobs
    assert (first.job_id, first.abandoned) == ("here:0", 1)
    assert [claim.abandoned for claim in others] == [0, 0, 0]


async def _is_over(redis: Redis, lease: str) -> bool:
    return not await redis.exists(lease)


async def test_of_jobs_that_lost_two_workers_one_runs_at_a_time(redis: Redis) -> None:
    await queue_up(redis, 3)
    worker = Claimant(redis, "doomed", lease=15)
    for _ in range(2):
        for claim in (await worker.claim([HERE], most=3)).jobs:
            await redis.delete(keys.LEASE + claim.job_id)
            await redis.zadd(keys.RUNNING, {claim.job_id: 0})
            await redis.zadd(HERE, {claim.job_id: 0})

    (suspect,) = (await Claimant(redis, "one", lease=15).claim([HERE], most=3)).jobs
    assert suspect.abandoned == 2
    assert (await Claimant(redis, "two", lease=15).claim([HERE], most=3)).jobs == ()
    await queue_up(redis, 1, queue=THERE)
    beside = await Claimant(redis, "two", lease=15).claim([HERE, THERE], most=3)
    assert [claim.job_id for claim in beside.jobs] == ["there:0"]

    assert await Finisher(redis).finish(suspect, Done())
    await redis.zadd(HERE, dict.fromkeys(await redis.zrange(HERE, 0, -1), 0))
    (next_one,) = (await Claimant(redis, "two", lease=15).claim([HERE], most=3)).jobs
    assert next_one.job_id != suspect.job_id
    # Its worker ends, too: whoever claims it now knows enough, and the last one's turn comes behind it.
    await redis.delete(keys.LEASE + next_one.job_id)
    await redis.zadd(keys.RUNNING, {next_one.job_id: 0})
    await redis.zadd(HERE, {next_one.job_id: 0})
    (guilty,) = (await Claimant(redis, "three", lease=15).claim([HERE], most=3)).jobs
    assert (guilty.job_id, guilty.abandoned) == (next_one.job_id, 3)
    await Finisher(redis).finish(guilty, Dead(Cause("code", "words")))
    await redis.zadd(HERE, dict.fromkeys(await redis.zrange(HERE, 0, -1), 0))
    (last,) = (await Claimant(redis, "three", lease=15).claim([HERE], most=3)).jobs
    assert last.abandoned == 2


async def test_a_job_whose_worker_is_gone_waits_where_its_workspace_does(redis: Redis) -> None:
    await queue_up(redis, 1)
    await queue_up(redis, 1, queue=THERE)
    await claim_one(redis, worker="gone", lease=0.05)
    await eventually(lambda: _is_over(redis, keys.LEASE + "here:0"))

    claimed = await Claimant(redis, "two", lease=15).claim([THERE], most=4)

    assert [claim.job_id for claim in claimed.jobs] == ["there:0"]


async def test_a_renewed_lease_does_not_end(redis: Redis) -> None:
    await queue_up(redis, 1)
    claim = await claim_one(redis, worker="alive", lease=0.05)

    lost = await Leases(redis, lease=15).renew([claim])

    assert lost == ()
    assert await redis.pttl(keys.LEASE + claim.job_id) > 10_000
    assert await redis.zcount(HERE, "-inf", int(await redis.zscore(keys.RUNNING, claim.job_id) or 0) - 1) == 0


async def test_a_lost_lease_is_told_and_left_alone(redis: Redis) -> None:
    await queue_up(redis, 1)
    claim = await claim_one(redis, worker="slow")
    await redis.set(keys.LEASE + claim.job_id, "somebody else", px=5_000)

    lost = await Leases(redis, lease=60).renew([claim])

    assert lost == (claim,)
    assert await redis.pttl(keys.LEASE + claim.job_id) <= 5_000


@pytest.mark.parametrize(
    "ending", [Done(), Later(), Dead(Cause("code", "words"))], ids=lambda ending: type(ending).__name__
)
async def test_who_lost_the_lease_ends_nothing(redis: Redis, ending: Ending) -> None:
    await queue_up(redis, 1)
    claim = await claim_one(redis, worker="slow")
    await redis.set(keys.LEASE + claim.job_id, "somebody else")
    before = await redis.zrange(HERE, 0, -1, withscores=True)

    assert not await Finisher(redis).finish(claim, ending)

    assert await redis.zrange(HERE, 0, -1, withscores=True) == before
    assert await redis.exists(keys.JOB + claim.job_id)
    assert await DeadLetters(redis).count() == 0


async def test_a_job_that_is_done_leaves_nothing_but_the_mark_and_the_feed(redis: Redis) -> None:
    await queue_up(redis, 1)
    claim = await claim_one(redis)
    await redis.incr(keys.ARQ_TRIES + claim.job_id)
    entry = FeedEntry(
        "here",
        "0",
        "t",
        "conversation:1",
        "hash",
        1.0,
        2.0,
        (Step("conversation", "tag", "add", ("rule",), "made", 0.1),),
    )

    assert await Finisher(redis).finish(claim, Done(entry.encode()))

    left = {key.decode() for key in await redis.keys()}
    assert left == {keys.FEED, keys.FENCE, keys.WAKE}
    assert (await Feed(redis).after())[1] == (entry,)


async def test_a_spent_attempt_is_counted_and_one_put_off_is_not(redis: Redis) -> None:
    await queue_up(redis, 1)
    finisher = Finisher(redis)
    await finisher.finish(await claim_one(redis), Later(error="it hangs", spent=2.5, progress=b"half"))
    await finisher.finish(await claim_one(redis), Later())

    claim = await claim_one(redis)

    assert (claim.failures, claim.spent, claim.progress, claim.abandoned) == (1, 2.5, b"half", 0)


async def test_a_job_tried_later_is_not_due_before(redis: Redis) -> None:
    await queue_up(redis, 1)

    await Finisher(redis).finish(await claim_one(redis), Later(wait=60))

    assert (await Claimant(redis, "two", lease=15).claim([HERE], most=1)).jobs == ()


async def test_a_dead_letter_keeps_bytes_reason_and_first_error(redis: Redis) -> None:
    await queue_up(redis, 1)
    finisher = Finisher(redis)
    await finisher.finish(await claim_one(redis), Later(error="first"))
    cause = Cause("ticket_not_found", "last", "ticket:7", "ticket.created", ("a", "b"), 2, "request")

    await finisher.finish(await claim_one(redis), Dead(cause))

    (letter,) = await DeadLetters(redis).newest()
    assert (letter.id, letter.reason, letter.first_error, letter.last_error) == (
        "here:0",
        "ticket_not_found",
        "first",
        "last",
    )
    assert (letter.target, letter.rules, letter.attempts) == ("ticket:7", ("a", "b"), 2)
    assert await DeadLetters(redis).payload("here:0") == b"payload"
    assert await redis.zcard(HERE) == 0
    assert not await redis.exists(keys.JOB + "here:0")


async def test_a_lease_that_outlives_its_place_in_the_queue_is_respected(redis: Redis) -> None:
    await queue_up(redis, 1)
    claim = await claim_one(redis, worker="one", lease=15)
    await redis.zadd(HERE, {claim.job_id: 0})

    claimed = await Claimant(redis, "two", lease=15).claim([HERE], most=1)

    assert claimed.jobs == ()
    assert claimed.next_due == pytest.approx(15, abs=1)


async def test_no_two_holds_have_the_same_token(redis: Redis) -> None:
    await queue_up(redis, 2)
    claimant = Claimant(redis, "one", lease=15)

    first, second = (await claimant.claim([HERE], most=2)).jobs
    await Finisher(redis).finish(first, Later())
    (again,) = (await claimant.claim([HERE], most=2)).jobs

    assert len({first.token, second.token, again.token}) == 3
    assert not await Finisher(redis).finish(first, Done())


async def test_backfill_gets_what_live_events_leave(redis: Redis) -> None:
    backfill = keys.queue("there", "backfill")
    await queue_up(redis, 15, queue=HERE)
    await queue_up(redis, 20, queue=backfill)

    claimed = await Claimant(redis, "one", lease=15).claim([HERE], [backfill], most=20)

    queues = [claim.queue for claim in claimed.jobs]
    assert (queues.count(HERE), queues.count(backfill)) == (15, 5)


async def due(redis: Redis, age: float, name: str, count: int) -> None:
    """So many jobs that have been due for `age` seconds, the oldest first."""
    seconds, _ = await redis.time()
    await redis.zadd(HERE, {f"here:{name} {number}": (seconds - age) * 1000 + number for number in range(count)})


@pytest.mark.parametrize("free", [1, 4, 20])
async def test_after_an_outage_those_who_come_now_go_before_the_backlog_which_goes_down(
    redis: Redis, free: int
) -> None:
    await due(redis, 7_200, "old", 1_000)
    await due(redis, 1, "new", 60)
    claimant = Claimant(redis, "one", lease=15)

    claimed: list[str] = []
    while len(claimed) < 80:
        claimed += [claim.job_id for claim in (await claimant.claim([HERE], most=free)).jobs]

    new, old = ([job for job in claimed if name in job] for name in ("new", "old"))
    assert new == [f"here:new {number}" for number in range(60)]
    assert old == [f"here:old {number}" for number in range(20)]


async def test_where_nobody_comes_now_the_whole_fleet_works_off_the_backlog(redis: Redis) -> None:
    await due(redis, 7_200, "old", 1_000)

    claimed = await Claimant(redis, "one", lease=15).claim([HERE], most=20)

    assert [claim.job_id for claim in claimed.jobs] == [f"here:old {number}" for number in range(20)]


async def test_without_a_backlog_the_order_is_that_of_the_queue(redis: Redis) -> None:
    await due(redis, 50, "old", 10)
    await due(redis, 1, "new", 10)

    claimed = await Claimant(redis, "one", lease=15).claim([HERE], most=10)

    assert [claim.job_id for claim in claimed.jobs] == [f"here:old {number}" for number in range(10)]


async def test_each_lease_that_runs_out_is_counted(redis: Redis) -> None:
    await queue_up(redis, 1)
    claimant = Claimant(redis, "gone", lease=0.02)

    async def taken() -> Claim | None:
        return next(iter((await claimant.claim([HERE], most=1)).jobs), None)

    claims: list[Claim | None] = [await eventually(taken) for _ in range(3)]

    assert [claim.abandoned for claim in claims if claim] == [0, 1, 2]


async def test_a_replica_hands_out_no_jobs(own_redis: RedisServer, redis_server: RedisServer) -> None:
    async with own_redis.client() as replica:
        await replica.replicaof("127.0.0.1", redis_server.port)

        with pytest.raises(ReadOnlyError):
            await Claimant(replica, "one", lease=15).claim([HERE], most=1)
