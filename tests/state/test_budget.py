import asyncio
import functools
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from state.budget import Budget
from state.keys import BUDGET
from tests.redis_server import RedisServer
from tests.state.windows import FixedWindows, Said, Slot, World, truth, without
from tests.waiting import eventually


def fleet(
    world: World, calls: int, *, processes: int = 2, slots: int = 20, limit: int | None = None, share: float = 1.0
) -> list[int]:
    """Processes with a connection-free budget each and a backlog that they share, begun now."""
    backlog = [1] * calls
    for _ in range(processes):
        budget = world.budget(limit=limit or world.server.limit, window=world.server.length, guard=0.15)
        for _ in range(slots):
            world.at(world.now, Slot(world, budget, backlog, share=share).ask)
    return backlog


async def forge(redis: Redis, **state: float) -> None:
    """Write into the state of a scope."""
    async with redis.pipeline() as pipe:
        pipe.hset(f"{BUDGET}app", mapping=dict(state))
        await pipe.execute()


def share(world: World, *, skip: int = 2) -> float:
    """The share of the limit that was used in all windows but the first few and the last."""
    full = [world.server.accepted[window] for window in sorted(world.server.accepted)][skip:-1]
    return sum(full) / len(full) / world.server.limit


@pytest.mark.parametrize(
    "speaks",
    [
        pytest.param(truth, id="all headers"),
        pytest.param(without("date"), id="no Date"),
        pytest.param(lambda said: replace(said, date=said.date - 1), id="Date a second late"),
        pytest.param(
            lambda said: replace(said, limit=said.limit * 6, remaining=said.remaining * 6), id="minute's limit"
        ),
        pytest.param(lambda said: replace(said, limit=said.limit * 9), id="limit above the configured one"),
        pytest.param(without("limit", "remaining"), id="only Reset"),
    ],
)
async def test_a_backlog_fills_every_window_and_overruns_none(redis: Redis, speaks: Callable[[Said], Said]) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0, speaks=speaks))
    fleet(world, 300)

    await world.run()

    assert len(world.done) == 300
    assert world.refused == []
    assert share(world) >= 0.97


@pytest.mark.parametrize("offset", [-1234.5, 0.0, 0.4, 0.9, 1.3, 1.7])
async def test_wherever_the_servers_windows_begin_none_is_overrun(redis: Redis, offset: float) -> None:
    world = World(redis, FixedWindows(limit=40, length=2.0, offset=offset))
    fleet(world, 200)

    await world.run()

    assert world.refused == []
    assert share(world) >= 0.97


async def test_windows_of_ten_seconds_are_filled_from_the_second_on(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=80, length=10.0))
    fleet(world, 320)

    await world.run()

    assert world.refused == []
    assert share(world, skip=1) >= 0.97


async def test_a_few_calls_never_wait_for_a_window_to_end(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=200, length=10.0))
    budget = world.budget(limit=200, window=10.0)
    asked: dict[float, float] = {}
    for number in range(400):
        moment = world.now + number * 0.2
        world.at(moment, functools.partial(_note_wait, world, budget, asked))

    await world.run()

    settled = [wait for moment, wait in asked.items() if moment > min(asked) + 20]
    assert world.refused == []
    assert len(world.done) == 400
    assert max(settled) == 0


async def _note_wait(world: World, budget: Budget, asked: dict[float, float]) -> None:
    asked[world.now] = (await budget._ask(2.0, book=False)).wait
    await Slot(world, budget, [1]).ask()


@pytest.mark.parametrize("seed", range(5))
async def test_calls_that_may_arrive_in_either_of_two_windows_overrun_neither(redis: Redis, seed: int) -> None:
    rng = random.Random(seed)
    world = World(redis, FixedWindows(limit=50, length=2.0, offset=rng.random() * 2), seed=seed)
    budget = world.budget(limit=50, window=2.0, guard=0.15)
    moments = [world.now + rng.uniform(0, 30) for _ in range(650)]
    for moment in moments:
        world.at(moment, Slot(world, budget, [1]).ask)

    await world.run()

    assert world.refused == []
    assert len(world.done) == 650


async def test_places_that_were_taken_twice_are_given_back_in_a_backlog(redis: Redis) -> None:
    # The backlog begins when the window is about to end, and where it ends is known to within a second only.
    world = World(redis, FixedWindows(limit=500, length=10.0, offset=4.0))
    fleet(world, 1_200)

    await world.run()

    second = world.server.accepted[sorted(world.server.accepted)[1]]
    assert world.refused == []
    assert second >= 0.8 * 500


