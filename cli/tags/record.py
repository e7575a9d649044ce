"""What autotagger itself did to the tags of one object, as the decision feed remembers it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from redis.asyncio import Redis

from cli.target import Named
from state.feed import Entry, Feed


@dataclass(frozen=True, slots=True)
class Done:
    """One change that was made."""

    action: str
    tag: str
    at: datetime
    rules: tuple[str, ...]


async def record(redis: Redis, app_id: str, target: Named) -> tuple[Done, ...]:
    """The changes to the tags of `target` that are still in the feed, the oldest first."""
    return tuple(
        [
            Done(step.action, step.tag, datetime.fromtimestamp(entry.done_at, UTC), step.rules)
            async for entry in _entries(redis)
            if entry.app_id == app_id and entry.target == str(target)
            for step in entry.steps
            if step.kind == target.kind and step.outcome == "made"
        ]
    )


def left(changes: tuple[Done, ...]) -> tuple[Done, ...]:
    """The additions that nothing has taken back since."""
    last = {change.tag: change for change in changes}
    return tuple(change for change in last.values() if change.action == "add")


async def _entries(redis: Redis) -> AsyncIterator[Entry]:
    feed, position, entries = Feed(redis), "0-0", None
    while entries != ():
        position, entries = await feed.after(position)
        for entry in entries:
            yield entry
