"""Redis restarts, hangs, is far away, full, killed, flushed, and without room on its disk."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from redis.asyncio import Redis

from cli.fleet import NotStarted, redis_url
from state import keys
from state.settings import RedisSettings
from tests.e2e.house import APP_ID, House
from tests.faults.customers import Customers, customers
from tests.faults.gauges import alive, gauge
from tests.faults.matrix import row
from tests.faults.trial import NotHere, Trial
from tests.faults.under_way import under_way
from tests.proxy import Proxy
from tests.redis_server import RedisServer
from tests.waiting import eventually

AGAIN = 0.05
"""Of Intercom's minute until a second attempt: three seconds."""
MIB = 1024 * 1024


@row(5, "Redis restarts, two seconds away")
async def restarted(trial: Trial) -> None:
    async def restart(server: RedisServer) -> None:
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(trial.span(2, 0.5))
        await asyncio.to_thread(server.start)

    await _shaken(trial, restart)


@row(5, "Redis closes every connection", quick=False)
async def cut(trial: Trial) -> None:
    async def kill(server: RedisServer) -> None:
        async with server.client() as redis:
            await redis.client_kill_filter(_type="normal", skipme=True)

    await _shaken(trial, kill)


@row(5, "Redis answers nobody for five seconds", quick=False)
async def paused(trial: Trial) -> None:
    async def pause(server: RedisServer) -> None:
        async with server.client() as redis:
            await redis.client_pause(trial.count(5_000, 1_000))
        await asyncio.sleep(trial.span(5, 1))

    await _shaken(trial, pause)


@row(9, "Redis is killed, each write being on disk")
async def killed(trial: Trial) -> None:
    async def kill(server: RedisServer) -> None:
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)

    house = await _shaken(trial, kill, appendfsync="always")
    told = (await _autotagger(house, "doctor")).stdout
    trial.promise("the doctor says what everysec can lose", "can lose the last second" in told, told)


async def _shaken(
    trial: Trial, shake: Callable[[RedisServer], Awaitable[None]], appendfsync: str = "everysec"
) -> House:
    """Something is done to Redis under load: twice where there is time, since Intercom has to come again in between."""
    server = await trial.redis(appendfsync=appendfsync)
    house = await trial.house(server, workers=2)
    await house.send(events=trial.count(2_500, 200), rate=trial.span(100, 80), time_scale=AGAIN)
    await under_way(house)

    for _ in range(trial.count(2, 1)):
        await shake(server)
        # Whatever was refused has come again before the next time, also if it was held back.
        await asyncio.sleep(trial.span(12, 0))

    await trial.settle(house, within=120)
    await trial.prompt(house)
    return house


@row(6, "Redis is a black hole")
async def black_hole(trial: Trial) -> None:
    server = await trial.redis()
    proxy = await trial.stack.enter_async_context(Proxy(server.port))
    through = {"REDIS_URL": redis_url(RedisSettings(port=proxy.port))}
    house = await trial.house(server, worker=through, receiver=through)
    seconds = trial.span(60, 1.5)
    await house.send(events=trial.count(800, 100), rate=trial.span(10, 40), time_scale=trial.span(1, AGAIN))
    await under_way(house)

    proxy.black_hole()
    began, lives = time.monotonic(), []
    while time.monotonic() < began + seconds:
        lives += [await alive(program) for program in (house.receiver, *house.workers)]
        await asyncio.sleep(seconds / 20)
    proxy.heal()

    trial.same("liveness probes that failed", lives.count(False), 0)
    await trial.settle(house, within=400)
    await trial.prompt(house)


@row(7, "Redis is 100 ms away")
async def far(trial: Trial) -> None:
    house = await _distant(trial, 0.1, receiver_too=True)
    await trial.prompt(house)


@row(7, "Redis is 500 ms away from the workers", quick=False)
async def very_far(trial: Trial) -> None:
    await _distant(trial, 0.5, receiver_too=False)


async def _distant(trial: Trial, latency: float, *, receiver_too: bool) -> House:
    server = await trial.redis()
    proxy = await trial.stack.enter_async_context(Proxy(server.port, delay=latency / 2))
    through = {"REDIS_URL": redis_url(RedisSettings(port=proxy.port))}
    house = await trial.house(
        server, worker=through | {"AUTOTAGGER_LEASE": "6"}, receiver=through if receiver_too else {}
    )
    they = await customers(house, trial)

    await they.write(await they.arrive(trial.count(200, 30)), rate=20)

    await they.served()
    (worker,) = house.workers
    trial.same("leases that ran out", await gauge(worker, "autotagger_leases_recovered_total"), 0)
    return house


