"""`autotagger status`: a line for people, figures, and an exit code for scripts."""

import asyncio
import contextlib
import json
import os
import pty
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from state import keys
from state.enqueue import JOB_TTL
from state.finish import Later
from state.pauses import Pauses
from state.processes import AtWork, Process
from state.pulse import Pulse
from state.tally import Counted, Tally
from tests.cli.inbox import APP_ID, Inbox
from tests.e2e.house import House, at_home
from tests.e2e.test_dead_letters import autotagger
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.redis_server import RedisServer
from tests.service.receiver import SECRET, signature
from tests.state.letters import bury, end, queue_up
from tests.state.opened import opened
from tests.waiting import eventually

RECEIVER = Process("receiver", "pod-1", 7, "0.1.0", 7_200)


def worker(
    rule_set: str = "515bffa83751", *, host: str = "pod-2", problem: str = "", since: float = 1.0, app_id: str = APP_ID
) -> Process:
    at_work = AtWork(rule_set, since, problem, limit=1_666, window=10)
    return Process("worker", host, 8, "0.1.0", 90, workspaces={app_id: at_work})


async def living(redis: Redis, *processes: Process, counts: dict[Counted, int] | None = None) -> None:
    """Have these processes live, and count."""
    tally = Tally()
    tally.counts = Counter(counts)
    for process in processes:
        await Pulse(redis, tally, lambda process=process: process).beat()  # type: ignore[misc]
    # For as long as the test takes, however slow the machine is.
    await redis.zadd(keys.PROCESSES, dict.fromkeys(await redis.zrange(keys.PROCESSES, 0, -1), 9e15))


async def heard(redis: Redis, ago: float) -> None:
    seconds, _ = await redis.time()
    await redis.hset(keys.RECEIVED, APP_ID, str(round((seconds - ago) * 1000)))  # type: ignore[misc]


async def test_all_is_well(inbox: Inbox, redis: Redis) -> None:
    came = {Counted("received", APP_ID, "stored"): 7, Counted("received", APP_ID, "duplicate"): 2}
    await living(redis, RECEIVER, worker(), counts={**came, Counted("tagged", APP_ID, "add"): 3})
    await heard(redis, 4)

    found = await inbox.run("status")
    document = json.loads((await inbox.run("status", "--json")).stdout)

    first, *lines = found.stdout.splitlines()
    assert found.returncode == 0
    assert first == "WORKING: 9 webhooks and 3 tags in 5 min. Nothing is stuck. Nothing is lost."
    assert "received, no job    2 duplicate (in 5 min)" in lines
    assert "worker              pod-2 process 8, version 0.1.0, up 90 s, rules 515bffa83751" in lines
    assert "  rules             515bffa83751 on 1 worker" in lines
    assert (document["well"], document["working"], document["stuck"], document["verdict"]) == (True, True, False, [])
    assert (document["line"], document["partial"]) == (first, False)
    assert document["minutes"][-1]["received"] in ({}, {"stored": 7, "duplicate": 2})
    (workspace,) = document["workspaces"]
    assert (workspace["workspace"], workspace["budget"]) == (APP_ID, None)
    assert (workspace["received_per_minute"], workspace["tagged_per_minute"]) == (1.8, 0.6)
    assert workspace["rule_set"] == "515bffa83751"


@pytest.mark.parametrize(
    ("ago", "said"),
    [(None, "WORKING, no webhook yet."), (7_300, "WORKING, no webhook for 2 h.")],
    ids=["never", "long"],
)
async def test_silence_is_told_with_the_last_webhook(inbox: Inbox, redis: Redis, ago: float | None, said: str) -> None:
    await living(redis, RECEIVER, worker())
    if ago is not None:
        await heard(redis, ago)

    found = await inbox.run("status")

    assert (found.returncode, found.stdout.splitlines()[0]) == (0, f"{said} Nothing is stuck. Nothing is lost.")


