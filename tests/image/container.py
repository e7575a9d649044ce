"""A command in a container, run as the chart runs it."""

import asyncio
import contextlib
import json
import os
import random
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from cli.fleet import Program, started

MEMORY = 256 * 2**20

HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", f"--memory={MEMORY}")
"""What `securityContext` and `resources` of a pod say."""


def any_user() -> str:
    """A user that no image knows, of group 0, as OpenShift chooses one for each namespace."""
    return f"--user={random.randrange(1_000_000_000, 2_000_000_000)}:0"


@contextlib.asynccontextmanager
async def contained(
    image: str, name: str, *, variables: Mapping[str, str], mounts: Mapping[Path, str]
) -> AsyncIterator[Program]:
    """Run `autotagger NAME` hardened, on this machine's network, with folders mounted for reading; see `running`.

    A signal to the program's process is one to the container, and its exit code the container's.
    """
    container = f"autotagger-{uuid4().hex}"
    options = [f"--name={container}", "--rm", "--network=host", any_user(), *HARDENED]
    options += [f"--env={key}={value}" for key, value in variables.items()]
    options += [f"--volume={folder}:{place}:ro" for folder, place in mounts.items()]
    try:
        async with started(name, ("docker", "run", *options, image, name), os.environ) as program:
            yield program
    finally:
        await docker("rm", "--force", container)


async def docker(*arguments: str, within: float = 60) -> tuple[int, str]:
    """Run a command of docker's: its exit code, and what it said."""
    process = await asyncio.create_subprocess_exec(
        *("docker", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(within):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def inspected(name: str) -> dict[str, Any]:
    """What the engine knows of an image or a container."""
    _, said = await docker("inspect", name)
    (found,) = json.loads(said)
    return dict(found)
