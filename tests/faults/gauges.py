"""What processes tell of themselves at their operations port, and what the kernel tells of them."""

from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from cli.fleet import Program

KIB = 1024


def operations(program: Program) -> str:
    """The base URL of a process's operations port."""
    return program.urls[-1]


async def gauge(program: Program, name: str, **labels: str) -> float:
    """A metric: the sum over its series that have these labels."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        told = (await client.get(f"{operations(program)}/metrics")).text
    samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
    return sum(sample.value for sample in samples if sample.name == name and labels.items() <= sample.labels.items())


async def alive(program: Program) -> bool:
    """Whether its liveness probe says yes, within a second."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=1) as client:
            return (await client.get(f"{operations(program)}/livez")).status_code == 200
    except httpx.HTTPError:
        return False


def memory(program: Program) -> int:
    """Bytes of memory that a process holds now."""
    status = Path(f"/proc/{program.process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * KIB


def descriptors(program: Program) -> int:
    """How many files and sockets a process has open."""
    return len(list(Path(f"/proc/{program.process.pid}/fd").iterdir()))
