import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from simulator.app import Simulator
from simulator.program import bound, create_simulator, running, url
from simulator.settings import SimulatorSettings
from tests.simulator.webhook import Webhook
from tests.waiting import eventually

COMMAND = [sys.executable, "-c", "from cli.simulator import simulator; simulator()"]
AUTHORIZED = {"Authorization": "Bearer test-token"}


@contextlib.contextmanager
def program(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_says_where_it_listens_and_ends_cleanly(number: signal.Signals) -> None:
    with program("--port", "0") as (process, line):
        address = line.removeprefix("simulator listening on ").strip()
        me = httpx.get(address + "/me", headers=AUTHORIZED)
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)

    assert line.startswith("simulator listening on http://127.0.0.1:")
    assert me.json()["app"]["id_code"] == "q4mx81zt"
    assert (process.returncode, output, errors) == (0, "", "")


def test_the_options_reach_the_simulator() -> None:
    options = ["--token", "other", "--app-id", "abc", "--window", "1e9", "--limit", "1"]
    with program("--port", "0", *options) as (_, line):
        address = line.split()[-1]
        headers = {"Authorization": "Bearer other"}
        answers = [httpx.get(address + "/me", headers=headers) for _ in range(3)]

    assert answers[0].json()["app"]["id_code"] == "abc"
    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert answers[0].headers["x-ratelimit-limit"] == "1"


@pytest.mark.asyncio(loop_scope="session")
async def test_the_options_of_notifications_reach_the_simulator(webhook: Webhook) -> None:
    headers = {"Authorization": "Bearer test-token"}
    with program("--port", "0", "--payload-version", "2.15", "--echo", webhook.url) as (_, line):
        async with httpx.AsyncClient(base_url=line.split()[-1], headers=headers, trust_env=False) as client:
            await client.post("/_simulator/conversations", json={"id": "77"})
            tag = (await client.post("/tags", json={"name": "vip"})).json()
            await client.post("/conversations/77/tags", json={"id": tag["id"], "admin_id": "5017001"})
            (received,) = await eventually(lambda: webhook.received)

    item = json.loads(received.body)["data"]["item"]
    assert item["tags"]["tags"] == [{"type": "tag", "id": tag["id"], "name": "vip"}]
    assert item["source"]["body"] == "Hello, is anyone there?"


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, timeout=10, check=False)

    assert done.returncode == 1
    assert done.stderr == f"Error: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


@pytest.mark.parametrize(
    "options", [["--window", "0"], ["--limit", "-1"], ["--payload-version", "2.9"], ["--echo", "nowhere"]]
)
def test_an_option_that_makes_no_sense_is_refused(options: list[str]) -> None:
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=10, check=False)

    assert done.returncode == 2
    assert options[0] in done.stderr


def test_starting_takes_no_time_worth_mentioning() -> None:
    simulator = create_simulator(SimulatorSettings(port=0))

    async def start() -> float:
        began = time.perf_counter()
        async with running(simulator):
            return time.perf_counter() - began

    assert asyncio.run(start()) < 1


def test_a_url_of_an_ipv6_socket_has_brackets() -> None:
    try:
        listener = bound("::1", 0)
    except OSError:
        pytest.skip("no IPv6 here")

    with listener:
        assert url(listener) == f"http://[::1]:{listener.getsockname()[1]}"


def test_small_answers_are_not_held_back() -> None:
    async def fifty_calls(simulator: Simulator) -> float:
        async with running(simulator) as address, httpx.AsyncClient(base_url=address) as client:
            began = time.perf_counter()
            for _ in range(50):
                await client.get("/me", headers=AUTHORIZED)
            return time.perf_counter() - began

    taken = asyncio.run(fifty_calls(create_simulator(SimulatorSettings(port=0))))

    assert taken < 50 * 0.03


def test_the_same_seed_and_moment_begin_with_the_same_workspace() -> None:
    options = ["--port", "0", "--seed", "7", "--conversations", "20", "--now", "2026-11-01", "--timezone", "Asia/Tokyo"]
    search = {"query": {"field": "created_at", "operator": "<", "value": 1_793_491_200}}

    def found() -> tuple[bytes, str]:
        with program(*options) as (_, line), httpx.Client(base_url=line.split()[-1], headers=AUTHORIZED) as client:
            timezone = client.get("/me").json()["app"]["timezone"]
            return client.post("/conversations/search", json=search).content, timezone

    first, second = found(), found()

    assert first == second
    assert first[1] == "Asia/Tokyo"
    assert b'"total_count":20' in first[0]


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    done = subprocess.run(
        [*COMMAND, "--timezone", "Mars/Olympus"], capture_output=True, text=True, timeout=10, check=False
    )

    assert done.returncode == 2
    assert "'Mars/Olympus' is no time zone; write it like Europe/Paris" in done.stderr