async def test_a_fleet_that_is_not_there_does_not_work(inbox: Inbox, redis: Redis) -> None:
    await queue_up(redis, f"{APP_ID}:1")
    await redis.zadd(keys.queue(APP_ID), {f"{APP_ID}:1": (time.time() - 600) * 1000})

    nobody = await inbox.run("status")
    await living(redis, RECEIVER)
    nobody_tags = await inbox.run("status")

    assert (nobody.returncode, nobody_tags.returncode) == (1, 1)
    stuck = "STUCK: 1 job, the oldest for 10 min. Nothing is lost."
    assert nobody.stdout.splitlines()[0] == f"NOT WORKING: no receiver is running (and 1 more). {stuck}"
    assert nobody_tags.stdout.splitlines()[0] == f"NOT WORKING: no worker is running. {stuck}"
    assert "  -> start it: autotagger worker" in nobody_tags.stdout.splitlines()


async def test_what_is_to_be_looked_at_comes_first(inbox: Inbox, redis: Redis) -> None:
    await living(redis, RECEIVER, worker())
    await bury(redis, f"{APP_ID}:1")
    await queue_up(redis, f"{APP_ID}:2")
    await redis.zadd(keys.queue(APP_ID), {f"{APP_ID}:2": 0})

    late = await inbox.run("status")
    await Pauses(redis).pause("ada")
    await Pauses(redis).pause_rule("ada", APP_ID, "important")
    paused = await inbox.run("status")
    document = json.loads((await inbox.run("status", "--json")).stdout)

    assert (late.returncode, paused.returncode) == (1, 1)
    first, _, *lines = late.stdout.splitlines()
    assert re.fullmatch(
        r"WORKING, no webhook yet\. STUCK: 1 job, the oldest for \d+ d\. 1 job given up, and kept\.", first
    )
    assert lines[0].startswith(f"- workspace {APP_ID}: 1 job due, the oldest for ")
    assert lines[2] == "- 1 job given up: 1 not_found"
    assert "given up            1 (1 not_found)" in lines
    first, _, *lines = paused.stdout.splitlines()
    assert first == "NOT WORKING: tagging is paused. Nothing is stuck. 1 job given up, and kept."
    assert lines[0].startswith("- tagging is paused by ada at ")
    assert lines[2].startswith(f"- workspace {APP_ID}: rule important is paused by ada at ")
    assert (document["well"], document["working"], document["stuck"]) == (False, False, False)


async def test_a_job_that_is_put_back_again_and_again_is_stuck(inbox: Inbox, redis: Redis) -> None:
    await living(redis, RECEIVER, worker())
    await queue_up(redis, f"{APP_ID}:1")
    await redis.pexpire(keys.JOB + f"{APP_ID}:1", JOB_TTL - timedelta(minutes=10))
    await end(redis, f"{APP_ID}:1", Later(wait=3600))

    found = await inbox.run("status")

    assert found.returncode == 1
    assert "STUCK: a job of 10 min ago is put back." in found.stdout
    assert "  jobs              0 due; 0 running; 1 for later; the oldest came 10 min ago" in found.stdout


async def test_jobs_that_go_on_failing_are_told_by_reason(inbox: Inbox, redis: Redis) -> None:
    await living(redis, RECEIVER, worker())
    for number, (error, spent) in enumerate([("GET /x: 503 overloaded", 30), ("GET /x: ConnectError", 900)]):
        await queue_up(redis, f"{APP_ID}:{number}")
        await end(redis, f"{APP_ID}:{number}", Later(3_600, error, spent))

    found = await inbox.run("status")
    document = json.loads((await inbox.run("status", "--json")).stdout)

    first, _, *lines = found.stdout.splitlines()
    assert found.returncode == 1
    assert first == "WORKING, no webhook yet. STUCK: 2 jobs failing for up to 15 min. Nothing is lost."
    assert lines[0] == (f"- workspace {APP_ID}: 2 jobs failing, for up to 15 min: 1 503 overloaded, 1 ConnectError")
    assert "  failing now       2, for up to 15 min: 1 503 overloaded, 1 ConnectError" in lines
    (workspace,) = document["workspaces"]
    assert (workspace["failing"], workspace["failing_seconds"]) == ({"503 overloaded": 1, "ConnectError": 1}, 900)


