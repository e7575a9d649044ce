"""Workers are killed, stopped and put to sleep."""

import asyncio
import signal
import time

from state import keys
from tests.e2e.house import House
from tests.faults.customers import customers
from tests.faults.gauges import alive
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.faults.under_way import under_way
from tests.waiting import eventually

RECOVERED_WITHIN = 20.0
"""Seconds after which a killed worker's jobs are to be run again."""


@row(1, "a worker is killed with calls in flight")
async def killed(trial: Trial) -> None:
    house = await trial.house(workers=2)
    they = await customers(house, trial)
    await house.fault(kind="slow", delay=0.3)
    writing = asyncio.create_task(they.write(await they.arrive(trial.count(1_000, 120)), rate=trial.span(25, 60)))
    await under_way(house)

    victim = house.workers[0]
    # While Redis stands still nobody takes a job or ends one, so it is known what the victim leaves behind.
    await asyncio.to_thread(house.redis_server.pause)
    await house.end_worker(victim, signal.SIGKILL)
    await asyncio.to_thread(house.redis_server.resume)
    killed_at, held = time.monotonic(), await leases(house)
    await eventually(lambda: all_let_go(house, held), timeout=60)
    trial.in_time("seconds until its last job was taken over", time.monotonic() - killed_at, RECOVERED_WITHIN)

    await writing
    await they.served(repeats=len(held))


@row(2, "a worker sleeps until others have done its jobs")
async def asleep(trial: Trial) -> None:
    house = await trial.house()
    they = await customers(house, trial)
    await house.fault(kind="slow", delay=0.3)
    writing = asyncio.create_task(they.write(await they.arrive(trial.count(1_000, 100)), rate=100))
    await under_way(house)

    (sleeper,) = house.workers
    sleeper.process.send_signal(signal.SIGSTOP)
    nap = asyncio.create_task(asyncio.sleep(trial.span(60, 0)))
    held = await leases(house)
    await house.start_worker()
    await writing
    await eventually(lambda: all_let_go(house, held), timeout=60)
    await eventually(house.idle, timeout=120)
    await nap
    before = len(await house.calls("/"))
    sleeper.process.send_signal(signal.SIGCONT)
    await eventually(lambda: alive(sleeper), timeout=30)
    # What it had in hand it goes on with in the first turns of its loop; each of these answers takes several.
    trial.promise("the sleeper is awake", all([await alive(sleeper) for _ in range(50)]))

    trial.same("calls of the sleeper after its leases had ended", len(await house.calls("/")) - before, 0)
    await they.served(repeats=len(held))


async def leases(house: House) -> dict[str, bytes]:
    """The jobs that are being run, and the token of each one's lease."""
    running = [one.decode() for one in await house.redis.zrange(keys.RUNNING, 0, -1)]
    tokens = {one: await house.redis.get(f"{keys.LEASE}{one}") for one in running}
    return {one: token for one, token in tokens.items() if token}


async def all_let_go(house: House, held: dict[str, bytes]) -> bool:
    """Whether no job is held under these leases any more: somebody else has it, or it is done."""
    for one, token in held.items():
        waits_for_its_end = await house.redis.zscore(keys.RUNNING, one) is not None
        if waits_for_its_end and await house.redis.get(f"{keys.LEASE}{one}") in {None, token}:
            return False
    return True
