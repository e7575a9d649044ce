"""`python -m tests.bench [NAMES] [--quick] [--json]`."""

import asyncio
import json
import signal
import time
from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any, Protocol

import click
import uvloop
from rich.console import Console

from tests.bench import (
    answers,
    backlog,
    calls,
    decide,
    facts,
    faults,
    jobs,
    latency,
    ledger,
    machine,
    memory,
    pickup,
    receiver,
    rules,
    transport,
)
from tests.bench.result import Result
from tests.bench.table import show


class Bench(Protocol):
    def __call__(self, *, quick: bool) -> Awaitable[Result]: ...


BENCHES: dict[str, Bench] = {
    "receiver": receiver.measure,
    "answers": answers.measure,
    "pickup": pickup.measure,
    "jobs": jobs.measure,
    "transport": transport.measure,
    "facts": facts.measure,
    "decide": decide.measure,
    "rules": rules.measure,
    "latency": latency.measure,
    "backlog": backlog.measure,
    "faults": faults.measure,
    "calls": calls.measure,
    "ledger": ledger.measure,
    "memory": memory.measure,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option("--quick", is_flag=True, help="Fewer and shorter rounds: about a minute, and rougher.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(names: tuple[str, ...], quick: bool, as_json: bool) -> None:
    """Measure the service against its baselines, both in the same run. NAMES: all of them unless given.

    Exits with 1 if something could not be measured; a goal that is missed is a finding, not a failure.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            report = runner.run(_run(names or tuple(BENCHES), quick=quick, console=_console(on_stderr=as_json)))
        except asyncio.CancelledError:
            raise SystemExit(128 + signal.SIGTERM) from None
    if as_json:
        click.echo(json.dumps(report))
    raise SystemExit(any("error" in one for one in report["benches"].values()))


async def _run(names: tuple[str, ...], *, quick: bool, console: Console) -> dict[str, Any]:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    console.print(f"{machine.described()}\n")
    benches = {name: await _one(name, quick=quick, console=console) for name in names}
    return {"machine": machine.described(), "quick": quick, "benches": benches}


async def _one(name: str, *, quick: bool, console: Console) -> dict[str, Any]:
    """Run one bench, show it, and give it as JSON; one that fails does not keep the others back."""
    busy = await asyncio.to_thread(machine.busy)
    began = time.monotonic()
    try:
        result = await BENCHES[name](quick=quick)
    except Exception as error:  # noqa: BLE001 - whatever it was, it is shown and told by the exit code
        console.print(f"[red]{name} could not be measured[/red]: {type(error).__name__}: {error}\n", highlight=False)
        return {"error": f"{type(error).__name__}: {error}"}
    show(console, name, result)
    if busy > machine.BUSY:
        console.print(f"  [yellow]warning[/yellow]: others took {busy:.0%} of the machine; measure again when idle\n")
    return _document(result) | {"busy": round(busy, 2), "seconds": round(time.monotonic() - began, 1)}


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
    bench()
