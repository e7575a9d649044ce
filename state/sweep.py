"""Sweeps: whose turn it is to look for what was missed, and since when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from rules.language.values import Kind
from state import keys, scripts
from state.connection import FAILURES
from state.tasks import end

if TYPE_CHECKING:
    from redis.asyncio import Redis


class TurnLost(Exception):
    """The turn could not be kept: somebody else may have it now."""


class Sweeps:
    """The sweeps of one workspace. Moments are Unix seconds on Redis's clock.

    `turn` is after how many seconds another worker takes the turn of one that is gone, `failed_wait` for how many
    nobody sweeps after a sweep that failed.
    """

    def __init__(self, redis: "Redis", app_id: str, *, turn: float, failed_wait: float) -> None:
        self._redis = redis
        self._turn_key = f"{keys.SWEEP}{app_id}:turn"
        self._known_key = f"{keys.SWEEP}{app_id}"
        self._turn = turn
        self._failed_wait = failed_wait
        self._script = scripts.register(redis, "turn")

    async def now(self) -> float:
        """What time it is."""
        seconds, micros = await self._redis.time()
        return float(seconds) + float(micros) / 1e6

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Whether this worker may sweep now: of all workers one at a time may. The turn is kept as long as it takes.

        Raises:
            TurnLost: it could not be kept; what was under way is cancelled before it certainly runs out.
        """
        token, asked = uuid4().hex, asyncio.get_running_loop().time()
        if not await self._redis.set(self._turn_key, token, nx=True, px=_ms(self._turn)):
            yield False
            return
        limit = asyncio.timeout_at(asked + self._turn)
        left = 0.0
        try:
            async with limit:
                keeping = asyncio.create_task(self._keep(token, limit))
                try:
                    yield True
                finally:
                    await end([keeping])
        except Exception as error:
            if limit.expired():
                raise TurnLost("the turn could not be kept") from error
            left = self._failed_wait
            raise
        finally:
            if not limit.expired():
                await self._script(keys=[self._turn_key], args=[token, _ms(left)])

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

    async def _keep(self, token: str, limit: asyncio.Timeout) -> None:
        """Renew the turn until it is not ours any more; while Redis is away, `limit` comes nearer."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._turn / 3)
            asked = loop.time()
            try:
                kept = await self._script(keys=[self._turn_key], args=[token, _ms(self._turn)])
            except FAILURES:
                continue
            if limit.expired():
                return
            limit.reschedule(asked + self._turn if kept else asked)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
