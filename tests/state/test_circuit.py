"""Circuits in a time of their own, which passes without waiting, and of many processes that share them."""

from importlib import resources
from typing import Any

import pytest
from redis.asyncio import Redis

from state import keys
from state.circuit import KEPT, Circuit, Circuits, Passage

BEGIN = 1_790_000_000

OUTAGE = Circuit("host:https://api.example.com", first=1.0, longest=8.0, failures=3)
TOKEN = Circuit("workspace:q4mx81zt", first=60.0, longest=60.0)
READING = Circuit("calls:q4mx81zt:find contact", first=60.0, longest=60.0)


class Clock:
    """Redis's, as the scripts see it."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.now = float(BEGIN)

    async def go_on(self, seconds: float) -> None:
        self.now += seconds
        await self.redis.set("clock", f"{self.now:.3f}")

    def process(self, **options: Any) -> Circuits:
        """The circuits as another process sees them."""
        circuits = Circuits(self.redis, **options)
        circuits._pass, circuits._tell = self._script("pass"), self._script("circuit")
        return circuits

    def _script(self, name: str) -> Any:
        text = resources.files("state").joinpath(f"{name}.lua").read_text("utf-8")
        patched = text.replace("redis.call('TIME')", "{redis.call('GET', 'clock'), 0}")
        assert patched != text
        return self.redis.register_script(patched)


@pytest.fixture
async def clock(redis: Redis) -> Clock:
    clock = Clock(redis)
    await clock.go_on(0)
    return clock


async def fail(circuits: Circuits, circuit: Circuit, *jobs: str) -> list[tuple[bool, float]]:
    """Calls that leave before the first of them fails."""
    passages = [await circuits.ask([circuit]) for _ in jobs]
    assert all(passage.stopped is None for passage in passages)
    return [
        await circuits.failed(circuit, passage, by=job, reason="503")
        for passage, job in zip(passages, jobs, strict=True)
    ]


async def probe(circuits: Circuits, circuit: Circuit) -> Passage:
    passage = await circuits.ask([circuit])
    assert passage.stopped is None
    assert passage.watching == (circuit,)
    return passage


async def test_nothing_is_kept_while_calls_succeed(clock: Clock, redis: Redis) -> None:
    passage = await clock.process().ask([OUTAGE, TOKEN])

    assert (passage.stopped, passage.wait, passage.watching) == (None, 0, ())
    assert await redis.keys("autotagger:*") == []


async def test_a_refused_token_stops_every_process_at_once_and_is_news_for_one(clock: Clock) -> None:
    ours, theirs = clock.process(), clock.process()
    in_flight = await theirs.ask([OUTAGE, TOKEN])

    assert await fail(ours, TOKEN, "job 1") == [(True, 60.0)]
    assert await theirs.failed(TOKEN, in_flight, by="job 2", reason="401") == (False, 60.0)

    passage = await theirs.ask([OUTAGE, TOKEN])
    assert (passage.stopped, passage.wait) == (TOKEN, 60.0)


async def test_one_process_probes_and_its_success_is_news_for_one_and_lets_all_go_on(clock: Clock) -> None:
    ours, theirs = clock.process(), clock.process()
    await fail(ours, TOKEN, "job 1")
    await clock.go_on(59.9)
    assert (await theirs.ask([TOKEN])).stopped == TOKEN
    await clock.go_on(0.1)

    passage = await probe(theirs, TOKEN)
    assert (await ours.ask([TOKEN])).stopped == TOKEN
    assert (await theirs.ask([TOKEN])).stopped == TOKEN
    await clock.go_on(0.5)
    assert await theirs.succeeded(TOKEN, passage) == 60.5

    assert (await ours.ask([TOKEN])).stopped is None
    assert (await ours.ask([TOKEN])).watching == ()


async def test_a_token_that_stays_refused_is_probed_once_a_minute_by_the_whole_fleet(clock: Clock) -> None:
    fleet = [clock.process() for _ in range(3)]
    await fail(fleet[0], TOKEN, "job 1")

    news, probes = [], 0
    for _ in range(600):
        await clock.go_on(1)
        for circuits in fleet:
            passage = await circuits.ask([TOKEN])
            if passage.stopped is None:
                probes += 1
                news.append(await circuits.failed(TOKEN, passage, by=f"job {probes}", reason="401"))

    assert probes == 10
    assert news == [(False, 60.0)] * 10


async def test_a_circuit_may_be_probed_at_once_when_somebody_says_that_it_is_mended(clock: Clock, redis: Redis) -> None:
    ours, theirs = clock.process(), clock.process()
    await ours.hasten(TOKEN)
    assert await redis.keys("autotagger:*") == []
    await fail(ours, TOKEN, "job 1")

    await theirs.hasten(TOKEN)

    passage = await probe(ours, TOKEN)
    assert (await theirs.ask([TOKEN])).stopped == TOKEN
    assert await ours.failed(TOKEN, passage, by="job 2", reason="401") == (False, 60.0)
    assert (await theirs.ask([TOKEN])).wait == 60.0


async def test_an_outage_is_several_jobs_that_fail_in_a_row(clock: Clock) -> None:
    circuits = clock.process()
    assert await fail(circuits, OUTAGE, "job 1", "job 2") == [(False, 0), (False, 0)]

    passage = await circuits.ask([OUTAGE])
    assert passage.watching == (OUTAGE,)
    assert await circuits.succeeded(OUTAGE, passage) is None

    assert await fail(circuits, OUTAGE, "job 3", "job 4") == [(False, 0), (False, 0)]
    assert await fail(circuits, OUTAGE, "job 5") == [(True, 1.0)]


async def test_a_job_that_fails_again_and_again_is_no_outage(clock: Clock) -> None:
    circuits = clock.process()

    assert await fail(circuits, OUTAGE, *["job 1"] * 20) == [(False, 0)] * 20


async def test_an_outage_of_hours_is_probed_less_and_less_often_and_never_twice_a_second(clock: Clock) -> None:
    fleet = [clock.process() for _ in range(4)]
    await fail(fleet[0], OUTAGE, "job 1", "job 2", "job 3")

    probes = []
    for step in range(4_000):
        await clock.go_on(0.1)
        passage = await fleet[step % 4].ask([OUTAGE])
        if passage.stopped is None:
            probes.append(clock.now - BEGIN)
            await fleet[step % 4].failed(OUTAGE, passage, by=f"job {step}", reason="503")

    waits = [later - earlier for earlier, later in zip([0.0, *probes], probes, strict=False)]
    assert [round(wait) for wait in waits[:6]] == [1, 2, 4, 8, 8, 8]
    assert len(probes) == 52


async def test_a_probe_whose_worker_dies_is_made_by_another(clock: Clock) -> None:
    ours, theirs = clock.process(probe=8.0), clock.process(probe=8.0)
    await fail(ours, TOKEN, "job 1")
    await clock.go_on(60)
    await probe(ours, TOKEN)

    await clock.go_on(7.9)
    waiting = await theirs.ask([TOKEN])
    assert (waiting.stopped, waiting.wait) == (TOKEN, 0.1)
    await clock.go_on(0.1)

    await probe(theirs, TOKEN)


async def test_a_probe_that_was_not_made_is_made_by_the_next(clock: Clock) -> None:
    circuits = clock.process()
    await fail(circuits, TOKEN, "job 1")
    await clock.go_on(60)
    passage = await probe(circuits, TOKEN)

    await circuits.release(TOKEN, passage)

    await probe(circuits, TOKEN)


async def test_a_call_that_asks_again_after_waiting_hears_what_has_opened_meanwhile(clock: Clock) -> None:
    circuits = clock.process()
    waiting = await circuits.ask([TOKEN])
    await fail(circuits, TOKEN, "job 1")
    assert (await circuits.ask([TOKEN], waiting.token)).stopped == TOKEN
    await clock.go_on(60)

    probing = await probe(circuits, TOKEN)
    assert (await circuits.ask([TOKEN], probing.token)).stopped is None
    assert (await circuits.ask([TOKEN], waiting.token)).stopped == TOKEN


async def test_only_the_probe_closes_a_circuit(clock: Clock) -> None:
    circuits = clock.process()
    before = await circuits.ask([TOKEN])
    await fail(circuits, TOKEN, "job 1")

    assert await circuits.succeeded(TOKEN, before) is None

    assert (await circuits.ask([TOKEN])).stopped == TOKEN


async def test_a_call_that_one_circuit_stops_probes_no_other(clock: Clock) -> None:
    circuits = clock.process()
    await fail(circuits, TOKEN, "job 1")
    await clock.go_on(30)
    await fail(circuits, READING, "job 2")
    await clock.go_on(30)

    stopped = await circuits.ask([TOKEN, READING])
    assert (stopped.stopped, stopped.wait) == (READING, 30.0)

    await probe(circuits, TOKEN)


async def test_one_kind_of_call_stops_and_the_others_go_on(clock: Clock) -> None:
    circuits = clock.process()
    await fail(circuits, READING, "job 1")

    assert (await circuits.ask([OUTAGE, TOKEN, READING])).stopped == READING
    assert (await circuits.ask([OUTAGE, TOKEN])).stopped is None


async def test_when_rediss_clock_goes_back_nobody_waits_for_it(clock: Clock) -> None:
    circuits = clock.process()
    await fail(circuits, TOKEN, "job 1")

    await clock.go_on(-7_200)

    await probe(circuits, TOKEN)


async def test_what_is_not_closed_can_be_listed(redis: Redis) -> None:
    circuits = Circuits(redis)
    (at, _) = await redis.time()
    await fail(circuits, OUTAGE, "job 1")
    await fail(circuits, TOKEN, "job 1")

    (one,) = await circuits.standing()
    assert (one.scope, one.state, one.reason) == ("workspace:q4mx81zt", "open", "503")
    assert 0 <= one.since - at < 30
    assert 30 < one.next_probe <= 60


async def test_a_circuit_whose_time_for_a_probe_has_come_is_half_open(redis: Redis) -> None:
    circuits = Circuits(redis)
    await fail(circuits, Circuit("workspace:q4mx81zt", first=0.001, longest=60.0), "job 1")
    await redis.hincrby(f"{keys.CIRCUIT}workspace:q4mx81zt", "probe_at", -1_000)  # type: ignore[misc]

    (one,) = await circuits.standing()
    assert (one.state, one.next_probe) == ("half-open", 0)

    assert await circuits.succeeded(TOKEN, await probe(circuits, TOKEN)) is not None
    assert await circuits.standing() == ()
    assert await redis.keys("autotagger:*") == []


async def test_all_that_is_kept_has_an_end(redis: Redis) -> None:
    circuits = Circuits(redis)
    await fail(circuits, OUTAGE, "job 1")
    await fail(circuits, TOKEN, "job 1")

    lives = {name.decode(): await redis.ttl(name) for name in await redis.keys("autotagger:*")}

    assert sorted(lives) == [
        keys.CIRCUIT + OUTAGE.scope,
        keys.CIRCUIT + TOKEN.scope,
        keys.CIRCUITS,
    ]
    assert all(0 < life <= KEPT for life in lives.values())
