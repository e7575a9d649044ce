"""The apps that work for a workspace: each has a rate budget of its own, by a name that settings give it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from state.budget import Budget, Snapshot

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Allowance(NamedTuple):
    """At most `limit` calls in a window of `window` seconds, for the app of that name, '' where there is but one."""

    limit: int
    window: float
    app: str = ""


def scope(app_id: str, app: str) -> str:
    """The name of the rate budget of an app in a workspace."""
    return f"{app_id}:{app}" if app else app_id


async def fullest(redis: "Redis", app_id: str, allowed: Iterable[Allowance]) -> tuple[Snapshot, Allowance] | None:
    """The budget of which the greatest part is used, of those of a workspace's apps; None without any app."""
    found = [
        (await Budget(redis, scope=scope(app_id, one.app), limit=one.limit, window=one.window).snapshot(), one)
        for one in sorted(set(allowed))
        if one.limit
    ]
    return max(found, key=lambda pair: (pair[0].blocked, pair[0].used / pair[0].limit), default=None)
