"""The clock of one machine is wrong."""

import asyncio
from pathlib import Path

from cli.fleet import Program
from tests.faults.customers import customers
from tests.faults.faketime import HOUR, shifted
from tests.faults.gauges import gauge
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.waiting import eventually


@row(23, "a worker's clock is two hours ahead, another's two hours behind")
async def workers(trial: Trial) -> None:
    # Long enough for a busy machine: a clock that is hours off would end it at once all the same.
    house = await trial.house(workers=0, worker={"AUTOTAGGER_LEASE": "6"})
    honest = dict(house.variables)
    for seconds in (2 * HOUR, -2 * HOUR, 0):
        house.variables = honest | (shifted(seconds) if seconds else {})
        await house.start_worker()
    trial.same("workers whose clock is wrong", [_is_wrong(worker) for worker in house.workers], [True, True, False])
    they = await customers(house, trial)
    await house.fault(kind="slow", delay=trial.span(20, 2) / 10)
    await they.write(await they.arrive(trial.count(500, 60)))

    async def each_had_its_share() -> bool:
        await they.write(await they.arrive(20))
        return all([await gauge(worker, "autotagger_jobs_total", outcome="done") for worker in house.workers])

    await eventually(each_had_its_share, timeout=30)
    await they.served()
    lost = [await gauge(worker, "autotagger_leases_recovered_total") for worker in house.workers]
    trial.same("leases that ran out early", sum(lost), 0)


@row(23, "the receiver's clock is two hours ahead")
async def receiver_ahead(trial: Trial) -> None:
    await _receiver(trial, 2 * HOUR)


@row(23, "the receiver's clock is two hours behind", quick=False)
async def receiver_behind(trial: Trial) -> None:
    await _receiver(trial, -2 * HOUR)


async def _receiver(trial: Trial, seconds: int) -> None:
    """Every webhook comes twice: once to a receiver with a wrong clock, once to one whose clock is right."""
    house = await trial.house()
    they = await customers(house, trial)
    conversations = await they.arrive(trial.count(300, 60))
    documents = they.letters(conversations)
    right, house.receiver_variables = house.receiver, house.receiver_variables | shifted(seconds)
    await house.start_receiver()
    trial.promise("the receiver's clock is wrong", _is_wrong(house.receiver))

    await they.send(documents)
    house.receiver = right
    await asyncio.gather(they.send(documents), they.send(documents))

    await they.served()
    (worker,) = house.workers
    evaluated = await gauge(worker, "autotagger_jobs_total", outcome="done")
    trial.same("events that were decided on", evaluated, len(conversations))


def _is_wrong(program: Program) -> bool:
    """Whether a process has faketime's clock."""
    return "libfaketime" in Path(f"/proc/{program.process.pid}/maps").read_text()
