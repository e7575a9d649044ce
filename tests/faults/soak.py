"""Ten minutes of ordinary traffic: nothing that should stay the same grows."""

import asyncio
import time
from dataclasses import dataclass

from redis.asyncio import Redis

from cli.fleet import Program
from state import keys
from tests.e2e.house import House
from tests.faults.gauges import descriptors, memory
from tests.faults.matrix import Row
from tests.faults.trial import Trial
from tests.waiting import eventually

RATE = 50
WARM_UP = 0.2
"""The part of the time after which everything is as large as it gets: caches are full, connections made."""
MIB = 1024 * 1024
GROWTH = 1.15
"""By how much the memory of a process may go up and down."""
FEW = 55
"""Descriptors by which a process may differ from one moment to another: whoever sends keeps up to 50 connections."""
LASTING = (
    keys.RUNNING,
    keys.WAKE,
    keys.FENCE,
    keys.FEED,
    keys.RECEIVED,
    keys.DEAD,
    "autotagger:queue:",
    keys.TAG_IDS,
    keys.ACTIONS,
    keys.PAUSED,
    keys.PROCESSES,
)
"""What has no TTL, and how it begins: each is one key, or one a workspace."""


def soak(minutes: float) -> Row:
    """The soak, as a row of its own."""

    async def play(trial: Trial) -> None:
        await _soaked(trial, minutes * 60)

    return Row(0, f"{minutes:g} minutes at {RATE}/s: nothing grows", play, quick=False)


@dataclass(frozen=True, slots=True)
class Size:
    """How large everything is: bytes and descriptors by process, and the keys of Redis that never go."""

    memory: dict[str, int]
    descriptors: dict[str, int]
    lasting: frozenset[str]


async def _soaked(trial: Trial, seconds: float) -> None:
    house = await trial.house(workers=2)
    programs = {"receiver": house.receiver} | {f"worker {n}": one for n, one in enumerate(house.workers, 1)}
    part = seconds * WARM_UP
    await _traffic(house, part, seed=1)
    before = await _size(house.redis, programs)
    for number in range(1, round(1 / WARM_UP)):
        await _traffic(house, part, seed=1 + number)
    after = await _size(house.redis, programs)

    for name in programs:
        grown = after.memory[name] / before.memory[name]
        trial.at_most(f"growth of the {name}'s {before.memory[name] / MIB:.0f} MiB", round(grown, 2), GROWTH)
        more = after.descriptors[name] - before.descriptors[name]
        trial.at_most(f"descriptors that the {name} has more", more, FEW)
    unknown = [name for name in after.lasting if not name.startswith(LASTING)]
    trial.same("keys without a TTL that should have one", unknown, [])
    trial.same("keys without a TTL that came meanwhile", sorted(after.lasting - before.lasting), [])
    await trial.settle(house)


async def _traffic(house: House, seconds: float, *, seed: int) -> None:
    began = time.monotonic()
    await house.send(events=max(round(seconds * RATE / 1.1), 1), rate=RATE, seed=seed)  # a tenth comes twice
    await eventually(house.sent, timeout=seconds + 60)
    await eventually(house.idle, timeout=60)
    await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))


async def _size(redis: Redis, programs: dict[str, Program]) -> Size:
    names = [key.decode() async for key in redis.scan_iter(count=1_000)]
    async with redis.pipeline(transaction=False) as pipe:
        for name in names:
            pipe.ttl(name)
        lives = await pipe.execute()
    return Size(
        {name: memory(program) for name, program in programs.items()},
        {name: descriptors(program) for name, program in programs.items()},
        frozenset(name for name, left in zip(names, lives, strict=True) if left == -1),
    )
