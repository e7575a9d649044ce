"""What is in the image, and what is not."""

import os
import tomllib
from pathlib import Path

from tests.image.container import HARDENED, any_user, docker, inspected

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

OVER_BASE = 90 * 10**6
"""Bytes that we may add to the base; it is some 70 million, most of them compiled parts of what we depend on."""


async def shell(image: str, script: str) -> str:
    """What a script says in the image, run by root, from whom nothing is hidden there."""
    code, said = await docker(
        "run", "--rm", "--network=none", "--user=0:0", *HARDENED, "--entrypoint=sh", image, "-c", script
    )
    assert code == 0, said
    return said.strip()


async def test_it_says_what_it_is_and_runs_as_a_number(image: str) -> None:
    config = (await inspected(image))["Config"]

    labels = {key.removeprefix("org.opencontainers.image."): value for key, value in config["Labels"].items()}
    assert labels["title"] == PROJECT["name"]
    assert labels["version"] == PROJECT["version"]
    assert labels["licenses"] == PROJECT["license"]
    assert labels["revision"]
    assert config["Entrypoint"] == ["autotagger"]
    user, _, group = config["User"].partition(":")
    assert user.isdecimal()
    assert group.isdecimal()
    assert int(user) > 0


async def test_it_is_the_version_of_this_tree(image: str) -> None:
    code, said = await docker("run", "--rm", "--network=none", any_user(), *HARDENED, image, "version")

    assert (code, said) == (0, f"autotagger {PROJECT['version']}\n")


async def test_without_a_command_it_tells_which_there_are(image: str) -> None:
    code, said = await docker("run", "--rm", "--network=none", any_user(), *HARDENED, image)

    assert code == 0
    assert "worker" in said


async def test_all_of_it_is_roots_and_no_other_may_write_it(image: str) -> None:
    assert await shell(image, "find /opt -not -user 0 -o -not -type l -perm /022") == ""


async def test_nothing_is_in_it_that_only_built_it(image: str) -> None:
    tools = await shell(image, "for name in cc gcc g++ make uv hatchling; do command -v $name; done; true")
    pip = await shell(image, "ls -d /opt/autotagger/bin/pip* /opt/autotagger/lib/*/site-packages/pip; true")
    kept = await shell(
        image, "ls -d /build /package ~root/.cache /.cache 2>/dev/null; find / -name '*.whl' 2>/dev/null; true"
    )

    assert tools == ""
    assert pip.count("cannot access") == 2
    assert [line for line in kept.splitlines() if "/usr/share/" not in line] == []


async def test_it_loads_what_was_compiled_when_it_was_built(image: str) -> None:
    # Where nothing can be written, a module without its bytecode would be compiled anew at each start.
    missing = await shell(
        image,
        "cd /opt/autotagger/lib/*/site-packages && for room in cli facts rules service simulator state workers; do"
        ' find $room -name "*.py" | while read -r file; do'
        ' name=$(basename "$file" .py); ls "$(dirname "$file")"/__pycache__/"$name".*.pyc >/dev/null; done; done',
    )

    assert missing == ""


async def test_it_is_small(image: str) -> None:
    base = os.environ["IMAGE_BASE"]

    over = (await inspected(image))["Size"] - (await inspected(base))["Size"]

    assert over < OVER_BASE
