"""Which tag of a workspace a name of the rules means, for good: a tag that is renamed in Intercom keeps its id."""

from typing import TYPE_CHECKING

from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis


class TagIds:
    """The ids of one workspace's tags, by the folded names under which the rules know them.

    Nothing is ever forgotten; an id is replaced when its tag is gone and another has the name. Redis's errors pass
    through.
    """

    def __init__(self, redis: "Redis", app_id: str) -> None:
        self._redis = redis
        self._key = f"{keys.TAG_IDS}{app_id}"

    async def known(self) -> dict[str, str]:
        """All ids by name."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(self._key)
            [found] = await pipe.execute()
        return {name.decode(): tag_id.decode() for name, tag_id in found.items()}

    async def keep(self, name: str, tag_id: str) -> None:
        """From now on, this name means this tag."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(self._key, name, tag_id)
            await pipe.execute()
