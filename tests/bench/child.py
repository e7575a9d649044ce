"""Processes of a bench: each answers questions, one line of JSON each way, and ends with the process that began it."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import uvloop

Answerer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

_LONGEST_LINE = 16 * 1024 * 1024
_ENDED_WITHIN = 10.0


class Ended(Exception):
    """The child ended instead of answering; what it complained of is on standard error."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running child."""

    module: str
    process: asyncio.subprocess.Process

    async def ask(self, **question: Any) -> dict[str, Any]:
        """Its answer.

        Raises:
            Ended: there is none, and there will be none.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        answer = await self.process.stdout.readline()
        if not answer:
            raise Ended(f"{self.module} ended while it was asked {question}")
        return dict(json.loads(answer))


@contextlib.asynccontextmanager
async def child(module: str, *arguments: str | float) -> AsyncIterator[Child]:
    """Run `python -m tests.bench.MODULE ARGUMENTS`; it is told to end by the end of its standard input."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    try:
        yield Child(module, process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(_ENDED_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def run(main: Awaitable[None]) -> None:
    """The child's side: run `main` on the loop that production runs on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_awaited(main))


async def answer(answerer: Answerer) -> None:
    """The child's side: answer questions until the parent has no more."""
    questions = asyncio.StreamReader(limit=_LONGEST_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(questions), sys.stdin)
    async for line in questions:
        found = await answerer(json.loads(line))
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


@contextlib.contextmanager
def ending_with_us(pid: int) -> Iterator[None]:
    """Have a process that knows nothing of its parent killed when this one ends, by SIGKILL too."""
    # However this process ends, the pipe that the watchdog reads is closed then.
    with subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill -KILL "$0"', str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"PATH": os.defpath},
    ) as watchdog:
        try:
            yield
        finally:
            watchdog.kill()


async def _awaited(main: Awaitable[None]) -> None:
    await main
