"""What `helm test` runs, against a real receiver."""

import asyncio
import sys
from pathlib import Path

from cli.fleet import redis_url, running
from tests.chart.reference import CHART
from tests.redis_server import RedisServer

SCRIPT = CHART / "files" / "signed_ping.py"


async def ping(url: str, secrets: dict[str, str], folder: Path) -> tuple[int, list[str]]:
    """Its exit code and its lines."""
    for app_id, text in secrets.items():
        (folder / app_id).mkdir()
        (folder / app_id / "client-secrets").write_text(text)
    (folder / "..data").mkdir()
    process = await asyncio.create_subprocess_exec(
        # As the pod runs it: the text itself, on the command line.
        *(sys.executable, "-c", SCRIPT.read_text(), url, str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode().splitlines()


def variables(server: RedisServer, folder: Path) -> dict[str, str]:
    """Of a receiver with two workspaces, the first in the middle of a rotation."""
    (folder / "abc").write_text("new-secret,old-secret")
    (folder / "xyz").write_text("xyz-secret")
    spaces = folder / "workspaces.yaml"
    spaces.write_text("abc12def: {client_secrets_file: abc}\nxyz34uvw: {client_secrets_file: xyz}\n")
    return {
        "REDIS_URL": redis_url(server.settings),
        "AUTOTAGGER_WORKSPACES": str(spaces),
        "AUTOTAGGER_HOST": "127.0.0.1",
        "AUTOTAGGER_PORT": "0",
        "AUTOTAGGER_OPS_PORT": "0",
    }


async def test_all_is_well_where_the_receiver_knows_the_secrets(redis_server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "mounted").mkdir()
    mounted = {"abc12def": "new-secret,old-secret\n", "xyz34uvw": "xyz-secret"}
    async with running("serve", variables=variables(redis_server, tmp_path)) as receiver:
        code, lines = await ping(receiver.urls[0], mounted, tmp_path / "mounted")

    assert (code, [line.split()[0] for line in lines]) == (0, ["ok"] * 6)


async def test_a_secret_that_the_receiver_does_not_know_is_told(redis_server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "mounted").mkdir()
    async with running("serve", variables=variables(redis_server, tmp_path)) as receiver:
        code, lines = await ping(receiver.urls[0], {"xyz34uvw": "another"}, tmp_path / "mounted")

    assert code == 1
    wrong = "WRONG  workspace xyz34uvw: a ping signed under client secret 1: 401, wanted 200"
    assert [line for line in lines if line.startswith("WRONG")] == [wrong]


async def test_a_receiver_that_is_not_there_is_told(free_port: int, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port}/webhooks/intercom"

    code, lines = await ping(url, {"xyz34uvw": "xyz-secret"}, tmp_path)

    assert code == 1
    assert all(line.startswith("WRONG") and "no answer" in line for line in lines)
