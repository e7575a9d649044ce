"""What people had done: each action of an operator, by whom and when, in a bounded stream. No customer words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import Pipeline

LENGTH = 10_000
"""About how many actions are kept."""


@dataclass(frozen=True, slots=True)
class Action:
    """Somebody did something, or was about to: it is noted before it is done.

    `action` is a short stable word for it, such as `dead retry`; `what` says to what, for people. `app_id` is empty for
    what is about all workspaces.
    """

    by: str
    action: str
    what: str
    app_id: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """An action, and when, by Redis's clock."""

    at: datetime
    action: Action


class Actions:
    """The actions of operators. Redis's errors pass through."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def note(self, action: Action) -> None:
        """Keep it; the oldest ones go."""
        async with self._redis.pipeline(transaction=False) as pipe:
            add(pipe, action)
            await pipe.execute()

    async def newest(self, most: int, *, since: float | None = None) -> tuple[Noted, ...]:
        """Up to `most` of them, the newest first; with `since` (Unix seconds) none that is older."""
        oldest = "-" if since is None else str(round(since * 1000))
        rows = await self._redis.xrevrange(keys.ACTIONS, "+", oldest, count=most)
        return tuple(_noted(position.decode(), fields) for position, fields in rows)


def add(pipe: "Pipeline", action: Action) -> None:
    """Note an action together with what else is in `pipe`."""
    fields = {"by": action.by, "action": action.action, "what": action.what, "app_id": action.app_id}
    pipe.xadd(keys.ACTIONS, fields, maxlen=LENGTH, approximate=True)  # type: ignore[arg-type]


def _noted(position: str, fields: dict[bytes, bytes]) -> Noted:
    def text(name: str) -> str:
        return fields.get(name.encode(), b"").decode("utf-8", "replace")

    at = datetime.fromtimestamp(int(position.partition("-")[0]) / 1000, tz=UTC)
    return Noted(at, Action(text("by"), text("action"), text("what"), text("app_id")))
