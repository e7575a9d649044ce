"""One command at work in a workspace: which one is meant, and calls to it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

import click
from redis.asyncio import Redis

from cli import process, refusal, store
from cli.caller import Calls, NoBudget, NoSlot, calling
from cli.settings import SettingsError, worker_settings
from state.actions import Action, Actions
from state.connection import FAILURES, for_work
from workers.intercom.errors import IntercomError
from workers.settings import WorkerSettings, Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with, and who gives it."""

    workspace: Workspace
    caller: Calls
    redis: Redis
    ledger_days: int
    by: str = ""

    async def note(self, action: str, what: str) -> None:
        """Keep who is about to do what."""
        await Actions(self.redis).note(Action(self.by, action, what, self.workspace.app_id))


def run(app_id: str | None, work: Callable[[Session], Awaitable[T]], *, linked: str | None = None, by: str = "") -> T:
    """What `work` brings, in the workspace `app_id`, or the one that a link tells, or the only one. `by` gives it.

    Ends the process with a line a reason: with 2 for settings and workspaces that are wrong, with 1 where Intercom
    or Redis does not do it.
    """
    settings, workspace = chosen(app_id, linked)
    try:
        return asyncio.run(_work(settings, workspace, work, by))
    except IntercomError as error:
        process.refuse(refusal.told(error), status=1)
    except (NoSlot, NoBudget) as error:
        process.refuse((str(error),), status=1)
    except FAILURES as error:
        process.refuse((store.failed(error),), status=1)


def chosen(app_id: str | None, linked: str | None = None) -> tuple[WorkerSettings, Workspace]:
    """The settings, and the workspace `app_id`, or the one that a link tells, or the only one.

    Ends the process with 2 for settings and workspaces that are wrong.
    """
    try:
        settings = worker_settings(os.environ)
    except SettingsError as error:
        process.refuse(error.mistakes)
    return settings, _chosen(settings.workspaces, app_id, linked)


def refuse(*reasons: str) -> NoReturn:
    """End the command: something is wrong, and it is not the call."""
    process.refuse(reasons, status=1)


def say(sentence: str) -> None:
    """Tell people something that is no result."""
    click.echo(f"autotagger: {sentence}", err=True)


async def _work(settings: WorkerSettings, workspace: Workspace, work: Callable[[Session], Awaitable[T]], by: str) -> T:
    async with (
        for_work(settings.redis, connections=2) as redis,
        calling(workspace, redis, call_timeout=settings.call_timeout, say=say) as caller,
    ):
        return await work(Session(workspace, caller, redis, settings.ledger_days, by))


def _chosen(workspaces: tuple[Workspace, ...], app_id: str | None, linked: str | None) -> Workspace:
    there = {workspace.app_id: workspace for workspace in workspaces}
    names = ", ".join(there)
    if app_id and linked and app_id != linked:
        process.refuse((f"the link is of workspace {linked}, and --workspace says {app_id}",))
    wanted = app_id or linked
    if wanted is None and len(there) > 1:
        process.refuse((f"--workspace is missing: which of {names}?",))
    if wanted is not None and wanted not in there:
        process.refuse((f"there is no workspace {wanted} in the settings; there is {names}",))
    return there[wanted] if wanted is not None else workspaces[0]
