"""The receiver is killed while Intercom sends."""

import asyncio
import random
import signal

from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.faults.under_way import under_way

AGAIN = 0.05
"""Of Intercom's minute until its second attempt, which is its last: three seconds."""
APART = (4.5, 6.0)
"""Seconds between two kills, so that no notification meets both."""


@row(4, "the receiver is killed at random")
async def killed(trial: Trial) -> None:
    # Synchronously written, so that what is acknowledged is stored, whoever dies.
    house = await trial.house()
    kills = trial.count(5, 1)
    rng = random.Random(7)
    await house.send(events=200 * kills * trial.count(3, 1), rate=trial.span(100, 80), time_scale=AGAIN)
    await under_way(house)

    for number in range(kills):
        await asyncio.sleep(rng.uniform(*APART) if number else 0)
        await house.restart_receiver(signal.SIGKILL)

    await trial.settle(house)