@pytest.mark.parametrize(
    ("processes", "said"),
    [
        (
            (worker(problem="a.yaml:3:5: unknown field"),),
            "WORKING, BUT the newest rules are broken.",
        ),
        (
            (worker("", problem="a.yaml:3:5: unknown field"),),
            "NOT WORKING: the rules are broken.",
        ),
        (
            (worker(), worker("another", host="pod-3")),
            "WORKING, BUT workers have different rules.",
        ),
        (
            (worker(), worker("another", host="pod-3", since=9e9)),
            "WORKING, no webhook yet.",
        ),
    ],
    ids=["broken", "broken from the start", "apart", "just changing"],
)
async def test_rules_that_are_not_those_of_the_folder_are_told(
    inbox: Inbox, redis: Redis, processes: tuple[Process, ...], said: str
) -> None:
    await living(redis, RECEIVER, *processes)

    found = await inbox.run("status")

    assert found.stdout.startswith(f"{said} Nothing is stuck.")
    if "broken" in said:
        assert "a.yaml:3:5: unknown field" in found.stdout


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("host:https://api.example.com", "NOT WORKING: Intercom does not answer."),
        (f"workspace:{APP_ID}", "NOT WORKING: Intercom refuses the access token."),
        (f"admin:{APP_ID}:5017001", "WORKING, BUT Intercom refuses admin 5017001."),
        (f"calls:{APP_ID}:read contact", 'WORKING, BUT Intercom does not allow "read contact".'),
    ],
)
async def test_a_circuit_that_is_open_is_told(inbox: Inbox, redis: Redis, scope: str, said: str) -> None:
    await living(redis, RECEIVER, worker())
    await opened(redis, scope, "401 token_revoked")

    found = await inbox.run("status")
    document = json.loads((await inbox.run("status", "--json")).stdout)

    assert found.returncode == 1
    assert found.stdout.startswith(f"{said} Nothing is stuck. Nothing is lost.")
    assert "401 token_revoked" in found.stdout
    assert f"stopped calls       {scope}, for " in found.stdout
    (circuit,) = document["circuits"]
    assert (circuit["scope"], circuit["state"]) == (scope, "open")


@pytest.mark.parametrize(
    ("refused", "taken", "said", "hint"),
    [
        ("Redis did not store it", 1_000, "1 request refused", "Intercom sends them again"),
        ("bad signature", 0, "1 request refused", "compare the client secret"),
        ("bad signature", 1_000, None, None),
    ],
    ids=["our own", "nothing else", "a stranger's"],
)
async def test_refusals_are_told_that_say_something(
    inbox: Inbox, redis: Redis, refused: str, taken: int, said: str | None, hint: str | None
) -> None:
    counts = {Counted("refused", "", refused): 1, Counted("received", APP_ID, "stored"): taken}
    await living(redis, RECEIVER, worker(), counts=counts)

    found = await inbox.run("status")

    assert found.returncode == bool(said)
    assert f"refused             1 {refused} (in 5 min)" in found.stdout.splitlines()
    if said and hint:
        assert found.stdout.startswith(f"WORKING, BUT {said}.")
        assert hint in found.stdout


async def test_a_redis_that_does_not_answer_is_a_verdict(inbox: Inbox, free_port: int) -> None:
    away = {"REDIS_URL": f"redis://127.0.0.1:{free_port}/0"}

    told = await inbox.run("status", **away)
    document = json.loads((await inbox.run("status", "--json", **away)).stdout)

    assert told.returncode == 1
    assert told.stdout.startswith("NOT WORKING: Redis does not answer, so nobody knows what is stuck or lost.")
    assert (document["well"], document["working"]) == (False, False)


async def test_the_remedy_is_for_most_of_the_refusals(inbox: Inbox, redis: Redis) -> None:
    counts = {Counted("refused", "", "Redis did not store it"): 110, Counted("refused", "", "bad signature"): 9}
    await living(redis, RECEIVER, worker(), counts=counts)

    found = await inbox.run("status")

    assert "-> Intercom sends them again" in found.stdout
    assert "compare the client secret" not in found.stdout


