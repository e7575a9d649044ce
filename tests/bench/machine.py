"""What the figures were measured on, and whether it had anything else to do."""

import os
import platform
import time
from pathlib import Path

BUSY = 0.1
"""Share of the processors' time, taken by others, from which on figures are not to be trusted."""

_GLANCE = 0.5
_STAT = Path("/proc/stat")


def described() -> str:
    """In general words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def busy() -> float:
    """The share of the processors' time that others take just now, from 0 to 1; looks for half a second."""
    if not _STAT.exists():
        return min(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    before = _ticks()
    time.sleep(_GLANCE)
    after = _ticks()
    spent = [later - earlier for later, earlier in zip(after, before, strict=True)]
    idle = spent[3] + spent[4]
    return 1 - idle / max(sum(spent), 1)


def _ticks() -> list[int]:
    """user, nice, system, idle, iowait, irq, softirq, steal."""
    return [int(word) for word in _STAT.read_text().split("\n", 1)[0].split()[1:9]]
