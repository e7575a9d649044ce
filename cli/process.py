"""What the long-running commands share: the event loop, signals, and how a failure to start is told."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import NoReturn

import click
import uvloop

from cli import logs


def run(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `main` until it ends; it is told by the event when SIGINT or SIGTERM has come."""
    logs.set_up()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_told(main))


async def _until_told(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await main(told)


def refuse(reasons: tuple[str, ...], *, status: int = 2) -> NoReturn:
    """End the process before it has begun, one line a reason."""
    for reason in reasons:
        click.echo(f"autotagger: {reason}", err=True)
    raise SystemExit(status)
