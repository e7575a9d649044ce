"""New versions, new rules: processes and folders are replaced while events come in."""

import asyncio
import signal

import httpx

from state import keys
from tests.e2e.house import House
from tests.faults.customers import Customers, customers
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.faults.under_way import under_way
from tests.proxy import Proxy

UNFORGIVING = {"AUTOTAGGER_RETRY_BASE": "600", "AUTOTAGGER_RETRY_CAP": "600"}
"""A job that has spent an attempt waits for so long that the row does not settle: nothing that was burnt can hide."""


@row(3, "every process is replaced in turn under load")
async def replaced(trial: Trial) -> None:
    house = await trial.house(workers=2, worker=UNFORGIVING)
    they = await customers(house, trial)
    await house.fault(kind="slow", delay=0.1)
    door = await _front_door(trial, house)
    rounds = trial.count(3, 1)
    writing = asyncio.create_task(they.write(await they.arrive(trial.count(1_500, 150)), rate=trial.span(100, 50)))
    await under_way(house)

    codes = []
    for _ in range(rounds):
        for worker in tuple(house.workers):
            await house.start_worker()
            codes.append(await house.end_worker(worker, signal.SIGTERM))
        codes.append(await _replace_receiver(house, door))

    trial.promise("there was load until the end", not writing.done() or trial.short)
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
    old.process.send_signal(signal.SIGTERM)
    return await old.process.wait()


def _port(url: str) -> int:
    port = httpx.URL(url).port
    assert port is not None
    return port


def _refused(they: Customers) -> list[int | None]:
    return [status for tries in they.answers.values() for status in tries if status != httpx.codes.OK]


async def _burnt(house: House) -> list[str]:
    """The jobs that have spent an attempt."""
    tries = {key: await house.redis.hgetall(key) async for key in house.redis.scan_iter(f"{keys.TRIES}*")}  # type: ignore[misc]
    return [key.decode() for key, known in tries.items() if b"failures" in known]
