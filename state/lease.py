"""Leases: a worker's hold on its jobs, short and renewed while they run."""

from typing import TYPE_CHECKING

from state import keys, scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis

    from state.claim import Claim


class Leases:
    """Renews leases. `lease` is in seconds from the moment Redis renews it."""

    def __init__(self, redis: "Redis", *, lease: float) -> None:
        self._script = scripts.register(redis, "renew")
        self._lease_ms = round(lease * 1000)

    async def renew(self, claims: "Sequence[Claim]") -> tuple["Claim", ...]:
        """Renew the leases of `claims` and return those that were lost: their jobs belong to somebody else now."""
        arguments: list[str | int] = [self._lease_ms, keys.LEASE]
        for claim in claims:
            arguments += (claim.job_id, claim.queue, claim.token)
        kept = await self._script(keys=[keys.RUNNING], args=arguments)
        return tuple(claim for claim, renewed in zip(claims, kept, strict=True) if not renewed)
