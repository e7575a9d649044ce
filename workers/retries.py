"""When to try again: capped exponential backoff with full jitter, as a function of the attempt."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits in seconds. The n-th failure (from 1) is followed by a wait from 0 to `base` x 2^(n-1), never over `cap`.

    `limit` is how many seconds of attempts and waits a job may spend in all.
    """

    base: float = 2.0
    cap: float = 600.0
    limit: float = 86_400.0

    def wait(self, failures: int, rng: random.Random) -> float:
        """The wait after that many failures in a row; full jitter, so that a fleet does not come back as one."""
        ceiling = min(self.cap, self.base * 2 ** min(failures - 1, 32))
        return rng.uniform(0, ceiling)

    def aside(self, spent: float, rng: random.Random) -> float:
        """The wait of a job that others are to do, after so many seconds in which none of them came: about as long."""
        ceiling = min(self.cap, self.base + spent)
        return rng.uniform(ceiling / 2, ceiling)

    def exhausted(self, spent: float) -> bool:
        """Whether a job that has spent so many seconds is given up."""
        return spent >= self.limit
