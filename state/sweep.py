"""Sweeps: whose turn it is to look for what was missed, and since when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from rules.language.values import Kind
from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

TURN = 30.0
"""Seconds after which another worker takes the turn of one that is gone."""


class TurnLost(Exception):
    """Somebody else has the turn now."""


class Sweeps:
    """The sweeps of one workspace. Moments are Unix seconds on Redis's clock."""

    def __init__(self, redis: "Redis", app_id: str, *, turn: float = TURN) -> None:
        self._redis = redis
        self._turn_key = f"{keys.SWEEP}{app_id}:turn"
        self._known_key = f"{keys.SWEEP}{app_id}"
        self._turn_ms = round(turn * 1000)

    async def now(self) -> float:
        """What time it is."""
        seconds, micros = await self._redis.time()
        return float(seconds) + float(micros) / 1e6

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Whether this worker may sweep now: of all workers one at a time may. The turn is kept as long as it takes.

        Raises:
            TurnLost: in place of the cancellation when the turn could not be kept.
        """
        token = uuid4().hex
        if not await self._redis.set(self._turn_key, token, nx=True, px=self._turn_ms):
            yield False
            return
        lost = asyncio.Event()
        keeping = asyncio.create_task(self._keep(token, lost, asyncio.current_task()))
        try:
            yield True
        except asyncio.CancelledError:
            if lost.is_set():
                raise TurnLost from None
            raise
        finally:
            keeping.cancel()
            if await self._redis.get(self._turn_key) == token.encode():
                await self._redis.delete(self._turn_key)

    async def known(self) -> dict[str, str]:
        """What is kept of earlier sweeps."""
        found = await self._redis.hgetall(self._known_key)  # type: ignore[misc]  # redis-py types two clients as one
        return {name.decode(): value.decode() for name, value in found.items()}

    async def begun(self, kind: Kind, run: str, began: int) -> None:
        """A sweep of one kind is under way as backfill `run`, begun at `began`."""
        await self._redis.hset(self._known_key, mapping={f"{kind}:run": run, f"{kind}:began": began})  # type: ignore[misc]

    async def over(self, kind: Kind, began: int) -> None:
        """It has come to its end: the next one looks at what came since `began`."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._known_key, f"{kind}:swept", str(began))
            pipe.hdel(self._known_key, f"{kind}:run", f"{kind}:began")
            await pipe.execute()

    async def _keep(self, token: str, lost: asyncio.Event, sweeping: "asyncio.Task[object] | None") -> None:
        while True:
            await asyncio.sleep(self._turn_ms / 3000)
            if await self._redis.get(self._turn_key) != token.encode():
                lost.set()
                if sweeping is not None:
                    sweeping.cancel()
                return
            await self._redis.pexpire(self._turn_key, self._turn_ms)
