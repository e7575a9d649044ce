"""`autotagger dead`: look at what could not be done, have it tried again, or drop it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from redis.asyncio import Redis

from cli.fleet import redis_url
from facts import item
from state import keys
from state.dead import DeadLetters
from state.job import Job
from tests.cli.inbox import Inbox
from tests.proxy import Proxy
from tests.redis_server import RedisServer
from tests.state.letters import bury
from tests.waiting import eventually


@pytest.fixture
def commands(redis_server: RedisServer) -> Inbox:
    """Commands with nothing but a Redis."""
    return Inbox(None, None, {"REDIS_URL": redis_url(redis_server.settings)})  # type: ignore[arg-type]


def job(notification_id: str) -> Job:
    document = {
        "type": "conversation",
        "id": "215470000112233",
        "state": "open",
        "source": {"body": "<p>my secret words</p>", "author": {"name": "Ada", "email": "ada@example.com"}},
        "custom_attributes": {"Phone of Ada": 5551234},
        "waiting_since": 1_700_000_000,
        "Odd Key": "of Ada",
    }
    return Job(
        app_id="here",
        notification_id=notification_id,
        topic="conversation.user.created",
        kind="conversation",
        target_id="7",
        created_at=1_700_000_000,
        received_at=1_700_000_001.5,
        item=item.pack(document),
    )


async def test_letters_are_listed_by_filter(commands: Inbox, redis: Redis) -> None:
    await bury(redis, "here:1")
    await bury(redis, "here:2", reason="gave up")

    listed = await commands.run("dead", "list", "--reason", "gave up", "--json")
    none = await commands.run("dead", "list", "--workspace", "elsewhere")

    assert (listed.returncode, [letter["id"] for letter in json.loads(listed.stdout)]) == (1, ["here:2"])
    assert (none.returncode, none.stdout) == (0, "no such dead letters\n")


async def test_show_tells_all_but_the_customers_words(commands: Inbox, redis: Redis) -> None:
    await bury(redis, "here:1", job("1").encode())

    shown = await commands.run("dead", "show", "here:1")
    document = await commands.run("dead", "show", "here:1", "here:2", "--json")

    assert (shown.returncode, document.returncode) == (0, 1)
    assert "  target: conversation:7\n" in shown.stdout
    assert "      body: (22 characters)\n" in shown.stdout
    assert 'there is no dead letter "here:2"' in document.stderr
    (letter,) = json.loads(document.stdout)
    assert letter["job"]["created_at"] == "2023-11-14T22:13:20Z"
    assert letter["job"]["item"] == {
        "type": "conversation",
        "id": "215470000112233",
        "state": "open",
        "source": {"body": "(22 characters)", "author": {"name": "(3 characters)", "email": "(15 characters)"}},
        "custom_attributes": "(1 attributes)",
        "waiting_since": "(a number)",
        "...": "(1 more)",
    }
    for word in ("secret", "Ada", "example.com", "5551234"):
        assert word not in shown.stdout + document.stdout


async def test_bytes_that_are_no_job_are_not_shown(commands: Inbox, redis: Redis) -> None:
    await bury(redis, "here:1", b"secret words")

    shown = await commands.run("dead", "show", "here:1")

    assert shown.returncode == 0
    assert "unreadable: job of version 73" in shown.stdout
    assert "secret words" not in shown.stdout


async def test_a_retry_says_what_it_costs_and_asks(commands: Inbox, redis: Redis) -> None:
    await bury(redis, "here:1")
    await bury(redis, "here:2", reason="gave up")

    no = await commands.answering("n", "dead", "retry", "--workspace", "here")
    left = await DeadLetters(redis).count()
    yes = await commands.answering("y", "dead", "retry", "--workspace", "here")

    assert (no.returncode, left) == (1, 2)
    assert "retries 2 dead letters (1 gave up, 1 not_found): at least 2 calls to Intercom" in no.stderr
    assert (yes.returncode, yes.stdout) == (0, "2 dead letters queued again\n")
    assert await redis.zcard(keys.queue("here")) == 2


@pytest.mark.parametrize("command", ["retry", "drop"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("--all",),
        ("--yes",),
        ("here:1", "--all", "--yes"),
        ("here:1", "--reason", "x", "--yes"),
        ("--target", "chat:7", "--yes"),
    ],
    ids=["nobody to ask", "which", "id and all", "id and filter", "no target"],
)
async def test_what_may_be_meant_otherwise_does_nothing(
    commands: Inbox, redis: Redis, command: str, arguments: tuple[str, ...]
) -> None:
    await bury(redis, "here:1")

    refused = await commands.run("dead", command, *arguments)

    assert refused.returncode == 2
    assert await DeadLetters(redis).count() == 1


async def test_a_retry_by_id_tells_of_ids_that_are_none(commands: Inbox, redis: Redis) -> None:
    await bury(redis, "here:1")

    retried = await commands.run("dead", "retry", "here:1", "here:2", "--yes", "--json")

    assert retried.returncode == 1
    assert json.loads(retried.stdout) == {
        "queued": 1,
        "due_now": 0,
        "running": 0,
        "bytes_gone": 0,
        "unknown": 1,
        "not_tried": 0,
    }


async def test_letters_are_dropped_and_others_stay(commands: Inbox, redis: Redis) -> None:
    await bury(redis, "here:1")
    await bury(redis, "here:2", reason="gave up")

    dropped = await commands.run("dead", "drop", "--reason", "gave up", "--yes")
    again = await commands.run("dead", "drop", "here:2", "--yes")

    assert (dropped.returncode, dropped.stdout) == (0, "1 dead letter dropped\n")
    assert dropped.stderr == "drops 1 dead letter (1 gave up); their events are lost for good\n"
    assert again.returncode == 1
    assert [letter.id for letter in await DeadLetters(redis).newest()] == ["here:1"]
    assert not await redis.exists(keys.LETTER + "here:2")


LETTERS = 10_000


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, None], ids=["ctrl-c", "killed", "Redis goes away"])
async def test_a_retry_that_is_ended_in_the_middle_loses_and_doubles_nothing(
    redis_server: RedisServer, how: signal.Signals | None
) -> None:
    async with redis_server.client() as redis, Proxy(redis_server.port, delay=0.02) as proxy:
        ids = [f"here:{number}" for number in range(LETTERS)]
        async with redis.pipeline(transaction=False) as pipe:
            now = int(time.time() * 1000)
            for job_id in ids:
                pipe.zadd(keys.DEAD, {job_id: now})
                pipe.hset(keys.LETTER + job_id, mapping={"died_at": now, "payload": job_id, "reason": "gave up"})
            await pipe.execute()

        async def some_moved() -> bool:
            return bool(await redis.zcard(keys.queue("here")))

        bare = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOTAGGER_", "REDIS_"))}
        retrying = subprocess.Popen(  # noqa: ASYNC220 - it is frozen and killed, not waited for
            [sys.executable, "-m", "cli.main", "dead", "retry", "--all", "--yes", "--json"],
            env=bare | {"REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        await eventually(some_moved, timeout=30)
        if how is None:
            proxy.refuse()
        else:
            proxy.black_hole()
            retrying.send_signal(how)
            proxy.heal()
        said, told = await asyncio.to_thread(retrying.communicate, timeout=30)

        queued = {raw.decode() for raw in await redis.zrange(keys.queue("here"), 0, -1)}
        dead = {raw.decode() for raw in await redis.zrange(keys.DEAD, 0, -1)}
        assert queued
        assert dead
        assert queued | dead == set(ids)
        assert not queued & dead
        payloads = await redis.mget([keys.JOB + job_id for job_id in sorted(queued)])
        assert payloads == [job_id.encode() for job_id in sorted(queued)]
        assert await redis.exists(*(keys.LETTER + job_id for job_id in queued)) == 0
        if how is signal.SIGINT:
            assert retrying.returncode == 1
            assert json.loads(said)["not_tried"] == len(dead)
        if how is None:
            assert retrying.returncode == 1
            assert "Redis did not do it" in told
            # What was under way when Redis went away may be queued, and was not heard of.
            assert len(dead) <= json.loads(said)["not_tried"] <= len(dead) + 100


async def test_the_bar_counts_what_there_is(commands: Inbox, redis: Redis) -> None:
    await bury(redis, "here:1")
    person, terminal = os.openpty()

    bare = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOTAGGER_", "REDIS_"))}
    dropping = [sys.executable, "-m", "cli.main", "dead", "drop", "--all", "--yes"]
    done = await asyncio.to_thread(
        subprocess.run, dropping, env=bare | commands.variables, stdout=subprocess.PIPE, stderr=terminal, check=False
    )
    os.close(terminal)
    shown = os.read(person, 65_536).decode()
    os.close(person)

    assert done.returncode == 0
    assert "1/1" in shown
    assert "500/1" not in shown
