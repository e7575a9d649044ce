"""`python -m tests.bench.rules_process COUNT`: what it takes to compile so many rules, in a process of its own."""

import gc
import json
import resource
import sys
import time
from pathlib import Path

from tests.bench import invented_rules

_STATUS = Path("/proc/self/statm")


def resident() -> float:
    """Megabytes of memory that this process holds now; the most it ever held where the system tells no more."""
    if _STATUS.exists():
        return int(_STATUS.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main(count: int) -> None:
    files = invented_rules.files(count)
    invented_rules.compiled(invented_rules.files(1))
    gc.collect()
    before, began = resident(), time.perf_counter()
    rule_set = invented_rules.compiled(files)
    seconds = time.perf_counter() - began
    gc.collect()
    print(json.dumps({"seconds": seconds, "megabytes": resident() - before, "rules": len(rule_set.rules)}))  # noqa: T201 - read by the bench


if __name__ == "__main__":
    main(int(sys.argv[1]))
