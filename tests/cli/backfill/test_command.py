"""`autotagger backfill`, as people and scripts call it, with a worker beside it."""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from cli.fleet import running
from state import keys
from state.backfill import Backfill, Backfills
from state.feed import Feed
from tests.cli.inbox import Inbox
from tests.waiting import eventually

ADA = {"type": "user", "id": "66ab2f10c4d5e6f7a8b90c11", "name": "Ada", "email": "ada@example.com"}
HOUR = 3_600


async def converse(inbox: Inbox, number: int, *bodies: str, ago: int = HOUR) -> None:
    """A conversation in which a customer then wrote this."""
    at = int(time.time()) - ago
    parts = [
        {
            "type": "conversation_part",
            "id": f"{number}{place:02}",
            "part_type": "comment",
            "body": f"<p>{body}</p>",
            "created_at": at + place,
            "author": ADA,
        }
        for place, body in enumerate(bodies)
    ]
    listed = {"type": "conversation_part.list", "conversation_parts": parts, "total_count": len(parts)}
    await inbox.put(
        "conversation",
        str(number),
        created_at=at - HOUR,
        updated_at=at + len(bodies),
        conversation_parts=listed,
    )


@pytest_asyncio.fixture
async def worker(inbox: Inbox) -> AsyncIterator[Inbox]:
    """The inbox, with its tags and a worker."""
    await inbox.tag("vip")
    await inbox.tag("bug")
    variables = inbox.variables | {"AUTOTAGGER_HOST": "127.0.0.1", "AUTOTAGGER_OPS_PORT": "0"}
    async with running("worker", variables=variables):
        yield inbox


async def attached(inbox: Inbox) -> Counter[str]:
    """How often a tag was put on each object."""
    calls = [call for call in await inbox.calls() if call.startswith("POST ") and call.endswith("/tags")]
    return Counter(call.split("/")[2] for call in calls)


async def test_it_counts_first_and_changes_nothing_in_a_dry_run(inbox: Inbox) -> None:
    await converse(inbox, 11, "Hello", "I am a vip")
    await converse(inbox, 12, "A question")

    dry = await inbox.run("backfill", "--since", "3h", "--kind", "conversation", "--dry-run")

    calls = await inbox.calls()
    assert dry.returncode == 0, dry.stderr
    first, second = dry.stdout.splitlines()
    assert first.startswith(f"2 conversations read with {len(calls)} calls: 5 events since ")
    assert second == "1 change to make, which takes 1 call"
    assert not [call for call in calls if call.endswith("/tags")]
    assert (await inbox.run("backfill", "--list")).stderr == "autotagger: no backfill is under way\n"


async def test_with_yes_the_workers_do_it(worker: Inbox) -> None:
    await converse(worker, 11, "Hello", "I am a vip")
    await converse(worker, 12, "A bug", "A bug again")

    done = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--yes")
    again = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--yes", "--json")

    assert done.returncode == 0, done.stderr
    assert done.stderr == "autotagger: 2 jobs done\n"
    assert await attached(worker) == {"11": 1, "12": 1}
    found = json.loads(again.stdout)
    assert (found["changes"], found["jobs"], found["done"], found["dead"]) == (0, 0, 0, [])


