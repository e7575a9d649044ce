"""By which name a tag is being put on something or taken off, as long as nobody knows what came of it."""

from typing import TYPE_CHECKING, Final

from facts.target import Target
from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

_KEPT: Final = 30 * 86_400
"""Seconds: as long as a job's bytes."""


class Attempts:
    """A call that tags by name makes a tag where the name is out of date: whoever comes next has to know that name.

    Redis's errors pass through.
    """

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def name(self, target: Target, tag_id: str) -> str | None:
        """The name of an attempt that nobody has come back from; None if there is none."""
        found = await self._redis.get(key(target, tag_id))
        return None if found is None else str(found.decode())

    async def begin(self, target: Target, tag_id: str, name: str) -> None:
        """The call is about to be made."""
        await self._redis.set(key(target, tag_id), name, ex=_KEPT)

    async def end(self, target: Target, tag_id: str) -> None:
        """What came of it is known, and what was wrong is undone."""
        await self._redis.delete(key(target, tag_id))


def key(target: Target, tag_id: str) -> str:
    """The place of one attempt."""
    return f"{keys.ATTEMPT}{target.app_id}:{target.kind}:{target.id}:{tag_id}"
