"""What the long-running commands share: the event loop, signals, and how a failure to start is told."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import NoReturn

import click
import uvloop
from prometheus_client import disable_created_metrics

from cli import logs
from cli.listener import PortTaken
from cli.settings import log_format
from rules.telling import report
from state.checks import Unsuitable
from workers.rulebook import Rulebooks, open_rulebooks, unevaluated
from workers.settings import WorkerSettings


def run(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `main` until it ends; it is told by the event when SIGINT or SIGTERM has come.

    A port that is taken and a Redis that must not be used end the process with a line each.
    """
    logs.set_up(log_format(os.environ))
    # When each counter began, as a metric of its own beside each: twice as many series, and Prometheus notices resets.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_until_told(main))
    except PortTaken as taken:
        refuse((str(taken),), status=1)
    except Unsuitable as unsuitable:
        refuse(unsuitable.reasons, status=1)


def rules_to_work_by(settings: WorkerSettings) -> Rulebooks:
    """The rules of every workspace. Errors are shown and keep nobody from starting: what comes meanwhile is kept."""
    rulebooks = open_rulebooks(settings)
    for app_id in unevaluated(rulebooks):
        rejected = rulebooks[app_id].state.rejected
        for finding in rejected.findings if rejected else ():
            click.echo(report.as_text(finding), err=True)
        what = "have errors" if rejected else "are just being changed"
        click.echo(
            f"autotagger: the rules of workspace {app_id} {what}: "
            "its webhooks are kept, and nothing of it is evaluated until they are mended",
            err=True,
        )
    return rulebooks


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
