"""The house in processes: simulator, receiver and worker, each its own `autotagger` command on a real port."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from state.settings import RedisSettings

STARTED_WITHIN = 30.0
ENDED_WITHIN = 30.0

_URL = re.compile(r"http://\S+")


class NotStarted(Exception):
    """A process ended, or said nothing, instead of listening; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running command. `urls` are those of its first line, in its order."""

    name: str
    urls: tuple[str, ...]
    process: asyncio.subprocess.Process
    said: asyncio.Task[list[str]]

    async def check(self) -> None:
        """Raise NotStarted with its last words if it has ended by itself."""
        if self.process.returncode is not None:
            raise NotStarted("\n".join([f"autotagger {self.name} has ended:", *await self.said]))


@contextlib.asynccontextmanager
async def running(name: str, *arguments: str, variables: Mapping[str, str]) -> AsyncIterator[Program]:
    """Run `autotagger NAME ARGUMENTS` with no settings but `variables`, from its first line on until SIGTERM ends it.

    Raises:
        NotStarted: it has not said within 30 s where it listens.
    """
    command = (sys.executable, "-m", "cli.main", name, *arguments)
    environment = _bare_environment() | {"AUTOTAGGER_LOG_FORMAT": "text"} | dict(variables)
    async with started(name, command, environment) as program:
        yield program


@contextlib.asynccontextmanager
async def started(name: str, command: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[Program]:
    """Run a `command` that is `autotagger NAME` by any way, as `running` does."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    said = asyncio.create_task(_collect(process))
    try:
        yield Program(name, await _first_urls(name, process, said), process, said)
    finally:
        await _end(process)
        await said


def redis_url(settings: RedisSettings) -> str:
    """`settings` for a child process; of an embedded or local Redis, which has no password."""
    if settings.unix_socket is not None:
        return f"unix://{settings.unix_socket}?db={settings.database}"
    return f"redis://{settings.host}:{settings.port}/{settings.database}"


def examples() -> Path:
    """The rule set that comes with the project."""
    return Path(__file__).parent.parent / "rules" / "examples"


def _bare_environment() -> dict[str, str]:
    """This process's environment without its settings, so that a demo never talks to anybody's real workspace."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith("AUTOTAGGER_") and name != "REDIS_URL"
    }


async def _first_urls(name: str, process: asyncio.subprocess.Process, said: asyncio.Task[list[str]]) -> tuple[str, ...]:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    try:
        async with asyncio.timeout(STARTED_WITHIN):
            line = (await process.stdout.readline()).decode(errors="replace")
    except TimeoutError:
        line = ""
    urls = tuple(_URL.findall(line.replace(",", " ")))
    if not urls:
        await _end(process)
        raise NotStarted("\n".join([f"autotagger {name} did not start:", line, *await said]).strip())
    return urls


async def _collect(process: asyncio.subprocess.Process) -> list[str]:
    """Read what it logs, so that it never waits for a reader; the last lines are kept."""
    assert process.stderr is not None  # noqa: S101 - a pipe was asked for
    lines: list[str] = []
    async for line in process.stderr:
        lines = [*lines[-50:], line.decode(errors="replace").rstrip()]
    return lines


async def _end(process: asyncio.subprocess.Process) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(how)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ENDED_WITHIN):
                await process.wait()
                return