async def test_it_asks_and_takes_no_for_an_answer(inbox: Inbox) -> None:
    await converse(inbox, 11, "I am a vip")

    refused = await inbox.answering("n", "backfill", "--since", "3h", "--kind", "conversation")
    listed = await inbox.run("backfill", "--list", "--json")

    assert refused.returncode == 1
    assert "Make 1 change?" in refused.stderr
    assert "nothing is changed; it is kept as backfill 1 for a week" in refused.stderr
    (kept,) = json.loads(listed.stdout)
    assert (kept["number"], kept["kind"], kept["rules"]) == ("1", "conversation", [])
    assert (await inbox.run("backfill", "--drop", "1")).returncode == 0
    assert (await inbox.run("backfill", "--drop", "1")).stderr == (
        "autotagger: there is no backfill 1: `autotagger backfill --list` shows those that there are\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--kind", "conversation", "--yes"), "Missing option '--since'"),
        (("--since", "3h", "--yes"), "Missing option"),
        (("--since", "soon", "--kind", "ticket", "--yes"), '"soon" is no time; wanted a length of time'),
        (("--since", "2199-01-01", "--kind", "ticket", "--yes"), "is not in the past"),
        (("--since", "3h", "--kind", "company", "--yes"), "'company' is not one of"),
        (("--since", "3h", "--kind", "conversation"), "add --yes"),
        (("--since", "3h", "--kind", "conversation", "--rule", "brokn", "--yes"), 'did you mean "broken"?'),
        (("--since", "3h", "--kind", "ticket", "--rule", "broken", "--yes"), '"broken" is about conversations'),
        (("--since", "8d", "--kind", "ticket", "--missed", "--yes"), "looks back 7 days at most"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_a_wrong_call_ends_with_2(inbox: Inbox, arguments: tuple[str, ...], sentence: str) -> None:
    finished = await inbox.run("backfill", *arguments)

    assert finished.returncode == 2, finished.stderr
    assert sentence in " ".join(finished.stderr.split())
    assert await inbox.calls() == []


async def test_a_rule_that_would_change_nothing_is_refused(inbox: Inbox) -> None:
    rules = inbox.rules / "rules.yaml"
    rules.write_text(rules.read_text().replace("- id: broken", "- id: broken\n    mode: shadow"))

    finished = await inbox.run("backfill", "--since", "3h", "--kind", "conversation", "--rule", "broken", "--yes")

    assert finished.returncode == 2
    assert '"broken" is in mode shadow: it would change nothing' in finished.stderr


async def test_broken_rules_decide_nothing(inbox: Inbox) -> None:
    (inbox.rules / "rules.yaml").write_text("version: 1\nrules: [{id: x}]")

    finished = await inbox.run("backfill", "--since", "3h", "--kind", "conversation", "--yes")

    assert finished.returncode == 1
    assert "the rules have errors, so nothing is decided" in finished.stderr
    assert await inbox.calls() == []


async def test_only_the_rule_that_is_named_acts(worker: Inbox) -> None:
    await converse(worker, 11, "I am a vip with a bug")

    done = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--rule", "broken", "--yes")

    assert done.returncode == 0, done.stderr
    assert await worker.names("conversation", "11") == {"bug"}


async def test_a_token_that_is_refused_is_told_and_it_goes_on_later(worker: Inbox) -> None:
    await converse(worker, 11, "I am a vip")
    command = ("backfill", "--since", "3h", "--kind", "conversation", "--yes")

    refused = await worker.run(*command, AUTOTAGGER_ACCESS_TOKEN="wrong")
    done = await worker.run(*command)

    assert refused.returncode == 1
    assert "401" in refused.stderr
    assert "going on with backfill 1" in done.stderr
    assert await worker.names("conversation", "11") == {"vip"}


async def test_an_outage_and_a_limit_on_the_way_are_waited_for(worker: Inbox) -> None:
    for number in range(10):
        await converse(worker, 100 + number, "I am a vip")
    await worker.fault(kind="status", status=503, count=2, path="/conversations/10")
    await worker.fault(kind="rate_limit", limits="real", count=1, path="/conversations/search")

    done = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--yes", AUTOTAGGER_WINDOW="1")

    assert done.returncode == 0, done.stderr
    assert await attached(worker) == {str(100 + number): 1 for number in range(10)}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda how: how.name)
async def test_ended_at_random_points_and_begun_again_it_comes_to_the_same(
    worker: Inbox, redis: Redis, how: signal.Signals
) -> None:
    rng = random.Random(int(how))
    for number in range(40):
        await converse(worker, 100 + number, "Hello", "I am a vip", "A vip, I say")
    command = ("backfill", "--since", "3h", "--kind", "conversation", "--yes")

    ended = 0
    while True:
        process = await _started(worker, *command)
        # The start alone takes a while: the points are counted from the first call on.
        before = len(await worker.calls())
        begun = asyncio.create_task(_until_called(worker, before, process))
        await begun
        try:
            async with asyncio.timeout(rng.uniform(0.0, 0.6) if ended < 4 else 60):
                status = await process.wait()
        except TimeoutError:
            process.send_signal(how)
            await process.wait()
            ended += 1
            continue
        break

    assert status == 0
    assert ended > 0
    assert await attached(worker) == {str(100 + number): 1 for number in range(40)}
    handled = [entry.notification_id for entry in (await Feed(redis).after())[1]]
    assert len(handled) == len(set(handled)) == 40
    assert await Backfills(redis).running() == {}
    assert not await redis.zcard(keys.DEAD)


async def test_a_sweep_under_way_is_not_taken_for_what_a_person_began(worker: Inbox, redis: Redis) -> None:
    await converse(worker, 11, "I am a vip")
    a_minute_ago = int(time.time()) - 60
    sweep = await Backfills(redis).begin(Backfill("q4mx81zt", "conversation", a_minute_ago, missed=True))

    done = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--missed", "--yes")

    assert done.returncode == 0, done.stderr
    assert "going on with" not in done.stderr
    assert await worker.names("conversation", "11") == {"vip"}
    assert sweep in await Backfills(redis).running()


async def test_two_who_begin_the_same_do_it_once(worker: Inbox, redis: Redis) -> None:
    for number in range(20):
        await converse(worker, 100 + number, "I am a vip")
    command = ("backfill", "--since", "3h", "--kind", "conversation", "--yes")

    one, other = await asyncio.gather(worker.run(*command), worker.run(*command))

    async def idle() -> bool:
        return not await redis.zcard(keys.queue("q4mx81zt", "backfill"))

    await eventually(idle)
    assert {one.returncode, other.returncode} <= {0, 1}
    assert 0 in {one.returncode, other.returncode}
    assert await attached(worker) == {str(100 + number): 1 for number in range(20)}


async def _started(inbox: Inbox, *arguments: str) -> asyncio.subprocess.Process:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOTAGGER_", "REDIS_"))}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", *arguments),
        env=bare | inbox.variables,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _until_called(inbox: Inbox, before: int, process: asyncio.subprocess.Process) -> None:
    async def called() -> bool:
        return process.returncode is not None or len(await inbox.calls()) > before

    await eventually(called, timeout=30)
