"""How full Redis is: a full one takes no more jobs, and cannot hand out those it has either."""

import asyncio
import logging

from redis.asyncio import Redis

from state.checks import NEARLY_FULL
from state.connection import FAILURES

log = logging.getLogger(__name__)

EVERY = 0.25
"""Seconds between looks: at the most that Intercom sends, less than 4 MB come in between."""


class Fullness:
    """Looks at Redis's memory four times a second. While nobody knows, there is room."""

    def __init__(self, redis: Redis, *, nearly: float = NEARLY_FULL) -> None:
        self._redis = redis
        self._nearly = nearly
        self.full = False

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - a watch that ends while Redis is full would refuse for ever
                self.full = False
                if not isinstance(error, FAILURES):
                    log.warning("Redis's memory cannot be read: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Look once."""
        memory = await self._redis.info("memory")
        limit = int(memory.get("maxmemory", 0))
        full = limit > 0 and int(memory["used_memory"]) >= limit * self._nearly
        if full and not self.full:
            log.error("Redis is nearly full (%s of %s bytes): webhooks are refused", memory["used_memory"], limit)
        self.full = full
