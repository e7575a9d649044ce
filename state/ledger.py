"""The ledger: what this service did to the tags of each object. For tickets it is the only memory there is.

Intercom tells the tags of a ticket in no version: https://developers.intercom.com/docs/references/2.10/rest-api/tickets
"""

from typing import TYPE_CHECKING, Literal

import msgspec

from facts.target import Target
from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

_DAY = 86_400


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last thing that was done with one tag on one object: it was added or removed, when, and why.

    `tag` is spelt as in `tags.yaml`. `at` is when Intercom answered, in Unix seconds; `created_at` and
    `notification_id` are the event's, `rules` and `rule_set` those that asked for it. New fields get a default, so that
    old and new versions read each other's entries.
    """

    tag: str
    action: Literal["add", "remove"]
    at: float
    created_at: int
    notification_id: str
    rules: tuple[str, ...]
    rule_set: str


class Ledger:
    """One hash for each object, an entry for each tag by its id, kept for `days` after the last change.

    Redis's errors pass through.
    """

    def __init__(self, redis: "Redis", *, days: int = 90) -> None:
        self._redis = redis
        self._days = days

    async def record(self, target: Target, tag_id: str, entry: Entry) -> None:
        """Note what was done, in place of what was done before."""
        async with self._redis.pipeline() as pipe:
            pipe.hset(_key(target), mapping={tag_id: _encoder.encode(entry)})
            pipe.expire(_key(target), self._days * _DAY)
            await pipe.execute()

    async def entries(self, target: Target) -> dict[str, Entry]:
        """All that is known of an object, by the tags' ids."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(_key(target))
            [found] = await pipe.execute()
        return {tag_id.decode(): _decoder.decode(entry) for tag_id, entry in found.items()}


def _key(target: Target) -> str:
    return f"{keys.LEDGER}{target.app_id}:{target.kind}:{target.id}"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Entry)
