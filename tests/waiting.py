"""Waiting for a condition instead of sleeping: poll with a deadline, and tell the last value when it passes."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")

EVERY = 0.005


@overload
async def eventually(condition: Callable[[], Awaitable[T]], timeout: float = 5) -> T: ...
@overload
async def eventually(condition: Callable[[], T], timeout: float = 5) -> T: ...
async def eventually(condition: Callable[[], T | Awaitable[T]], timeout: float = 5) -> T:
    """The first true value of `condition`, a function or a coroutine function; fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        result: T = await value if inspect.isawaitable(value) else value
        if result:
            return result
        _check(deadline, timeout, result)
        await asyncio.sleep(EVERY)


def eventually_sync(condition: Callable[[], T], timeout: float = 5) -> T:
    """`eventually` where no loop runs."""
    deadline = time.monotonic() + timeout
    while not (result := condition()):
        _check(deadline, timeout, result)
        time.sleep(EVERY)
    return result


def _check(deadline: float, timeout: float, last: object) -> None:
    if time.monotonic() > deadline:
        raise AssertionError(f"not within {timeout} s; the last value was {last!r}")
