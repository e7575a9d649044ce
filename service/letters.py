"""How many dead letters there are: somebody has to look before there is no room for more."""

import asyncio
import logging
import math

from redis.asyncio import Redis

from service.metrics import Metrics
from state.connection import FAILURES
from state.dead import DeadLetters

log = logging.getLogger(__name__)

EVERY = 5.0
NEARLY = 0.8
"""The share of the dead letters that may be from which on it is told."""


class Letters:
    """Counts the dead letters every five seconds; `most` is how many there may be."""

    def __init__(self, redis: Redis, metrics: Metrics, *, most: int) -> None:
        self._letters = DeadLetters(redis)
        self._metrics = metrics
        self._most = most
        self._told = False
        metrics.dead_letters_limit.set(most)

    async def watch(self) -> None:
        """Count until cancelled."""
        while True:
            try:
                await self.look()
            except FAILURES as error:
                self._metrics.dead_letters.set(math.nan)
                log.warning("the dead letters cannot be counted: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Count once, and tell if there is hardly any room left."""
        count = await self._letters.count()
        self._metrics.dead_letters.set(count)
        nearly = count >= self._most * NEARLY
        if nearly and not self._told:
            log.error(
                "%d of %d dead letters: without room for more, jobs that cannot be done are tried again each hour; "
                "look at them (autotagger dead list), then retry or drop them",
                count,
                self._most,
            )
        self._told = nearly
