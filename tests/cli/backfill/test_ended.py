"""Backfills that are ended anywhere and begun again, or worked on by two."""

import asyncio
import contextlib
import os
import pty
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis

from state import keys
from state.backfill import Backfills
from state.feed import Feed
from tests.cli.backfill.conversing import attached, converse
from tests.cli.inbox import Inbox
from tests.waiting import eventually

PROCESSES = Path("/proc")
COMMAND = ("backfill", "--since", "3h", "--kind", "conversation")
SAID = (("Hello", "I am a vip", "A vip, I say"), ("Just a question",), ("A bug", "And I am a vip"))


async def fill(inbox: Inbox, first: int) -> list[str]:
    """Thirty conversations, numbered from `first`; their numbers."""
    for number in range(30):
        await converse(inbox, first + number, *SAID[number % len(SAID)])
    return [str(first + number) for number in range(30)]


async def tags_of(inbox: Inbox, numbers: list[str]) -> list[set[str]]:
    """The tags of some conversations."""
    return [await inbox.names("conversation", number) for number in numbers]


async def called(inbox: Inbox) -> int:
    """How many calls came to Intercom."""
    return len(await inbox.calls())


async def tagged(inbox: Inbox) -> int:
    """How many of them put a tag on something."""
    return sum((await attached(inbox)).values())


@contextlib.asynccontextmanager
async def begun(
    inbox: Inbox, *arguments: str, stdin: int = asyncio.subprocess.DEVNULL
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command at work."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOTAGGER_", "REDIS_"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", *COMMAND, *arguments),
        env=bare | inbox.variables,
        stdin=stdin,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def is_further(
    count: Callable[[Inbox], Awaitable[int]], inbox: Inbox, before: int, process: asyncio.subprocess.Process
) -> bool:
    """Whether there is more of something than before, or the process is over."""
    return process.returncode is not None or await count(inbox) > before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda how: how.name)
async def test_ended_at_random_points_and_begun_again_it_comes_to_the_same(
    worker: Inbox, redis: Redis, how: signal.Signals
) -> None:
    rng = random.Random(int(how))
    disturbed = await fill(worker, 100)

    ended = []
    # Three times while it reads, and twice while the workers tag.
    for count in (called, called, called, tagged, tagged):
        before = await count(worker)
        async with begun(worker, "--yes") as process:
            await eventually(partial(is_further, count, worker, before, process), timeout=60)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rng.uniform(0.0, 0.2)):
                    await process.wait()
            if process.returncode is None:
                process.send_signal(how)
            ended.append(await process.wait())
        if ended[-1] == 0:
            break
    last = await worker.run(*COMMAND, "--yes")
    calls = await attached(worker)
    handled = [entry.notification_id for entry in (await Feed(redis).after())[1]]
    undisturbed = await fill(worker, 500)
    whole = await worker.run(*COMMAND, "--yes")

    assert ended[0] == (1 if how == signal.SIGINT else -how)
    assert (last.returncode, whole.returncode) == (0, 0), last.stderr + whole.stderr
    assert await tags_of(worker, disturbed) == await tags_of(worker, undisturbed)
    assert calls == Counter(
        {number: len(tags) for number, tags in zip(disturbed, await tags_of(worker, disturbed), strict=True) if tags}
    )
    assert sorted(set(handled)) == sorted(handled)
    assert await Backfills(redis).running() == {}
    assert not await redis.zcard(keys.DEAD)


async def test_two_who_begin_the_same_at_once_do_it_once(worker: Inbox, redis: Redis) -> None:
    numbers = await fill(worker, 100)

    both = await asyncio.gather(worker.run(*COMMAND, "--yes"), worker.run(*COMMAND, "--yes"))

    assert [one.returncode for one in both] == [0, 0], [one.stderr for one in both]
    assert ["30 jobs done" in one.stderr for one in both] == [True, True]
    assert set((await attached(worker)).values()) <= {1, 2}
    handled = [entry.notification_id for entry in (await Feed(redis).after())[1]]
    assert sorted(set(handled)) == sorted(handled)
    assert await tags_of(worker, numbers[:3]) == [{"vip"}, set(), {"vip", "bug"}]
    assert await Backfills(redis).running() == {}


def sleeps(pid: int) -> bool:
    """Whether a process waits for something."""
    return (PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "S"


@pytest.mark.skipif(not PROCESSES.exists(), reason="only Linux tells whether a process waits")
async def test_the_first_ctrl_c_at_the_question_is_heard(inbox: Inbox) -> None:
    await converse(inbox, 11, "I am a vip")
    person, stdin = pty.openpty()
    try:
        async with begun(inbox, stdin=stdin) as process:
            assert process.stderr is not None
            asked = await process.stderr.readuntil(b"[y/N]: ")
            # A signal between the question and the reading of the answer would be of no use to anybody.
            await eventually(partial(sleeps, process.pid), timeout=30)
            process.send_signal(signal.SIGINT)
            told = await asyncio.wait_for(process.stderr.read(), timeout=60)
            status = await process.wait()
    finally:
        os.close(person)
        os.close(stdin)

    assert asked.endswith(b"Make 1 change? [y/N]: ")
    assert b"autotagger: nothing is changed" in told
    assert status == 1
