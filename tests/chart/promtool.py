"""Prometheus' own program, which says whether it could read rules and queries."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.chart.tools import program


def promtool(*words: object) -> str:
    """What it says; fails the test if it finds something wrong, and skips it where there is no promtool."""
    said = subprocess.run([program("promtool"), *map(str, words)], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def check(queries: Sequence[str], folder: Path) -> None:
    """Have it read each of them. They are written into the folder as rules, since it reads files only."""
    rules = [{"record": f"autotagger:query{number}", "expr": query} for number, query in enumerate(queries)]
    path = folder / "queries.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    assert f"{len(queries)} rules found" in promtool("check", "rules", path)
