"""Objects that are gone: deleted, or merged into another. What comes of them later is not handled, and leaves nothing.

Intercom tells of a conversation, contact or company that was deleted, not of a ticket:
https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

from facts.target import Target
from state import keys
from state.enqueue import SEEN_TTL

if TYPE_CHECKING:
    from redis.asyncio import Redis

How = Literal["deleted", "merged"]

TTL = SEEN_TTL
"""As long as a notification that was held up may still be taken."""


@dataclass(frozen=True, slots=True)
class Gone:
    """How an object has gone, and when that happened (Unix seconds, Intercom's clock)."""

    how: How
    at: int

    def encode(self) -> str:
        """As the mark holds it."""
        return f"{self.how} {self.at}"


def key(target: Target) -> str:
    """The mark of a target. It holds a digest: of what was deleted not even the id is kept."""
    named = f"{target.app_id}:{target.kind}:{target.id}".encode()
    return f"{keys.GONE}{target.app_id}:{blake2b(named, digest_size=16).hexdigest()}"


async def read(redis: "Redis", target: Target) -> Gone | None:
    """How an object has gone; None if nobody has told, or not lately."""
    found = await redis.get(key(target))
    if found is None:
        return None
    how, _, at = found.decode().partition(" ")
    return Gone("merged" if how == "merged" else "deleted", int(at or 0))