async def test_a_lower_limit_than_configured_is_learnt_from_the_server(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 300, limit=200)

    await world.run()

    assert world.refused == []
    assert share(world) >= 0.97


async def test_without_any_headers_calls_are_paced_below_the_limit(redis: Redis) -> None:
    silent = without("limit", "remaining", "reset", "date")
    world = World(redis, FixedWindows(limit=60, length=2.0, speaks=silent))
    fleet(world, 250)

    await world.run()

    assert world.refused == []
    assert share(world) >= 0.70


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(without("reset"), id="missing"),
        pytest.param(lambda said: replace(said, reset=said.reset + 3600), id="an hour ahead"),
        pytest.param(lambda said: replace(said, reset=said.reset + 3600, date=None), id="an hour ahead without Date"),
        pytest.param(lambda said: replace(said, reset=said.reset - 3600, date=None), id="an hour ago"),
        pytest.param(lambda said: replace(said, reset=said.date), id="now"),
        pytest.param(lambda said: replace(said, reset=None, retry_after=86_400.0), id="come back tomorrow"),
        pytest.param(without("limit", "remaining", "reset", "date"), id="no headers"),
    ],
)
async def test_a_false_reset_neither_freezes_the_fleet_nor_lets_it_run_wild(
    redis: Redis, lie: Callable[[Said], Said]
) -> None:
    # The limit is unknown and lower than configured, so that there are refusals to lie about.
    server = FixedWindows(limit=40, length=2.0, speaks=lambda said: lie(replace(said, limit=None)))
    world = World(redis, server)
    fleet(world, 240, limit=60)

    await world.run(world.now + 60)

    assert len(world.done) == 240
    assert len(world.refused) <= 0.2 * 240


async def test_a_429_stops_every_process_until_the_window_ends(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    refused, other = (world.budget(limit=100, window=2.0, guard=0.1) for _ in range(2))
    await world.set_clock(world.now)
    _, said = world.server.call(world.now)
    now = refused._clock()

    blocked = await refused.feedback(replace(said, remaining=0), now - 0.1, now, refused=True)

    ends = said.reset - world.server.offset - world.now if said.reset else 0
    assert ends <= blocked <= 2.0
    assert await other.next_slot() >= blocked - 0.001
    assert not (await other.reserve(0.01)).granted
    assert (await other.snapshot()).blocked == pytest.approx(blocked, abs=0.001)


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        pytest.param(Said(), 2.0, 2.5, id="no headers: a window and some"),
        pytest.param(Said(retry_after=3.0), 2.99, 3.0, id="Retry-After"),
        pytest.param(Said(retry_after=1e9), 6.0, 6.0, id="Retry-After beyond reason"),
        pytest.param(Said(reset=1_790_003_603.0, date=1_790_000_003.0), 6.0, 6.0, id="Reset beyond reason"),
        pytest.param(Said(reset=1_790_000_004.0, date=1_790_000_003.0), 0.3, 2.1, id="Reset"),
    ],
)
async def test_how_long_a_429_blocks(redis: Redis, said: Said, least: float, most: float) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    budget = world.budget(limit=100, window=2.0)
    await world.set_clock(world.now)
    now = budget._clock()

    blocked = await budget.feedback(said, now - 0.05, now, refused=True)

    assert least - 0.001 <= blocked <= most + 0.001


async def test_after_a_429_without_headers_the_way_is_felt_again(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 200)
    await world.run()
    budget = world.budget(limit=100, window=2.0)
    now = budget._clock()
    await budget.feedback(Said(), now - 0.05, now, refused=True)
    await world.set_clock(world.now + 3)

    granted = [(await budget.reserve(0.05)).granted for _ in range(5)]

    assert granted == [True, False, False, False, False]


async def test_a_late_429_of_a_window_that_has_ended_blocks_nothing_for_long(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 200)
    await world.run()
    budget = world.budget(limit=100, window=2.0, guard=0.1)
    _, said = world.server.call(world.now)
    sent = budget._clock()
    await world.set_clock(world.now + 2.5)

    blocked = await budget.feedback(replace(said, remaining=0), sent, budget._clock(), refused=True)

    assert blocked <= 0.1


