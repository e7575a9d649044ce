"""`python -m tests.bench [NAMES] [--quick] [--json]`."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any, Protocol

import click
import uvloop
from rich.console import Console

from tests.bench import (
    backlog,
    decide,
    facts,
    faults,
    jobs,
    latency,
    machine,
    pickup,
    receiver,
    transport,
)
from tests.bench.result import Result
from tests.bench.table import show


class Bench(Protocol):
    def __call__(self, *, quick: bool) -> Awaitable[Result]: ...


BENCHES: dict[str, Bench] = {
    "receiver": receiver.measure,
    "pickup": pickup.measure,
    "jobs": jobs.measure,
    "transport": transport.measure,
    "facts": facts.measure,
    "decide": decide.measure,
    "latency": latency.measure,
    "backlog": backlog.measure,
    "faults": faults.measure,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option("--quick", is_flag=True, help="Fewer and shorter rounds: under a minute, and rougher.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(names: tuple[str, ...], quick: bool, as_json: bool) -> None:
    """Measure the service against its baselines, both in the same run. NAMES: all of them unless given."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(_run(names or tuple(BENCHES), quick=quick, console=_console(on_stderr=as_json)))
    if as_json:
        click.echo(json.dumps(report))


async def _run(names: tuple[str, ...], *, quick: bool, console: Console) -> dict[str, Any]:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    report: dict[str, Any] = {"machine": machine.described(), "quick": quick, "benches": {}}
    console.print(f"{report['machine']}\n")
    for name in names:
        busy = await asyncio.to_thread(machine.busy)
        began = time.monotonic()
        result = await BENCHES[name](quick=quick)
        seconds = time.monotonic() - began
        show(console, name, result)
        if busy > machine.BUSY:
            console.print(
                f"  [yellow]warning[/yellow]: others took {busy:.0%} of the machine; measure again when idle\n"
            )
        report["benches"][name] = _document(result) | {"busy": round(busy, 2), "seconds": round(seconds, 1)}
    return report


def _console(*, on_stderr: bool) -> Console:
    console = Console(stderr=on_stderr)
    if not console.is_terminal:
        console.width = 140
    return console


def _document(result: Result) -> dict[str, Any]:
    document = asdict(result)
    for written, goal in zip(document["goals"], result.goals, strict=True):
        written["met"] = goal.met
    return document


if __name__ == "__main__":
    sys.exit(bench())
