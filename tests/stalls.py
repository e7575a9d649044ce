"""How long calls took to a simulator, and how many were too many for their window when that is allowed for.

The rate budget promises that no window gets too many calls as long as each arrives within the budget's guard, an
eighth of a window, after it has left. Where caller and simulator are one process on a busy machine this does not hold
for every call, and a test that overlooks it fails now and then with nothing wrong.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from simulator.app import Simulator
from state.tasks import end

WIDEST_GUARD = 0.25
"""Seconds of guard at most, however long the windows are."""
PAUSE = 0.005
"""Seconds between two calls that only tell how long they took."""


@dataclass(slots=True)
class Stalls:
    """`longest` is how many seconds a call took at most, there and back."""

    longest: float = 0.0

    def too_many(self, simulator: Simulator) -> int:
        """By how many calls a simulator's fullest window is over the limit, as `excess` counts them."""
        windows = [(window.start, window.accepted + window.refused) for window in simulator.windows.seen()]
        received = [record.received for record in simulator.calls.since(0)]
        return self.excess(windows, received, limit=simulator.windows.limit, length=simulator.windows.length)

    def excess(
        self, windows: Iterable[tuple[float, int]], received: Sequence[float], *, limit: int, length: float
    ) -> int:
        """By how many calls the fullest window is over the limit, without those that may have come too late for theirs.

        Those are the calls at its beginning, for as long as one took at most, if that was longer than the guard.
        `windows` are where each begins and how many calls came in it, `received` when each call came, in Unix seconds.
        """
        late = self.longest if self.longest > min(length / 8, WIDEST_GUARD) else 0.0
        return max(
            count - sum(start <= moment < start + late for moment in received) - limit for start, count in windows
        )


@asynccontextmanager
async def watched(url: str) -> AsyncIterator[Stalls]:
    """Watch meanwhile how long calls take to the simulator at `url`: of its control API, which counts in no window."""
    stalls = Stalls()

    async def beat() -> None:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as control:
            while True:
                before = time.monotonic()
                await control.get("/_simulator/faults")
                stalls.longest = max(stalls.longest, time.monotonic() - before)
                await asyncio.sleep(PAUSE)

    beating = asyncio.create_task(beat())
    try:
        yield stalls
    finally:
        await end([beating])