@row(8, "Redis is full")
async def full(trial: Trial) -> None:
    server = await trial.redis(maxmemory="16mb")
    house = await trial.house(server)
    they = await customers(house, trial)
    conversations = await they.arrive(trial.count(300, 90))
    third = len(conversations) // 3
    await they.write(conversations[:third])

    await _fill(house.redis, 0.88)
    refused = asyncio.create_task(they.write(conversations[third : 2 * third], rate=20))
    await eventually(lambda: _refusals(they), timeout=20)
    trial.same("refusals", {*_refusals(they)} - {503, 429}, set())
    await _fill(house.redis, 1.0)
    more = asyncio.create_task(they.write(conversations[2 * third :]))
    await asyncio.sleep(trial.span(10, 1.5))
    trial.same("jobs that are not whole", await _halves(house.redis), [])
    await house.redis.delete("ballast")

    await refused
    await more
    await they.served()
    await trial.prompt(house)
    trial.promise("the receiver has told that Redis is nearly full", await _told(house, "nearly full"))


@row(8, "Redis may evict what it holds")
async def evicting(trial: Trial) -> None:
    server = await trial.redis(policy="allkeys-lru", maxmemory="16mb")
    house = await trial.house(server, workers=0)
    with contextlib.suppress(NotStarted):
        await house.start_worker()
    for program in (house.receiver, *house.workers):
        async with asyncio.timeout(30):
            code = await program.process.wait()
        said = "\n".join(await program.said)
        trial.same(f"exit code of {program.name}", code, 1)
        trial.promise(f"{program.name} names the policy", "maxmemory-policy allkeys-lru" in said, said)


async def _fill(redis: Redis, share: float) -> None:
    """Fill Redis's memory up to a share of it, or as far as it goes."""
    memory = await redis.info("memory")
    missing = int(memory["maxmemory"] * share) - int(memory["used_memory"])
    for _ in range(max(missing // (MIB // 16), 0) + (8 if share >= 1 else 0)):
        try:
            await redis.rpush("ballast", bytes(MIB // 16))  # type: ignore[misc]
        except Exception:  # noqa: BLE001 - it is full
            return


def _refusals(they: Customers) -> list[int | str]:
    return [status for tries in they.answers.values() for status in tries if status != 200]


async def _halves(redis: Redis) -> list[str]:
    """Jobs with a place in the queue and no bytes, or bytes and no place."""
    # In one moment: jobs come and go.
    async with redis.pipeline(transaction=True) as pipe:
        pipe.zrange(keys.queue(APP_ID), 0, -1)
        pipe.keys(f"{keys.JOB}*")
        queued, found = await pipe.execute()
    placed = {one.decode() for one in queued}
    stored = {key.decode().removeprefix(keys.JOB) for key in found}
    return sorted(placed ^ stored)


async def _told(house: House, words: str) -> bool:
    """Whether the receiver said so; it is ended for that."""
    house.receiver.process.terminate()
    return any(words in line for line in await house.receiver.said)


@row(10, "Redis is flushed")
async def flushed(trial: Trial) -> None:
    house = await trial.house(worker={"AUTOTAGGER_CALLS_PER_WINDOW": "100", "AUTOTAGGER_WINDOW": "1"})
    they = await customers(house, trial)
    await house.fault(kind="slow", delay=0.2)
    conversations = await they.arrive(trial.count(500, 100), told=True)
    await they.write(conversations, rate=200)

    await asyncio.to_thread(house.redis_server.flush)
    trial.promise("jobs were lost", len(await they.changes()) < len(conversations))
    await house.heal()
    late = await they.arrive(20, told=True)
    await they.write(late)
    await eventually(lambda: _all_tagged(they, late), timeout=60)
    healed = await _autotagger(house, "backfill", "--since", "1h", "--kind", "conversation", "--yes")

    trial.same("exit code of the backfill", healed.returncode, 0)
    # Whoever was killed in the act may be tagged once more: nobody remembers it.
    await they.served(repeats=20)


async def _all_tagged(they: Customers, conversations: list[str]) -> bool:
    tagged = await they.tagged()
    return all(tagged[one] for one in conversations)


async def _autotagger(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "cli.main", *arguments],
        env=house.variables | {"PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@row(26, "the disk under Redis is full")
async def disk_full(trial: Trial) -> None:
    disk = _small_disk(trial)
    server = await trial.redis(folder=disk / "redis")
    house = await trial.house(server)
    they = await customers(house, trial)
    conversations = await they.arrive(trial.count(300, 90))
    third = len(conversations) // 3
    await they.write(conversations[:third])

    ballast = disk / "ballast"
    _fill_disk(ballast)
    refused = asyncio.create_task(they.write(conversations[third:]))
    await eventually(lambda: _refusals(they), timeout=30)
    trial.same("refusals", {*_refusals(they)} - {503, 429}, set())
    await asyncio.sleep(trial.span(10, 1))
    ballast.unlink()

    await refused
    await they.served()
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    trial.same("jobs left after a crash of Redis", await house.redis.zcard(keys.queue(APP_ID)), 0)
    trial.promise("the receiver has told that it refuses", await _told(house, "webhooks are refused"))


def _small_disk(trial: Trial) -> Path:
    """A disk of 8 MiB, which takes the right to mount one."""
    disk = trial.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        raise NotHere(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    trial.stack.callback(subprocess.run, ["umount", "-l", str(disk)], check=True)
    return disk


def _fill_disk(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (MIB // 4, 1024, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
