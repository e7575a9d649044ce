"""Waiting without getting in the way: `tests.waiting` looks 200 times a second, which shows in a bench."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], Awaitable[bool]], *, within: float, every: float = 0.25) -> None:
    """Look `every` so many seconds whether `condition` holds. Raises TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(every)
