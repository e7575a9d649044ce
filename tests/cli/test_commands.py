"""The commands as their users run them: real processes, real ports, exit codes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.fleet import examples, redis_url, running
from state import keys
from state.claim import Claimant
from state.dead import Cause
from state.enqueue import Enqueuer, Entry
from state.finish import Dead, Finisher
from tests.redis_server import RedisServer
from tests.waiting import eventually

RECEIVER = {
    "AUTOTAGGER_HOST": "127.0.0.1",
    "AUTOTAGGER_PORT": "0",
    "AUTOTAGGER_OPS_PORT": "0",
    "AUTOTAGGER_APP_ID": "q4mx81zt",
    "AUTOTAGGER_CLIENT_SECRETS": "test-client-secret",
}
WORKER = {
    "AUTOTAGGER_HOST": "127.0.0.1",
    "AUTOTAGGER_OPS_PORT": "0",
    "AUTOTAGGER_APP_ID": "q4mx81zt",
    "AUTOTAGGER_ACCESS_TOKEN": "test-token",
    "AUTOTAGGER_ADMIN_ID": "5017001",
    "AUTOTAGGER_INTERCOM_URL": "http://127.0.0.1:9",
    "AUTOTAGGER_RULES": str(examples()),
}


BROKEN = """version: 1
rules:
  - id: a
    if: {mesage.text: x}
    then: {add: [vip]}
