"""The rate budget: one count of calls for the whole fleet, in step with the server's own windows.

Two limits hold at a time: an app's, and the one that all apps of a workspace share.

Intercom counts calls in fixed windows and says in each answer how many are left and when the window ends. Here every
call books its slot before it leaves, so the windows are filled and not overrun, however many processes there are.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from state import keys, scripts
from state.lock import Lost
from state.touched import Tripped

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from state.lock import Intent

BACKFILL_SHARE = 0.75
"""The part of a window that backfills may fill. The rest is always free for a live event."""

_LOST, _TRIPPED = -1, -2
_IDLE_MS = 3_600_000
_WIDEST_GUARD = 0.25


class Limits(Protocol):
    """What an answer's headers say; None for what they leave out."""

    @property
    def limit(self) -> int | None:
        """Calls a window, or a minute: one above the configured limit is taken to mean the minute."""

    @property
    def remaining(self) -> int | None:
        """Calls left of `limit`."""

    @property
    def reset(self) -> float | None:
        """When the window ends, in Unix seconds on the server's clock."""

    @property
    def date(self) -> float | None:
        """When the answer was made, in Unix seconds on the server's clock, give or take two."""

    @property
    def retry_after(self) -> float | None:
        """Seconds to stay away."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A slot for one call, or the news that there is none soon enough.

    Granted: let the call leave `wait` seconds from now, and not after `until` (`time.monotonic()`), when it might fall
    into the next window: reserve again then. A slot that is not used is lost, and free again in the next window.
    Refused: nothing is booked, and asking again makes sense in `wait` seconds.
    """

    granted: bool
    wait: float
    until: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The budget as it stands.

    `used` of `limit` calls are booked in the current window; others made `others` in the last one. `blocked` is in
    seconds. `aligned` says that the server's windows are known; until then calls are paced and `used` is 0.
    """

    limit: int
    used: int
    others: int
    blocked: float
    aligned: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """The budget that the apps of one workspace share: its `app_id`, and the most calls of all of them in a window."""

    app_id: str
    limit: int


class Budget:
    """The calls that one scope (an app in a workspace) may make, shared by everybody who names the same scope.

    `limit` is the most calls in a window of `window` seconds, and what the server says lowers it but never raises it.
    A call also takes a place in what is `shared` with other apps, if anything is, and leaves when there is one in both.
    `guard` is how long a call may take to reach the server, in seconds; calls that could arrive after the end of a
    window wait for the next. Only Redis's clock and the caller's monotonic one are read. After a loss of Redis's data
    it starts again with a trickle. Redis's errors pass through.
    """

    def __init__(
        self,
        redis: "Redis",
        *,
        scope: str,
        limit: int,
        window: float = 10.0,
        shared: Shared | None = None,
        guard: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        guard = min(_WIDEST_GUARD, window / 8) if guard is None else guard
        self._redis = redis
        self._keys = [f"{keys.BUDGET}{scope}", f"{keys.WORKSPACE_BUDGET}{shared.app_id if shared else scope}"]
        self._shared = shared.limit if shared else 0
        self._limit, self._window = limit, window
        self._guard = guard
        self._server = (limit, window, guard)
        self._glance: _Glance | None = None
        self._clock = clock
        self._reserve = scripts.register(redis, "reserve")
        self._feedback = scripts.register(redis, "feedback")

    async def reserve(self, max_wait: float) -> Reservation:
        """Book the next slot if it is at most `max_wait` seconds away. Does not wait for it."""
        slot = await self._ask(max_wait, book=True)
        return Reservation(slot.granted, slot.wait, slot.until)

    async def take(self, max_wait: float, *, share: float = 1.0, intent: "Intent | None" = None) -> Reservation:
        """Book the next slot and wait for it: once granted, the call may leave at once.

        Unlike `reserve` it notices when the fleet is blocked in the meantime. Takes about `max_wait` seconds at most.
        With a smaller `share` only that part of a window is filled, so that others always find room in the rest.
        With an `intent` the change is written down in the same call that books the slot.

        Raises:
            Lost: the lock that the `intent` needs is no longer held; nothing is booked or written.
            Tripped: the `intent` would exceed the limit of a rule; nothing is booked or written.
        """
        deadline = self._clock() + max_wait
        while True:
            left = max(deadline - self._clock(), 0.0)
            slot = await self._ask(left, book=True, share=share, intent=intent)
            if slot.wait > left:
                return Reservation(slot.granted, slot.wait, slot.until)
            await asyncio.sleep(slot.wait)
            usable = slot.granted and not (slot.wait and await self._is_void(slot))
            # Last of all: Redis's answers may have taken their time, and this process may have stood still.
            if usable and self._clock() < slot.until:
                return Reservation(granted=True, wait=0.0, until=slot.until)

    async def next_slot(self) -> float:
        """How far away the next slot is, in seconds; books nothing."""
        return (await self._ask(0, book=False)).wait

    async def feedback(self, limits: Limits, sent_at: float, received_at: float, *, refused: bool) -> float:
        """Learn from an answer that was made between two moments of this process's monotonic clock.

        `refused` says that it was a 429. Returns for how many seconds the whole fleet is blocked now.
        """
        glance = self._glance or (await self._ask(0, book=False)).glance
        arguments = (
            *self._server,
            # What was sent after the glance returned was sent after Redis saw it; likewise the other way round.
            glance.now + (sent_at - glance.returned),
            glance.now + (received_at - glance.asked),
            int(refused),
            random.random(),  # noqa: S311 - spreads fleets, hides nothing
            _IDLE_MS,
            self._shared,
        )
        said = (limits.limit, limits.remaining, limits.reset, limits.date, limits.retry_after)
        answer = await self._feedback(self._keys, (*arguments, *("" if value is None else value for value in said)))
        return float(answer)

    async def snapshot(self) -> Snapshot:
        """What metrics show."""
        slot = await self._ask(0, book=False)
        names = ["limit", "others", "start", "booked", "paced"]
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hmget(self._keys[0], names)
            [values] = await pipe.execute()
        state = {name: float(value) for name, value in zip(names, values, strict=True) if value}
        limit = int(min(state.get("limit", self._limit), self._limit))
        return Snapshot(
            limit=limit,
            used=_used(slot.glance.now, self._window, limit, state),
            others=int(state.get("others", 0)),
            blocked=max(slot.blocked - slot.glance.now, 0.0),
            aligned="booked" in state and "paced" not in state,
        )

    async def _is_void(self, slot: "_Slot") -> bool:
        """Whether a 429 came after booking. A block that ends where the slot's own window begins is the older news."""
        return (await self._ask(0, book=False)).blocked > slot.at + self._guard

    async def _ask(self, longest: float, *, book: bool, share: float = 1.0, intent: "Intent | None" = None) -> "_Slot":
        asked = self._clock()
        named = [*self._keys, *(intent.keys if intent else ())]
        arguments = (
            *self._server,
            longest,
            int(book),
            _IDLE_MS,
            share,
            self._shared,
            *(intent.arguments if intent else ()),
        )
        answer = await self._reserve(named, arguments)
        if answer[0] == _LOST:
            raise Lost
        if answer[0] == _TRIPPED:
            tripped = {int(place) for place in answer[5:]}
            shares = intent.shares if intent else ()
            raise Tripped(tuple(share for place, share in enumerate(shares) if place in tripped))
        granted, (now, at, until, blocked) = bool(answer[0]), map(float, answer[1:])
        self._glance = _Glance(now, asked, self._clock())
        return _Slot(granted, at - now, asked + until - now, at, blocked, self._glance)


class _Glance(NamedTuple):
    """Redis's clock showed `now` between two moments of this process's."""

    now: float
    asked: float
    returned: float


class _Slot(NamedTuple):
    """A reservation, and what it was on Redis's clock: `at` it begins, until `blocked` nothing leaves."""

    granted: bool
    wait: float
    until: float
    at: float
    blocked: float
    glance: _Glance


def _used(now: float, window: float, limit: int, state: dict[str, float]) -> int:
    start = state.get("start", 0.0)
    if "paced" in state or now >= start + window:
        return 0
    # Bookings that have gone on to the next window: this one takes no more.
    return limit if start > now else min(int(state["booked"]), limit)
