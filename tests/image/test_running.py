"""The image at work, as the chart runs it: nothing to write to, no rights, little memory, whatever user."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import BinaryIO

import pytest

from cli.fleet import Program, examples
from tests.config_map import mount
from tests.e2e.house import House, at_home
from tests.e2e.test_webhook_to_tag import REFUND, notification, post
from tests.image.container import HARDENED, any_user, contained, docker
from tests.redis_server import RedisServer
from tests.waiting import eventually

pytestmark = pytest.mark.alone

GRACE = {"serve": 30.0, "worker": 40.0}
"""Seconds that Kubernetes gives each before SIGKILL."""

SECRETS, RULES = "/run/secrets/autotagger", "/etc/autotagger/rules"


def mounted(folder: Path) -> dict[Path, str]:
    """Secrets and rules as the kubelet mounts them."""
    (folder / "rules").mkdir()
    (folder / "secrets").mkdir()
    mount(folder / "rules", {file.name: file.read_text() for file in examples().glob("*.yaml")}, "..1")
    mount(folder / "secrets", {"access-token": "test-token\n", "client-secrets": "test-client-secret\n"}, "..1")
    return {folder / "rules": RULES, folder / "secrets": SECRETS}


def in_files(variables: dict[str, str]) -> dict[str, str]:
    """The same settings with secrets and rules where they are mounted."""
    kept = {key: value for key, value in variables.items() if not key.endswith(("_SECRETS", "_TOKEN", "_RULES"))}
    if "AUTOTAGGER_RULES" in variables:
        return kept | {"AUTOTAGGER_RULES": RULES, "AUTOTAGGER_ACCESS_TOKEN_FILE": f"{SECRETS}/access-token"}
    return kept | {"AUTOTAGGER_CLIENT_SECRETS_FILE": f"{SECRETS}/client-secrets"}


async def ended(program: Program) -> int:
    """Its exit code after SIGTERM."""
    program.process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(GRACE[program.name]):
        return await program.process.wait()


async def tagged(house: House, conversation: str) -> bool:
    return await house.tags("conversation", conversation) == {"billing/refund"}


async def test_a_webhook_tags_and_sigterm_ends_in_good_order(
    redis_server: RedisServer, tmp_path: Path, image: str
) -> None:
    mounts = mounted(tmp_path)
    async with at_home(redis_server, workers=0) as house:
        await house.know_tags()
        for number in range(20):
            await house.seed("conversation", str(number))
        serve, work = in_files(house.receiver_variables), in_files(house.variables)
        async with (
            contained(image, "serve", variables=serve, mounts=mounts) as house.receiver,
            contained(image, "worker", variables=work, mounts=mounts) as worker,
        ):
            assert await post(house, notification("conversation", "0", REFUND)) == 200
            await eventually(lambda: tagged(house, "0"), timeout=20)

            # Both are in the middle of something.
            sent = [post(house, notification("conversation", str(number), REFUND)) for number in range(1, 20)]
            assert await asyncio.gather(*sent) == [200] * 19
            codes = await asyncio.gather(*map(ended, (house.receiver, worker)))

            assert codes == [0, 0], [*await house.receiver.said, *await worker.said]


@pytest.mark.parametrize("options", [(), (any_user(), *HARDENED, "--tmpfs=/tmp")], ids=["as it comes", "hardened"])
async def test_the_demo_needs_nothing_else(image: str, options: tuple[str, ...]) -> None:
    code, said = await docker(
        "run", "--rm", "--network=none", *options, image, "demo", "--events=40", "--rate=100", "--seed=7", "--json"
    )

    assert code == 0, said
    report = json.loads(said)
    assert report["complete"]
    assert report["tagged"] > 0


async def test_the_demo_says_that_it_needs_a_place_to_write(image: str) -> None:
    code, said = await docker("run", "--rm", "--network=none", any_user(), *HARDENED, image, "demo")

    assert code == 1
    assert "docker run --tmpfs /tmp" in said
    assert "Traceback" not in said


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """A file that has to be waited for, where every user may."""
    tmp_path.chmod(0o755)
    os.mkfifo(tmp_path / "event.json")
    (tmp_path / "event.json").chmod(0o644)
    return tmp_path / "event.json"


async def test_sigterm_ends_a_command_that_has_no_loop_to_hear_it(image: str, fifo: Path) -> None:
    volumes = (f"--volume={examples()}:{RULES}:ro", f"--volume={fifo.parent}:/events:ro")
    command = ("rules", "explain", RULES, f"/events/{fifo.name}")
    process = await asyncio.create_subprocess_exec(
        *("docker", "run", "--rm", "--network=none", any_user(), *HARDENED, *volumes, image, *command)
    )

    # Once somebody waits for what is in it, the command has begun; and it waits for as long as this end is open.
    writer = await eventually(lambda: opened(fifo), timeout=20)
    assert writer is not None
    with writer:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            code = await process.wait()

    assert code == 128 + signal.SIGTERM


def opened(fifo: Path) -> BinaryIO | None:
    """The end to write to, if somebody has the other one."""
    try:
        return os.fdopen(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), "wb")
    except OSError:
        return None
