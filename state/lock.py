"""Locks: on each target one run of one job decides at a time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from state import gone, keys, ledger, scripts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redis.asyncio import Redis

    from facts.target import Target
    from state.claim import Claim
    from state.touched import Share

LONGEST_RUN_MS = 15 * 60_000
"""A lock outlives its lease in Redis by this at most; it says nothing any more by then."""


class Lost(Exception):
    """The lease is over, somebody else has the target, or a person changed the tag just now: nothing may be changed."""


class Buried(Exception):
    """The target was deleted, or merged into another: nothing is to be kept of it any more."""


@dataclass(frozen=True, slots=True)
class Lock:
    """One run's hold on one target.

    Its number is that of the lease, whose token no other hold ever had, and which is higher than those of all before.
    """

    claim: "Claim"
    target: "Target"

    @property
    def keys(self) -> list[str]:
        """The lock and the lease that it holds by; both are checked together with every effect."""
        return [f"{keys.LOCK}{ledger.place(self.target)}", keys.LEASE + self.claim.job_id]

    @property
    def values(self) -> list[str]:
        """What must stand there."""
        return [f"{self.claim.token} {self.claim.job_id}", self.claim.token]


@dataclass(frozen=True, slots=True)
class Intent:
    """A change that is about to be made: what to write down together with taking its slot, if the lock still holds.

    `heard` is what a person had us do to the tag, as far as who decided on the change knew: what a person has changed
    since nobody changes. `shares` are those of the rules that ask for it: the object counts for each of them, as far
    as their limits allow.
    """

    lock: Lock
    field: str
    entry: bytes
    days: int
    shares: "tuple[Share, ...]" = ()
    heard: bytes = b""

    @property
    def keys(self) -> list[str]:
        """Lock, lease and ledger, then what the rules are counted by."""
        named = [*self.lock.keys, ledger.key(self.lock.target), keys.PAUSED_RULES]
        for share in self.shares:
            named += share.keys(self.lock.target.app_id)
        return named

    @property
    def arguments(self) -> list[str | bytes | int]:
        """What lock and lease must hold, what to write for how long, what was heard, and what may count for whom."""
        target = self.lock.target
        written: list[str | bytes | int] = [*self.lock.values, self.field, self.entry, self.days * ledger.DAY]
        written += [f"{target.kind}:{target.id}", self.heard]
        for share in self.shares:
            written += share.arguments(target.app_id)
        return written


class Taken(NamedTuple):
    """What the ledger has of the target, and when the lock was taken, in Unix seconds by Redis's clock."""

    fields: "Mapping[str, bytes]"
    at: float


class Locks:
    """Takes locks. Nobody gives one up: it ends with the lease, in the call that ends the run of the job."""

    def __init__(self, redis: "Redis") -> None:
        self._script = scripts.register(redis, "lock")

    async def take(self, lock: Lock, *, buried: bool = False) -> Taken | None:
        """Take a lock, None if another run decides on the target; taking a lock again is fine.

        With `buried` also of what is gone: for who has to clear up after it.

        Raises:
            Lost: the lease of the job is over.
            Buried: the target is gone.
        """
        named = [*lock.keys, ledger.key(lock.target), gone.key(lock.target)]
        mine = (lock.claim.job_id, lock.claim.token)
        taken, *flat = await self._script(keys=named, args=[*mine, keys.LEASE, LONGEST_RUN_MS, int(buried)])
        if taken == _BURIED:
            raise Buried
        if taken < 0:
            raise Lost
        if not taken:
            return None
        now, *pairs = flat
        return Taken({field.decode(): kept for field, kept in zip(pairs[::2], pairs[1::2], strict=True)}, now / 1000)


_BURIED = -2
