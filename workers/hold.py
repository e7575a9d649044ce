"""What a worker has in its hands: the bytes of a job, and its hold on it."""

import time
from dataclasses import dataclass, field

from state.claim import Claim
from state.finish import Ending, Later, Place


class LeaseLost(Exception):
    """The job is no longer this worker's: nothing may be done for it."""


class Payload(bytes):
    """A job's bytes, which nobody can log by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@dataclass(slots=True, eq=False)
class Hold:
    """A worker's hold on a job, until `until` on the monotonic clock, and how its run ended.

    `progress` is what the next run is to know, should there be one, and `ledger` what is to be written there when this
    one ends; whatever way it ends, they are not lost.
    """

    claim: Claim
    until: float
    progress: bytes = field(init=False)
    ledger: dict[Place, bytes] = field(default_factory=dict)
    ending: Ending | None = None
    finished: bool = False

    def __post_init__(self) -> None:
        self.progress = self.claim.progress

    def held(self) -> bool:
        """Whether the lease certainly still runs."""
        return time.monotonic() < self.until

    def lose(self) -> None:
        """The job is somebody else's now."""
        self.until = 0.0

    def later(self, *, wait: float = 0.0, error: str = "", spent: float = 0.0) -> Later:
        """The ending that has the job run again, with what is known so far."""
        return Later(wait, error, spent, self.progress)
