"""A server with fixed windows and a fleet that calls it, in a time of their own that passes without waiting."""

import functools
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

from redis.asyncio import Redis

from state.budget import Budget, _Slot

FIRST_MOMENT = 1_790_000_003.3
"""When a world begins, on Redis's clock."""


@dataclass(frozen=True)
class Said:
    """The headers of one answer."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    date: float | None = None
    retry_after: float | None = None


def truth(said: Said) -> Said:
    return said


@dataclass
class FixedWindows:
    """Lets `limit` calls through in each window of `length` seconds on its own clock, `offset` ahead of Redis's.

    `speaks` turns true headers into those it sends.
    """

    limit: int
    length: float
    offset: float = 12.345
    speaks: Callable[[Said], Said] = truth
    accepted: Counter[int] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)

    def call(self, moment: float) -> tuple[bool, Said]:
        """A call that arrives at `moment` of Redis's clock."""
        now = moment + self.offset
        window = int(now // self.length)
        let_through = self.accepted[window] < self.limit
        (self.accepted if let_through else self.refused)[window] += 1
        return let_through, self.speaks(self._said(now, window))

    def _said(self, now: float, window: int) -> Said:
        return Said(
            limit=self.limit,
            remaining=self.limit - self.accepted[window],
            reset=(window + 1) * self.length,
            date=float(int(now)),
        )


@dataclass
class OneOfSeveral(FixedWindows):
    """One app's windows, in a workspace whose apps have `shared` ones besides. The headers tell of the app's own."""

    shared: FixedWindows = field(kw_only=True)

    def call(self, moment: float) -> tuple[bool, Said]:
        now = moment + self.offset
        window = int(now // self.length)
        if self.shared.accepted[window] >= self.shared.limit:
            self.shared.refused[window] += 1
            self.refused[window] += 1
            return False, self.speaks(self._said(now, window))
        let_through, said = super().call(moment)
        self.shared.accepted[window] += let_through
        return let_through, said


class World:
    """Virtual time. The scripts are the real ones in a real Redis, but read a clock that the world sets."""

    def __init__(self, redis: Redis, server: FixedWindows, *, seed: int = 1) -> None:
        self.redis = redis
        self.server = server
        self.now = FIRST_MOMENT
        self.done: list[float] = []
        self.refused: list[float] = []
        self.step = 0.0
        self._random = random.Random(seed)
        self._order = itertools.count()
        self._agenda: list[tuple[float, int, Callable[[], Awaitable[None]]]] = []

    def budget(self, **options: Any) -> Budget:
        """A budget that lives in this world."""
        budget = Budget(self.redis, clock=lambda: self.now - 1e9, **{"scope": "app", **options})
        budget._reserve = self._script("reserve")
        budget._feedback = self._script("feedback")
        return budget

    def at(self, moment: float, what: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._order), what))

    async def run(self, until: float = float("inf")) -> None:
        """Let everything happen that is to happen before `until`."""
        while self._agenda and self._agenda[0][0] <= until:
            moment, _, what = heapq.heappop(self._agenda)
            await self.set_clock(moment)
            await what()

    async def set_clock(self, moment: float) -> None:
        self.now = max(self.now, moment)
        shown = self.now + self.step
        await self.redis.set("clock", f"{int(shown)}.{int(shown % 1 * 1e6):06}")

    def delay(self) -> float:
        return self._random.uniform(0.02, 0.12)

    def _script(self, name: str) -> Any:
        text = resources.files("state").joinpath(f"{name}.lua").read_text("utf-8")
        patched = text.replace("redis.call('TIME')", "{redis.call('GET', 'clock'), 0}")
        assert patched != text
        return self.redis.register_script(patched)


class Slot:
    """One of a worker's slots: makes one call after the other until its backlog is empty."""

    def __init__(
        self,
        world: World,
        budget: Budget,
        backlog: list[int],
        *,
        share: float = 1.0,
        server: FixedWindows | None = None,
    ) -> None:
        self.world, self.budget, self.backlog, self.share = world, budget, backlog, share
        self.server = server or world.server

    async def ask(self) -> None:
        if not self.backlog:
            return
        slot = await self.budget._ask(2.0, book=True, share=self.share)
        if slot.granted:
            self.backlog.pop()
            self.world.at(self.world.now + slot.wait, functools.partial(self.leave, slot))
        else:
            self.world.at(self.world.now + max(slot.wait, 0.001), self.ask)

    async def leave(self, slot: _Slot) -> None:
        if await self.budget._is_void(slot):
            self.backlog.append(1)
            await self.ask()
        else:
            arrives = self.world.now + self.world.delay()
            self.world.at(arrives, functools.partial(self.arrive, self.world.now))

    async def arrive(self, sent: float) -> None:
        accepted, said = self.server.call(self.world.now)
        self.world.at(self.world.now + self.world.delay(), functools.partial(self.receive, sent, accepted, said))

    async def receive(self, sent: float, accepted: bool, said: Said) -> None:
        now = self.budget._clock()
        await self.budget.feedback(said, now - (self.world.now - sent), now, refused=not accepted)
        if accepted:
            self.world.done.append(self.world.now)
        else:
            self.world.refused.append(self.world.now)
            self.backlog.append(1)
        await self.ask()


def without(*names: str) -> Callable[[Said], Said]:
    """Headers that lack some."""
    return lambda said: replace(said, **dict.fromkeys(names))
