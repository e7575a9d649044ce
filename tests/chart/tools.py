"""The programs that the tests of the chart run. `.ci/tools` installs them; at home a helm on PATH will do for most.

Where CHART_TOOLS names the folder, all of them must be there; elsewhere a test whose program is missing is skipped.
"""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HELMS = ("helm3", "helm4")
MISSING = "what it needs is not here: CHART_TOOLS=$(.ci/tools) installs all that the chart's tests run"


def program(name: str) -> Path:
    """Where a program is; skips the test if it is nowhere."""
    found = _find(name)
    if found is None:
        pytest.skip(MISSING)
    return found


def node_modules() -> Path:
    """Where the schemas of custom resources are; skips the test without."""
    folder = os.environ.get("CHART_TOOLS")
    if not folder:
        pytest.skip(MISSING)
    return Path(folder, "npm", "node_modules")


def is_here(name: str) -> bool:
    """Whether there is such a program, or must be."""
    return bool(os.environ.get("CHART_TOOLS")) or _find(name) is not None


def _find(name: str) -> Path | None:
    folder = os.environ.get("CHART_TOOLS")
    if folder:
        found = [place for place in (Path(folder, "bin", name), Path(folder, "venv", "bin", name)) if place.exists()]
        assert found, f"CHART_TOOLS is {folder}, and {name} is not there: run .ci/tools"
        return found[0]
    on_path = _helm_on_path().get(name) if name in HELMS else shutil.which(name)
    return Path(on_path) if on_path else None


@functools.cache
def _helm_on_path() -> dict[str, str]:
    """The helm on PATH, by its major version."""
    helm = shutil.which("helm")
    if helm is None:
        return {}
    said = subprocess.run([helm, "version", "--short"], capture_output=True, text=True, check=True).stdout
    major = re.match(r"v(\d+)", said)
    return {f"helm{major[1]}": helm} if major else {}
