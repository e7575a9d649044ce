"""Leases: a worker's hold on its jobs, short and renewed while they run, and a command's on what it does itself."""

from typing import TYPE_CHECKING

from state import keys, scripts
from state.claim import Claim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis


class Leases:
    """Renews leases. `lease` is in seconds from the moment Redis renews it."""

    def __init__(self, redis: "Redis", *, lease: float) -> None:
        self._redis = redis
        self._script = scripts.register(redis, "renew")
        self._lease_ms = round(lease * 1000)

    async def begin(self, name: str, queue: str) -> Claim:
        """A lease for what is no job: nobody else has its id, which begins with `name`, and nobody takes it up."""
        number = int(await self._redis.incr(keys.FENCE))
        claim = Claim(f"{name}:{number}", queue, f"{name}:{number}")
        await self._redis.set(keys.LEASE + claim.job_id, claim.token, px=self._lease_ms)
        return claim

    async def renew(self, claims: "Sequence[Claim]") -> tuple[Claim, ...]:
        """Renew the leases of `claims` and return those that were lost: their jobs belong to somebody else now."""
        arguments: list[str | int] = [self._lease_ms, keys.LEASE]
        for claim in claims:
            arguments += (claim.job_id, claim.queue, claim.token)
        kept = await self._script(keys=[keys.RUNNING], args=arguments)
        return tuple(claim for claim, renewed in zip(claims, kept, strict=True) if not renewed)