async def test_before_the_first_answer_calls_trickle(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    budget = world.budget(limit=100, window=2.0)
    await world.set_clock(world.now)

    slots = [await budget.reserve(60) for _ in range(10)]

    assert [slot.wait for slot in slots if slot.granted] == pytest.approx([0.0, 0.1])
    assert {round(slot.wait, 3) for slot in slots if not slot.granted} == {0.2}


async def test_a_fleet_that_gets_no_answers_makes_twenty_calls_a_window(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    budget = world.budget(limit=100, window=2.0)
    granted = 0

    for step in range(200):
        await world.set_clock(world.now + 0.01)
        granted += (await budget.reserve(0)).granted
        assert granted <= 1 + step * 0.01 / 0.1 + 1

    assert granted >= 18


async def test_calls_of_others_are_left_room_for(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 240)

    async def other() -> None:
        world.server.call(world.now)
        if len(world.done) < 240:
            world.at(world.now + 2.0, other)

    # Somebody makes twenty calls at the beginning of each window, so of fifty that left then twenty would be in vain.
    begins = (world.now + world.server.offset) // 2.0 * 2.0 + 2.0 - world.server.offset
    for place in range(20):
        world.at(begins + 0.001 * place, other)

    await world.run()

    assert len(world.done) == 240
    assert len(world.refused) <= 0.15 * 240
    assert share(world) >= 0.95


async def test_when_others_stop_the_room_is_used_again(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 250)
    await world.run(world.now + 5)
    await forge(redis, others=45)

    await world.run()

    last = sorted(world.server.accepted)[-2]
    assert world.server.accepted[last] >= 49


async def test_others_never_push_the_fleet_out_for_good(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 200)
    await world.run()
    await forge(redis, others=5_000)
    await world.set_clock(world.now + 4)
    budget = world.budget(limit=100, window=2.0)

    granted = [(await budget.reserve(1.9)).granted for _ in range(7)]

    assert sum(granted) in {5, 6, 7}


async def test_nothing_is_booked_further_ahead_than_a_window_and_a_half(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=10, length=2.0))
    fleet(world, 40)
    await world.run()
    budget = world.budget(limit=10, window=2.0)

    slots = [await budget.reserve(3600) for _ in range(100)]

    assert max(slot.wait for slot in slots if slot.granted) <= 3.0
    assert sum(slot.granted for slot in slots) <= 30
    assert not slots[-1].granted
    assert slots[-1].wait <= 4.0


async def test_what_goes_last_fills_its_share_of_the_windows_and_no_more(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=100, length=2.0))
    fleet(world, 1_000, share=0.6)

    await world.run(world.now + 12)

    full = sorted(world.server.accepted)[2:-1]
    assert {world.server.accepted[window] for window in full} <= set(range(55, 61))


async def test_beside_what_goes_last_a_call_never_waits_for_the_window_to_end(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=100, length=2.0))
    fleet(world, 1_000, share=0.6)
    budget = world.budget(limit=100, window=2.0, guard=0.15)
    began = world.now
    waits = []
    for tenths in range(60, 200, 7):
        await world.run(began + tenths / 10)
        await world.set_clock(began + tenths / 10)
        waits.append((await budget.reserve(2.0)).wait)

    assert max(waits) < 0.5


async def test_looking_books_nothing(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=10, length=2.0))
    fleet(world, 40)
    await world.run()
    await world.set_clock(world.now + 10)
    budget = world.budget(limit=10, window=2.0)

    waits = [await budget.next_slot() for _ in range(30)]

    assert len(set(waits)) == 1
    assert (await budget.reserve(2.0)).granted