async def test_a_wrong_password_says_nothing_about_the_fleet(inbox: Inbox, redis_server: RedisServer) -> None:
    wrong = {"REDIS_URL": f"redis://:wrong@127.0.0.1:{redis_server.port}/0"}

    told = await inbox.run("status", **wrong)

    assert told.returncode == 1
    assert told.stdout.startswith("UNKNOWN: Redis does not let this command in, so nobody here knows how it gets on.")
    assert "name user and password in REDIS_URL or AUTOTAGGER_REDIS_PASSWORD" in told.stdout
    assert "nothing is tagged" not in told.stdout


async def test_a_replica_is_not_taken_for_a_fleet_that_works(inbox: Inbox, own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await living(redis, RECEIVER, worker())
        await redis.replicaof("127.0.0.1", "1")

    told = await inbox.run("status", REDIS_URL=own_redis.url)

    assert told.returncode == 1
    assert told.stdout.startswith("NOT WORKING: Redis is a replica.")
    assert "no receiver is running" not in told.stdout


async def test_without_redis_it_is_called_wrongly(inbox: Inbox) -> None:
    assert (await inbox.run("status", REDIS_URL="")).returncode == 2


@pytest.mark.parametrize("columns", [80, 120])
async def test_it_fits_the_terminal_without_colours(inbox: Inbox, redis: Redis, columns: int) -> None:
    at = Counted("refused", "", "Redis did not store it")
    refusals = {at: 12, Counted("refused", "", "another workspace's secret"): 3, Counted("refused", "", "too large"): 1}
    long = worker(host="autotagger-worker-7d9f8b6c5d-abcde", problem="billing.yaml:12:5: " + "unknown field " * 9)
    await living(redis, RECEIVER, long, counts=refusals)
    await bury(redis, f"{APP_ID}:1")

    shown = await asyncio.to_thread(on_a_terminal, columns, inbox.variables)

    assert max(map(len, shown.splitlines())) <= columns
    assert shown.count("\x1b") == 0
    assert "12 Redis did not store it" in " ".join(shown.split())


def on_a_terminal(columns: int, variables: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cli.main", "status"]
    with subprocess.Popen(command, stdout=theirs, env=os.environ | variables | {"COLUMNS": str(columns)}):
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    """What comes next; nothing when nobody writes any more, which Linux says by an error."""
    with contextlib.suppress(OSError):
        return os.read(terminal, 4_096)
    return b""


@pytest.mark.alone
async def test_it_tells_of_a_fleet_at_work(redis_server: RedisServer) -> None:
    async with at_home(redis_server) as house:
        await house.know_tags()
        await house.seed("conversation", "7")
        sent = notification("conversation", "7", REFUND)
        await post(house, sent)
        await post(house, sent)
        await refused(house)
        await house.all_done()

        document = await eventually(lambda: told(house), timeout=15)

        (workspace,) = document["workspaces"]
        assert (workspace["tagged_per_minute"], workspace["received_per_minute"]) == (0.2, 0.4)
        assert workspace["last_webhook_at"] is not None
        assert workspace["rule_set"] in await metrics(house)
        assert (workspace["due"], workspace["running"], workspace["deferred"]) == (0, 0, 0)
        assert sum((Counter(minute["received"]) for minute in document["minutes"]), Counter()) == {
            "stored": 1,
            "duplicate": 1,
        }
        assert sum((Counter(minute["refused"]) for minute in document["minutes"]), Counter()) == {
            "bad signature": 1,
            "malformed": 1,
        }
        assert sum((Counter(minute["ended"]) for minute in document["minutes"]), Counter()) == {"done": 1}
        assert [process["kind"] for process in document["processes"]] == ["receiver", "worker"]


async def told(house: House) -> dict[str, Any] | None:
    """What status says, once all that was counted has arrived."""
    document = json.loads((await autotagger(house, "status", "--json")).stdout)
    arrived = any(minute["tagged"] for minute in document["minutes"]) and any(
        "malformed" in minute["refused"] for minute in document["minutes"]
    )
    return document if arrived else None


async def refused(house: House) -> None:
    body = b"no JSON"
    async with httpx.AsyncClient(trust_env=False) as client:
        for signed in (signature(body, "another secret"), signature(body, SECRET)):
            headers = {"Content-Type": "application/json", "X-Hub-Signature": signed}
            await client.post(house.webhook, content=body, headers=headers)


async def metrics(house: House) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{house.workers[0].urls[-1]}/metrics")).text
