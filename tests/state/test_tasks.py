"""A task that loses a cancellation is ended all the same."""

import asyncio
from contextlib import suppress

from state.tasks import end


async def test_a_task_that_swallows_a_cancellation_ends() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        swallowed += 1
        await asyncio.Event().wait()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)

    await end([task])

    assert task.cancelled()
    assert swallowed == 1


async def test_what_a_task_ends_with_is_its_own_business() -> None:
    async def failing() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ZeroDivisionError

    task = asyncio.create_task(failing())
    await asyncio.sleep(0)

    await end([task])

    assert isinstance(task.exception(), ZeroDivisionError)


async def test_no_tasks_are_no_wait() -> None:
    await end([])
