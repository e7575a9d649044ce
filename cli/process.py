"""What the long-running commands share: the event loop, signals, and how a failure to start is told."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import NoReturn

import click
import uvloop

from cli import logs
from cli.listener import PortTaken
from rules.telling import report
from state.checks import Unsuitable
from workers.rulebook import BrokenRules, Rulebooks, open_rulebooks
from workers.settings import WorkerSettings


def run(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `main` until it ends; it is told by the event when SIGINT or SIGTERM has come.

    A port that is taken and a Redis that must not be used end the process with a line each.
    """
    logs.set_up()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_until_told(main))
    except PortTaken as taken:
        refuse((str(taken),), status=1)
    except Unsuitable as unsuitable:
        refuse(unsuitable.reasons, status=1)


def rules_or_refuse(settings: WorkerSettings) -> Rulebooks:
    """The rules; with errors in one of the folders the process ends, and shows them."""
    try:
        return open_rulebooks(settings)
    except BrokenRules as broken:
        for finding in broken.findings:
            click.echo(report.as_text(finding), err=True)
        refuse(("the rules have errors, so nothing would be evaluated: mend them first",), status=1)


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