async def test_a_slot_ends_before_its_window_does(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 300)
    await world.run()
    budget = world.budget(limit=100, window=2.0, guard=0.2)

    slot = await budget.reserve(2.0)

    leaves = world.now + slot.wait
    ends = ((leaves + world.server.offset) // 2.0 + 1) * 2.0 - world.server.offset
    latest = world.now + slot.until - budget._clock()
    assert leaves < latest <= ends - 0.2 + 0.001


async def test_after_a_flush_of_redis_the_fleet_finds_its_way_again(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 450)

    async def flush() -> None:
        await redis.flushall()
        await redis.script_flush()
        await world.set_clock(world.now)

    world.at(world.now + 7.3, flush)

    await world.run()

    assert len(world.done) == 450
    assert len(world.refused) <= 25
    assert world.server.accepted[sorted(world.server.accepted)[-2]] >= 49


@pytest.mark.parametrize("step", [-7200.3, -0.4, 0.1, 0.4, 1.0, 5.7])
async def test_after_a_step_of_rediss_clock_the_fleet_finds_its_way_again(redis: Redis, step: float) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    fleet(world, 400)

    async def shift() -> None:
        world.step = step
        await world.set_clock(world.now)

    world.at(world.now + 7.3, shift)

    await world.run(world.now + 60)

    assert len(world.done) == 400
    assert len(world.refused) <= 50
    assert world.server.accepted[sorted(world.server.accepted)[-2]] >= 49


async def test_two_scopes_do_not_know_each_other(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    one, two = (world.budget(scope=scope, limit=100, window=2.0) for scope in ("one", "two"))
    await world.set_clock(world.now)
    now = one._clock()

    await one.feedback(Said(), now, now, refused=True)

    assert not (await one.reserve(1.0)).granted
    assert (await two.reserve(0.0)).granted


async def test_a_snapshot_shows_the_window_that_runs(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=80, length=2.0))
    await world.set_clock(world.now)
    budget = world.budget(limit=100, window=2.0)
    fresh = await budget.snapshot()
    fleet(world, 400, limit=100)
    await world.run(world.now + 6)

    snapshot = await budget.snapshot()

    assert (fresh.limit, fresh.used, fresh.blocked, fresh.aligned) == (100, 0, 0.0, False)
    assert (snapshot.limit, snapshot.used, snapshot.aligned) == (80, 80, True)


async def test_the_state_of_an_idle_scope_expires(redis: Redis) -> None:
    budget = Budget(redis, scope="app", limit=100, window=2.0)

    await budget.reserve(0)

    assert 0 < await redis.pttl(f"{BUDGET}app") <= 3_600_000


@pytest.fixture
async def connections(redis_server: RedisServer) -> AsyncIterator[tuple[Redis, Redis]]:
    async with redis_server.client() as one, redis_server.client() as two:
        yield one, two


async def test_two_processes_share_one_limit_in_real_time(connections: tuple[Redis, Redis]) -> None:
    server = FixedWindows(limit=40, length=0.5, offset=3.21)
    budgets = [Budget(redis, scope="app", limit=40, window=0.5, guard=0.06) for redis in connections]
    ends = time.monotonic() + 2.75
    delays = random.Random(1)

    async def work(budget: Budget) -> None:
        while time.monotonic() < ends:
            slot = await budget.take(0.5)
            arrives = time.time() + delays.uniform(0.005, 0.03)
            sent = time.monotonic()
            if not slot.granted or sent >= slot.until:
                continue
            accepted, said = server.call(arrives)
            await asyncio.sleep(delays.uniform(0.02, 0.05))
            await budget.feedback(said, sent, time.monotonic(), refused=not accepted)

    await asyncio.gather(*(work(budget) for budget in itertools.islice(itertools.cycle(budgets), 20)))

    full = [server.accepted[window] for window in sorted(server.accepted)][2:-1]
    assert sum(server.refused.values()) == 0
    # How full windows get is told in time that a busy machine cannot stretch; here it is that they are filled at all.
    assert sum(full) > 0.5 * 40 * len(full)


async def test_taking_a_slot_waits_for_it(connections: tuple[Redis, Redis]) -> None:
    budget = Budget(connections[0], scope="app", limit=100, window=2.0)
    started = time.monotonic()
    await budget.take(0.0)

    slot = await budget.take(1.0)

    assert slot.granted
    assert time.monotonic() - started >= 0.1
    assert slot.wait == 0


@pytest.mark.parametrize("reading", range(4))
async def test_a_slot_whose_time_is_over_by_then_is_not_taken(redis: Redis, reading: int) -> None:
    """The process stands still for long, after it has read its clock so many times."""
    readings = itertools.count()

    def clock() -> float:
        return time.monotonic() + (100 if next(readings) > reading else 0)

    slot = await Budget(redis, scope="app", limit=100, window=2.0, clock=clock).take(200.0)

    assert slot.granted
    assert slot.until > clock()


async def test_taking_a_slot_that_is_too_far_away_returns_at_once(connections: tuple[Redis, Redis]) -> None:
    budget = Budget(connections[0], scope="app", limit=100, window=60.0)
    await budget.feedback(Said(), time.monotonic(), time.monotonic(), refused=True)
    started = time.monotonic()

    slot = await budget.take(2.0)

    assert not slot.granted
    assert 59 < slot.wait < 76
    assert time.monotonic() - started < 1


async def is_booked(budget: Budget, ahead: float) -> bool:
    return await budget.next_slot() > ahead


async def test_a_block_that_comes_while_a_slot_is_waited_for_is_noticed(connections: tuple[Redis, Redis]) -> None:
    waiting, refused = (Budget(redis, scope="app", limit=100, window=4.0) for redis in connections)
    await waiting.take(0.0)
    task = asyncio.ensure_future(waiting.take(1.0))
    await eventually(functools.partial(is_booked, refused, 0.3))

    await refused.feedback(Said(), time.monotonic(), time.monotonic(), refused=True)

    slot = await task
    assert not slot.granted
    assert slot.wait > 3
