"""Promises of the whole tree, which no linter knows."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = sorted(file.parent.name for file in ROOT.glob("*/__init__.py") if file.parent.name != "tests")

# Written so that they do not match themselves.
FORBIDDEN_TEXT = re.compile(
    r"/wo[r]k/|/ro[o]t/|/tmp/pro[b]e|py[p]i\.org|python[h]osted|npm[j]s\.(com|org)|deb\.de[b]ian|registry\.npm[j]s"
)
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "base", "manager", "managers", "misc"}


def _files() -> Iterator[Path]:
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split() if line] + [".git"]
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not any(fnmatch(part, pattern) for part in parts for pattern in ignored):
            yield path


FILES = list(_files())


def test_there_is_a_tree_to_look_at() -> None:
    assert {"rules", "service", "workers"} <= set(PACKAGES)
    assert ROOT / "tests" / "test_house.py" in FILES


# The rooms


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_stands_behind_a_wall(package: str) -> None:
    linter = PROJECT["tool"]["importlinter"]
    walled = {
        room.strip()
        for contract in linter["contracts"]
        for layer in contract.get("layers", contract.get("source_modules", []))
        for room in layer.split("|")
    }

    assert package in linter["root_packages"]
    assert package in walled


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_every_package_is_typed_and_known(package: str) -> None:
    tool = PROJECT["tool"]

    assert package in tool["mypy"]["files"]
    assert package in tool["ruff"]["lint"]["isort"]["known-first-party"]
    assert package == "tests" or package in tool["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "tests")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    modules = [path.relative_to(ROOT) for path in FILES if path.suffix == ".py"]

    assert [module for module in modules if FORBIDDEN_NAMES & {*module.parts[:-1], module.stem}] == []


# Text


def test_no_file_names_a_machine_or_a_registry() -> None:
    hits = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in FILES
        if (hit := FORBIDDEN_TEXT.search(path.read_text(errors="replace")))
    ]

    assert hits == []


def test_the_quick_start_is_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    section = re.search(r"^## Quick start\n(.*?)(?=^## |\Z)", readme, re.DOTALL | re.MULTILINE)

    assert section is not None
    blocks = re.findall(r"^```\w*\n(.*?)^```", section[1], re.DOTALL | re.MULTILINE)
    lines = [line.partition("#")[0].removeprefix("$ ").strip() for block in blocks for line in block.splitlines()]
    assert {line for line in lines if line} == {"make demo", "make test"}


# Dependencies


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


RUNTIME = {_name(line) for line in PROJECT["project"]["dependencies"]}
EXTRAS = {_name(line) for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines}
DEVELOPMENT = {_name(line) for line in PROJECT["dependency-groups"]["dev"]}


def _pins(file: str) -> dict[str, str]:
    """Each pin of a requirements file with all that belongs to it."""
    text = (ROOT / "requirements" / file).read_text()
    return {_name(entry): entry for entry in re.split(r"\n(?=\S)", text.strip())}


@pytest.mark.parametrize("file", ["run.txt", "otel.txt", "dev.txt", "build.txt"])
def test_every_pin_has_its_hashes_and_no_address(file: str) -> None:
    pin = re.compile(r"[\w.-]+==[\w.]+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")

    assert [entry for entry in _pins(file).values() if not pin.fullmatch(entry)] == []


def test_what_is_declared_is_pinned() -> None:
    assert RUNTIME - _pins("run.txt").keys() == set()
    assert (RUNTIME | EXTRAS) - _pins("otel.txt").keys() == set()
    assert (RUNTIME | DEVELOPMENT) - _pins("dev.txt").keys() == set()


def test_development_runs_on_what_production_runs_on() -> None:
    def versions(file: str) -> dict[str, str]:
        return {name: re.split(r"[ \\]", entry, maxsplit=1)[0] for name, entry in _pins(file).items()}

    assert versions("run.txt").items() <= versions("otel.txt").items() <= versions("dev.txt").items()
    assert versions("build.txt").items() <= versions("dev.txt").items()


def test_what_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    imported = {
        name
        for path in FILES
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES
        for name in _imports(ast.parse(path.read_text()))
    }
    foreign = imported - set(sys.stdlib_module_names) - set(PACKAGES)

    declared = RUNTIME | EXTRAS
    undeclared = {name for name in foreign if declared.isdisjoint(map(_name, distributions.get(name, [])))}

    assert undeclared == set()


def test_nothing_but_cli_knows_of_an_extra() -> None:
    importing = {
        path.relative_to(ROOT).parts[0]
        for path in FILES
        if path.suffix == ".py" and "opentelemetry" in _imports(ast.parse(path.read_text()))
    }

    assert importing & set(PACKAGES) == {"cli"}


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("name", sorted(RUNTIME | EXTRAS | DEVELOPMENT))
def test_every_dependency_has_its_reason(name: str) -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()

    assert re.search(rf"^\| {re.escape(name)} \| \S.*\. \|$", page, re.MULTILINE)


def test_no_reason_is_left_of_a_dependency_that_went() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text().partition("## What we do without")[0]
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \| ", page, re.MULTILINE)) - {"package"}

    assert explained - _pins("dev.txt").keys() == set()
