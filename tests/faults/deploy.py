"""New versions, new rules: processes and folders are replaced while events come in."""

import asyncio
import signal
import time
from functools import partial

import httpx

from cli.fleet import examples
from state import keys
from state.enqueue import Enqueuer, Entry
from tests.config_map import mount
from tests.e2e.house import APP_ID, House
from tests.faults import first_version
from tests.faults.customers import Customers, customers
from tests.faults.gauges import gauge, operations
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.faults.under_way import under_way
from tests.proxy import Proxy
from tests.waiting import eventually

UNFORGIVING = {"AUTOTAGGER_RETRY_BASE": "600", "AUTOTAGGER_RETRY_CAP": "600"}
"""A job that has spent an attempt waits for so long that the row does not settle: nothing that was burnt can hide."""


@row(3, "every process is replaced in turn under load")
async def all_replaced(trial: Trial) -> None:
    house = await trial.house(workers=2, worker=UNFORGIVING)
    they = await customers(house, trial)
    await house.fault(kind="slow", delay=0.1)
    door = await _front_door(trial, house)
    rounds = trial.count(3, 1)
    replaced = asyncio.Event()

    async def write() -> None:
        while not replaced.is_set():
            # A connection for each, as from a load balancer that is done with the old receiver when there is a new one.
            await they.send(they.letters(await they.arrive(50)), rate=50, kept=0)

    writing = asyncio.create_task(write())
    await under_way(house)

    codes = []
    for _ in range(rounds):
        for worker in tuple(house.workers):
            await house.start_worker()
            codes.append(await house.end_worker(worker, signal.SIGTERM))
        codes.append(await _replace_receiver(house, door))

    replaced.set()
    await writing
    await they.served()
    trial.same("exit codes", set(codes), {0})
    trial.same("webhooks that were refused", _refused(they), [])
    trial.same("jobs that have spent an attempt", await _burnt(house), [])


async def _front_door(trial: Trial, house: House) -> Proxy:
    """What stands before the receivers, as a load balancer does: new connections go to the newest one."""
    door = await trial.stack.enter_async_context(Proxy(_port(house.webhook)))
    house.front = str(httpx.URL(house.webhook).copy_with(port=door.port))
    return door


async def _replace_receiver(house: House, door: Proxy) -> int:
    """Start another receiver, send newcomers there, and stop the old one."""
    old = house.receiver
    await house.start_receiver()
    door.target = _port(house.receiver.urls[0])
    # What is on its way to the old one gets there: the kernel resets what a closed socket has not accepted.
    on_their_way = set(door._links)
    await eventually(lambda: not on_their_way & door._links, timeout=30)
    old.process.send_signal(signal.SIGTERM)
    return await old.process.wait()


def _port(url: str) -> int:
    port = httpx.URL(url).port
    assert port is not None
    return port


def _refused(they: Customers) -> list[int | str]:
    return [status for tries in they.answers.values() for status in tries if status != httpx.codes.OK]


async def _burnt(house: House) -> list[str]:
    """The jobs that have spent an attempt."""
    tries = {key: await house.redis.hgetall(key) async for key in house.redis.scan_iter(f"{keys.TRIES}*")}  # type: ignore[misc]
    return [key.decode() for key, known in tries.items() if b"failures" in known]


@row(24, "jobs of the first version and of one to come wait beside today's")
async def versions(trial: Trial) -> None:
    house = await trial.house(workers=0)
    they = await customers(house, trial)
    old, new, own = [await they.arrive(trial.count(100, 20)) for _ in range(3)]
    await they.write(own)
    for one in old:
        await _queue(house, one, first_version.payload(one))
    for one in new:
        await _queue(house, one, _TO_COME + first_version.payload(one)[1:])
    payloads = [await house.redis.get(keys.JOB + name) for name in await _waiting(house)]
    trial.same("jobs that the first version reads", sum(map(first_version.reads, payloads)), len(old) + len(own))

    for _ in range(2):
        await house.start_worker()
    await eventually(lambda: _wait_alone(house, new), timeout=60)
    tagged = await they.tagged()
    trial.same("jobs of old versions that were not done", [one for one in (*old, *own) if not tagged[one]], [])
    trial.same("jobs of a version to come that were done", [one for one in new if tagged[one]], [])
    trial.same("dead letters", len(await house.letters()), 0)

    # The version that can read them is there: here they are written anew in today's.
    for one in new:
        await house.redis.set(f"{keys.JOB}{APP_ID}:{one}", first_version.payload(one), keepttl=True)
    await eventually(house.idle, timeout=120)
    tagged = await they.tagged()
    trial.tally.lost += sum(not tagged[one] for one in (*old, *new, *own))
    await trial.held(house)


_TO_COME = bytes([9])
"""A version that nobody can read yet."""


async def _queue(house: House, conversation: str, payload: bytes) -> None:
    """Put a job where the receiver would."""
    entry = Entry(f"{APP_ID}:{conversation}", keys.queue(APP_ID), payload, int(time.time()))
    await Enqueuer(house.redis).enqueue(entry)


async def _waiting(house: House) -> list[str]:
    return [one.decode() for one in await house.redis.zrange(keys.queue(APP_ID), 0, -1)]


async def _wait_alone(house: House, conversations: list[str]) -> bool:
    """Whether the jobs of these conversations are all that is left."""
    return set(await _waiting(house)) == {f"{APP_ID}:{one}" for one in conversations}


@row(25, "the folder of the rules is swapped for a broken one, and back")
async def broken_rules(trial: Trial) -> None:
    folder = trial.folder / "rules"
    folder.mkdir()
    whole = {path.name: path.read_text() for path in examples().glob("*.yaml")}
    broken = whole | {"billing.yaml": whole["billing.yaml"].replace("message.text", "mesage.text")}
    mount(folder, whole, "..first")
    house = await trial.house(worker={"AUTOTAGGER_RULES": str(folder), "AUTOTAGGER_RULES_INTERVAL": "0.1"})
    they = await customers(house, trial)
    hashes = [await _hash(house)]

    for number, files in enumerate((broken, whole)):
        mount(folder, files, f"..{number}")
        await eventually(partial(_reloaded, house, files is whole), timeout=20)
        hashes.append(await _hash(house))
        await they.write(await they.arrive(trial.count(200, 30)))

    await they.served()
    trial.same("rule sets that were at work", len(set(hashes)), 1)


async def _hash(house: House) -> str:
    """Of the rules at work."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return str((await client.get(f"{operations(house.workers[0])}/rules")).json()[APP_ID]["running"]["hash"])


async def _reloaded(house: House, successful: bool) -> bool:
    """Whether the worker says that the folder's rules are at work, or that they are broken."""
    return await gauge(house.workers[0], "autotagger_rules_last_reload_successful") == float(successful)
