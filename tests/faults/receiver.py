"""The receiver is killed while webhooks are sent again and again until they are taken."""

import asyncio
import random
import signal

from tests.faults.customers import customers
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.faults.under_way import under_way

UP_FOR = (1.0, 4.0)
"""Seconds that it is left alone between two kills."""


@row(4, "the receiver is killed at random")
async def killed(trial: Trial) -> None:
    house = await trial.house()
    they = await customers(house, trial)
    kills, rng = trial.count(5, 1), random.Random(7)
    writing = asyncio.create_task(they.write(await they.arrive(trial.count(2_000, 150))))
    await under_way(house)

    for number in range(kills):
        await asyncio.sleep(rng.uniform(*UP_FOR) if number else 0)
        await house.restart_receiver(signal.SIGKILL)

    await writing
    # What was stored and not acknowledged was sent again: it is known, and neither lost nor done twice.
    await they.served()
