"""What is in the image, and what is not."""

import asyncio
import json
import os
import re
import tomllib
from pathlib import Path

from tests.chart.tools import program
from tests.image.container import HARDENED, any_user, docker, inspected

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

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


COMPILED_ANEW = """
import importlib.util, pathlib, sys
import cli.serve, cli.worker
# Of those that are frozen into the interpreter the origin is no file.
files = [module.__spec__.origin or "" for module in list(sys.modules.values()) if module.__spec__]
compiled = {file: importlib.util.cache_from_source(file) for file in files if file.endswith(".py")}
print(len(compiled) > 500, *(file for file, kept in compiled.items() if not pathlib.Path(kept).exists()))
"""


async def test_no_start_compiles_what_could_be_kept(image: str) -> None:
    # Where nothing can be written, a module without its bytecode would be compiled anew at each start.
    command = ("--entrypoint=python", image, "-c", COMPILED_ANEW)
    code, said = await docker("run", "--rm", "--network=none", any_user(), *HARDENED, *command)

    assert (code, said) == (0, "True\n")


async def test_its_bill_of_materials_has_the_base_and_every_requirement(image: str, tmp_path: Path) -> None:
    trivy, bill = program("trivy"), tmp_path / "bill.json"
    make = ("make", "sbom", f"IMAGE={image}", f"SBOM={bill}", f"TRIVY={trivy}")
    variables = {name: os.environ[name] for name in ("PATH", "DOCKER_HOST") if name in os.environ}
    process = await asyncio.create_subprocess_exec(*make, cwd=ROOT, env=variables | {"HOME": str(tmp_path)})
    assert await process.wait() == 0

    parts = {one.get("purl", "").partition("?")[0] for one in json.loads(bill.read_text())["components"]}

    found = {part.removeprefix("pkg:pypi/").replace("_", "-") for part in parts if part.startswith("pkg:pypi/")}
    pins = re.findall(r"^([\w.-]+)==([\w.]+) \\$", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE)
    assert {f"{name}@{version}" for name, version in pins} - found == set()
    assert len(pins) > 30
    assert any(part.startswith("pkg:deb/debian/libc6@") for part in parts)


async def test_it_is_small(image: str) -> None:
    base = os.environ["IMAGE_BASE"]

    over = (await inspected(image))["Size"] - (await inspected(base))["Size"]

    assert over < OVER_BASE
