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


def program(name: str) -> Path:
    """Where a program is; skips the test if it is nowhere."""
    folder = os.environ.get("CHART_TOOLS")
    if folder:
        found = [place for place in (Path(folder, "bin", name), Path(folder, "venv", "bin", name)) if place.exists()]
        assert found, f"CHART_TOOLS is {folder}, and {name} is not there: run .ci/tools"
        return found[0]
    on_path = _helm_on_path().get(name) if name in HELMS else shutil.which(name)
    if on_path is None:
        pytest.skip(f"there is no {name} here: CHART_TOOLS=$(.ci/tools) installs all that the chart's tests need")
    return Path(on_path)


def node_modules() -> Path:
    """Where the schemas of custom resources are; skips the test without."""
    folder = os.environ.get("CHART_TOOLS")
    if not folder:
        pytest.skip("there are no schemas of custom resources here: CHART_TOOLS=$(.ci/tools) installs them")
    return Path(folder, "npm", "node_modules")


@functools.cache
def _helm_on_path() -> dict[str, str]:
    """The helm on PATH, by its major version."""
    helm = shutil.which("helm")
    if helm is None:
        return {}
    said = subprocess.run([helm, "version", "--short"], capture_output=True, text=True, check=True).stdout
    major = re.match(r"v(\d+)", said)
    return {f"helm{major[1]}": helm} if major else {}
