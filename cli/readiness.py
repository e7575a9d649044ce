"""Whether a process may work with its Redis: asked until Redis answers, then known."""

import asyncio
import logging
from typing import TYPE_CHECKING

from state import checks
from state.connection import FAILURES

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds between questions to a Redis that is away."""


async def trusted(redis: "Redis") -> None:
    """Return when `redis` has answered and can be trusted with jobs, with its warnings in the log.

    Raises:
        Unsuitable: it must not be used.
    """
    while True:
        try:
            warnings = await checks.check(redis)
        except FAILURES as error:
            log.warning("Redis cannot be reached yet (%s: %s)", type(error).__name__, error)
            await asyncio.sleep(AGAIN)
            continue
        for warning in warnings:
            log.warning("%s", warning)
        return