"""


def autotagger(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOTAGGER_", "REDIS_"))}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env=bare | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def get(url: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(url)


def test_help_names_every_command() -> None:
    said = autotagger("--help").stdout

    for name in (
        *("actions", "dead", "demo", "dev", "doctor", "pause", "resume", "rules"),
        *("serve", "simulator", "tags", "version", "worker"),
    ):
        assert f"  {name} " in said


def test_an_unknown_command_is_called_wrongly() -> None:
    assert autotagger("sreve").returncode == 2


def test_version_says_which() -> None:
    assert autotagger("version").stdout.startswith("autotagger ")
    assert autotagger("--version").stdout == autotagger("version").stdout
    assert json.loads(autotagger("version", "--json").stdout)["version"] in autotagger("version").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "--rate", "nan"),
        ("demo", "--events", "0"),
        ("simulator", "--port", "99999"),
        ("dead", "list", "--most"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_told_in_words(arguments: tuple[str, ...]) -> None:
    finished = autotagger(*arguments)

    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("command", ["serve", "worker", "dev"])
def test_without_settings_every_mistake_is_told_at_once(command: str) -> None:
    finished = autotagger(command)

    assert finished.returncode == 2
    lines = finished.stderr.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith("autotagger: ") for line in lines)
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(("command", "variables"), [("serve", RECEIVER), ("worker", WORKER)], ids=["serve", "worker"])
async def test_a_redis_that_evicts_stops_the_start_with_a_line(
    own_redis: RedisServer, command: str, variables: dict[str, str]
) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")

    finished = await asyncio.to_thread(autotagger, command, **variables, REDIS_URL=redis_url(own_redis.settings))

    assert finished.returncode == 1
    assert "set it to noeviction" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("command", ["worker", "dev"])
async def test_broken_rules_are_shown_and_stop_no_start(
    tmp_path: Path, redis_server: RedisServer, command: str
) -> None:
    (tmp_path / "tags.yaml").write_text("version: 1\ntags: {vip: Important}\n")
    (tmp_path / "rules.yaml").write_text(BROKEN)
    variables = RECEIVER | WORKER | {"AUTOTAGGER_RULES": str(tmp_path), "REDIS_URL": redis_url(redis_server.settings)}

    async with running(command, variables=variables) as program:
        assert (await get(f"{program.urls[-1]}/livez")).status_code == 200
        program.process.send_signal(signal.SIGTERM)
        assert await program.process.wait() == 0
        said = await program.said

    assert f'{tmp_path}/rules.yaml:4:10: error: unknown field "mesage.text" [unknown-field]' in said
    assert (
        "autotagger: the rules of workspace q4mx81zt have errors: "
        "its webhooks are kept, and nothing of it is evaluated until they are mended"
    ) in said
    assert "Traceback" not in "\n".join(said)


async def test_a_port_that_is_taken_is_told_in_a_line(redis_server: RedisServer) -> None:
    variables = RECEIVER | {"REDIS_URL": redis_url(redis_server.settings)}
    async with running("serve", variables=variables) as first:
        port = str(httpx.URL(first.urls[0]).port)
        finished = await asyncio.to_thread(autotagger, "serve", **variables | {"AUTOTAGGER_PORT": port})

    assert finished.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(("command", "variables"), [("serve", RECEIVER), ("worker", WORKER)], ids=["serve", "worker"])
async def test_a_process_is_alive_ready_and_measured_and_ends_with_0(
    redis_server: RedisServer, command: str, variables: dict[str, str]
) -> None:
    async with running(command, variables=variables | {"REDIS_URL": redis_url(redis_server.settings)}) as program:
        operations = program.urls[-1]

        async def ready() -> bool:
            return (await get(f"{operations}/readyz")).status_code == 200

        await eventually(ready)
        assert (await get(f"{operations}/livez")).status_code == 200
        metrics = await get(f"{operations}/metrics")
        assert metrics.status_code == 200
        assert "# HELP autotagger_" in metrics.text
        # The receiver has no rules.
        assert (await get(f"{operations}/rules")).status_code == (200 if command == "worker" else 404)

        program.process.send_signal(signal.SIGTERM)
        assert await program.process.wait() == 0


@pytest.mark.parametrize(("command", "variables"), [("serve", RECEIVER), ("worker", WORKER)], ids=["serve", "worker"])
async def test_a_process_waits_for_a_redis_that_is_not_there_yet(
    own_redis: RedisServer, command: str, variables: dict[str, str]
) -> None:
    own_redis.stop()
    async with running(command, variables=variables | {"REDIS_URL": redis_url(own_redis.settings)}) as program:
        operations = program.urls[-1]
        assert (await get(f"{operations}/readyz")).status_code == 503
        assert (await get(f"{operations}/livez")).status_code == 200
        await asyncio.to_thread(own_redis.start)

        async def ready() -> bool:
            return (await get(f"{operations}/readyz")).status_code == 200

        await eventually(ready, timeout=10)


async def test_dev_ends_when_its_port_is_taken(tmp_path: Path, redis_server: RedisServer) -> None:
    redis = {"REDIS_URL": redis_url(redis_server.settings)}
    async with running("serve", variables=RECEIVER | redis) as first:
        port = {"AUTOTAGGER_PORT": str(httpx.URL(first.urls[0]).port)}
        finished = await asyncio.to_thread(
            autotagger, "dev", "--data", str(tmp_path / "data"), **RECEIVER | WORKER | redis | port
        )

    assert finished.returncode == 1
    assert "cannot listen on" in finished.stderr


async def test_dev_runs_everything_on_a_redis_of_its_own(tmp_path: Path) -> None:
    async with running("dev", "--data", str(tmp_path / "data"), variables=RECEIVER | WORKER) as program:
        receiver = program.urls[0]
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.head(receiver)).status_code == 200

        program.process.send_signal(signal.SIGTERM)
        assert await program.process.wait() == 0


def demo(*arguments: str) -> tuple[int, dict[str, Any]]:
    finished = autotagger("demo", "--json", *arguments)
    assert finished.returncode in {0, 1}, finished.stderr
    return finished.returncode, json.loads(finished.stdout)


def test_the_demo_tags_everything_that_it_invents() -> None:
    code, report = demo("--events", "60", "--rate", "300", "--seed", "7")

    assert code == 0
    assert report["complete"] is True
    assert report["sent"] == report["acked"] >= 60
    assert report["tagged"] > 10
    assert (report["lost"], report["unwanted"], report["dead"]) == (0, 0, 0)
    assert 0 < report["latency_ms"]["p50"] <= report["latency_ms"]["p99"]


async def test_a_demo_whose_receiver_ends_says_why(own_redis: RedisServer) -> None:
    async with own_redis.client() as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")

    finished = await asyncio.to_thread(autotagger, "demo", "--events", "5", REDIS_URL=redis_url(own_redis.settings))

    assert finished.returncode == 1
    assert "set it to noeviction" in finished.stderr


def test_the_demo_tells_line_by_line_where_nobody_watches() -> None:
    finished = autotagger("demo", "--events", "20", "--rate", "300", "--seed", "7")

    assert finished.returncode == 0
    assert "every tag is where it should be" in finished.stdout
    assert "\x1b" not in finished.stdout


async def test_dead_letters_are_listed_without_the_customers_words(redis_server: RedisServer) -> None:
    await bury(redis_server)
    url = redis_url(redis_server.settings)

    table = await asyncio.to_thread(autotagger, "dead", "list", REDIS_URL=url)
    lines = await asyncio.to_thread(autotagger, "dead", "list", "--json", REDIS_URL=url)

    assert (table.returncode, lines.returncode) == (1, 1)
    assert "q4mx81zt:1  not_found  conversation:7  refund  3 tries  it is gone" in table.stdout
    (letter,) = json.loads(lines.stdout)
    assert (letter["reason"], letter["rules"], letter["attempts"]) == ("not_found", ["refund"], 3)
    assert "secret words" not in table.stdout + lines.stdout


async def test_no_dead_letters_is_fine(redis_server: RedisServer) -> None:
    finished = await asyncio.to_thread(autotagger, "dead", "list", REDIS_URL=redis_url(redis_server.settings))

    assert (finished.returncode, finished.stdout) == (0, "no dead letters\n")


async def bury(redis_server: RedisServer) -> None:
    async with redis_server.client() as redis:
        queue = keys.queue("q4mx81zt")
        await Enqueuer(redis).enqueue(Entry("q4mx81zt:1", queue, b"secret words", int(time.time())))
        (claim,) = (await Claimant(redis, "me", lease=15).claim([queue], most=1)).jobs
        cause = Cause("not_found", "it is gone", "conversation:7", "conversation.user.created", ("refund",), 3)
        await Finisher(redis).finish(claim, Dead(cause))
