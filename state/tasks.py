"""Ending tasks that talk to Redis, for certain."""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN = 0.25


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel `tasks` until all are done, whatever they end with.

    Once is not enough: before Python 3.12 `asyncio.wait_for`, which redis-py sends with, loses a cancellation that
    comes when what it waits for has just ended.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN)
