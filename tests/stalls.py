"""How long a test's process stood still, and how many calls were too many for their window when that is allowed for.

The rate budget promises that no window gets too many calls as long as each arrives within the budget's guard, an
eighth of a window, after it has left. Where caller and simulator are one process on a busy machine this does not hold
for every call, and a test that overlooks it fails now and then with nothing wrong.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from simulator.app import Simulator
from state.tasks import end

BEAT = 0.005
"""Seconds."""


@dataclass(slots=True)
class Stalls:
    """`longest` is for how many seconds at most nothing happened in this process."""

    longest: float = 0.0

    def too_many(self, simulator: Simulator) -> int:
        """By how many calls the fullest window is over the limit, without those that may have been held up."""
        held_up = self.longest if self.longest > simulator.windows.length / 16 else 0.0
        calls = [record.received for record in simulator.calls.since(0)]
        return max(
            window.accepted
            + window.refused
            - sum(window.start <= moment < window.start + held_up for moment in calls)
            - simulator.windows.limit
            for window in simulator.windows.seen()
        )


@asynccontextmanager
async def watched() -> AsyncIterator[Stalls]:
    """Watch for stalls meanwhile."""
    stalls = Stalls()

    async def beat() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(BEAT)
            stalls.longest = max(stalls.longest, time.monotonic() - before - BEAT)

    beating = asyncio.create_task(beat())
    try:
        yield stalls
    finally:
        await end([beating])
