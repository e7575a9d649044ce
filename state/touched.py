"""Touched: on which objects each rule has changed tags lately, which its limit and `autotagger undo` go by."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from facts.target import Target
from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from rules.language.values import Kind

HOUR = 3_600
"""Seconds within which the objects of a rule with a limit are counted."""

PAGE = 500


class Tripped(Exception):
    """A change would exceed the limit of rules that ask for it, or they are paused already: it is not made.

    `trips` are those that this change has paused, with how many objects an hour they may change: everybody else hears
    of them as of any pause.
    """

    def __init__(self, trips: "tuple[Share, ...]") -> None:
        super().__init__(", ".join(share.rule for share in trips))
        self.trips = trips


@dataclass(frozen=True, slots=True)
class Share:
    """One rule's part in a change. `most` are the objects that it may change within an hour; 0 without a limit."""

    rule: str
    most: int = 0

    def keys(self, app_id: str) -> list[str]:
        """What the rule has touched, and since when that counts."""
        return [key(app_id, self.rule), resumed_key(app_id, self.rule)]

    def arguments(self, app_id: str) -> list[str | int]:
        """Its name among paused rules, and its limit."""
        return [f"{app_id}:{self.rule}", self.most]


class Touched:
    """Reads what rules have touched; `state.reserve` notes it together with the slot of each change.

    About 100 bytes a rule and object, for as long as the ledger keeps what was changed. Redis's errors pass through.
    """

    def __init__(self, redis: "Redis", app_id: str) -> None:
        self._redis = redis
        self._app_id = app_id

    async def since(self, rule: str, moment: float) -> AsyncIterator[list[Target]]:
        """The objects that a rule touched from `moment` (Unix seconds of Redis's clock) on, page by page, each once.

        What is touched meanwhile comes last.
        """
        seen: set[bytes] = set()
        while True:
            named = key(self._app_id, rule)
            rows = await self._redis.zrangebyscore(named, moment, "+inf", start=0, num=PAGE, withscores=True)
            fresh = [member for member, _ in rows if member not in seen]
            if fresh:
                seen.update(fresh)
                yield [self._target(member.decode()) for member in fresh]
            if not fresh or len(rows) < PAGE:
                return
            moment = rows[-1][1]

    async def any(self, rule: str) -> bool:
        """Whether anything is known of what the rule did."""
        return bool(await self._redis.exists(key(self._app_id, rule)))

    def _target(self, member: str) -> Target:
        kind, _, object_id = member.partition(":")
        return Target(self._app_id, cast("Kind", kind), object_id)


def key(app_id: str, rule: str) -> str:
    """The objects that a rule has touched."""
    return f"{keys.TOUCHED}{app_id}:{rule}"


def resumed_key(app_id: str, rule: str) -> str:
    """Since when that counts towards its limit."""
    return f"{keys.RESUMED}{app_id}:{rule}"
