"""A command that needs Redis and nothing else."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from redis.asyncio import Redis

from cli import process
from cli.settings import SettingsError, redis_settings
from state.checks import not_admitted
from state.connection import FAILURES, NotAdmitted, for_work

T = TypeVar("T")


def run(work: Callable[[Redis], Awaitable[T]]) -> T:
    """What `work` brings, with the Redis that the environment names.

    Ends the process with a line a reason: with 2 for settings that are wrong or missing, with 1 where Redis does not
    do it.
    """
    try:
        settings = redis_settings(os.environ)
    except SettingsError as error:
        process.refuse(error.mistakes)
    if settings is None:
        process.refuse(("REDIS_URL is missing: which Redis?",))

    async def connected() -> T:
        async with for_work(settings, connections=2) as redis:
            return await work(redis)

    try:
        return asyncio.run(connected())
    except FAILURES as error:
        process.refuse((failed(error),), status=1)


def failed(error: Exception) -> str:
    """What a command says when Redis does not do it."""
    if isinstance(error, NotAdmitted):
        return not_admitted(error)
    return f"Redis did not do it: {str(error) or type(error).__name__}"


async def whole(work: Coroutine[Any, Any, T], then: Callable[[T], object]) -> None:
    """Give what `work` brings to `then`. Ctrl-C comes in between only when that is done; a second one does not wait."""
    under_way = asyncio.create_task(work)
    try:
        await asyncio.shield(under_way)
    finally:
        then(await under_way)
