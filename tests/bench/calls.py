"""How many calls to Intercom the work takes: receiver, worker, Redis and simulator at work, each a process."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from cli.fleet import examples
from tests.bench import bodies
from tests.bench.house import Intercom, intercom, receiver, worker
from tests.bench.patience import until
from tests.bench.redis import no_job_waits
from tests.bench.result import Goal, Result, Row
from tests.redis_server import RedisServer

RATE = 60.0
"""Notifications a second, as in the demo."""

_COMPANY_RULE = """version: 1
rules:
- id: reads-the-company
  mode: shadow
  if: {message.text: {exists: yes}, company.monthly_spend: {at_least: 500}}
  then: {add: [partner]}
  examples:
    match: [{message.text: hello, company.monthly_spend: 900}]
    no_match: [hello]
"""
_READ = re.compile(r'autotagger_hydration_reads_total\{read="[^"]*",source="(\w+)"\} ([0-9.]+)')


@dataclass(frozen=True, slots=True)
class Work:
    """What some events took: `tagging` calls, of which so many were `needed`; reads by what answered them."""

    tagging: int
    needed: int
    reads: dict[str, float]

    @property
    def hit_rate(self) -> float:
        """The share of reads that took no call of their own."""
        whole = sum(self.reads.values())
        return (whole - self.reads.get("call", 0)) / whole if whole else 0.0


async def measure(*, quick: bool) -> Result:
    events = 200 if quick else 1_200
    enough, idle = await _told(events, "please refund me"), await _told(events, "how do I export a list")
    demo, reading = await _demo(events, company=False), await _demo(events, company=True)
    per_change, for_nothing = enough.tagging / max(enough.needed, 1), idle.tagging + sum(idle.reads.values())
    rows = (
        Row(f"a change that the payload suffices for, {enough.needed} changes", "calls", per_change),
        Row(f"an event that needs no change, {events} events", "calls", for_nothing / events),
        Row(f"a change in the demo workload, {demo.needed} changes", "calls", demo.tagging / max(demo.needed, 1)),
        Row(f"hits, demo workload, {sum(demo.reads.values()):.0f} reads", "%", 100 * demo.hit_rate),
        Row(f"hits, and a rule on the company, {sum(reading.reads.values()):.0f} reads", "%", 100 * reading.hit_rate),
    )
    goals = (
        Goal("a needed change:", per_change, 1.0, "calls"),
        Goal("no change:", for_nothing / events, 0.0, "calls"),
    )
    notes = (
        "The list of the workspace's tags, read once a minute by each worker, is not counted.",
        "In the demo workload events about one object are under way at once: payloads may be older than our changes.",
        "In the demo workload a rule reads what the customer's company spends, where somebody wants to leave.",
    )
    return Result("calls to Intercom", rows, goals, notes)


async def _told(events: int, text: str) -> Work:
    """New conversations with one message each, for the example rules."""
    with RedisServer() as server:
        async with (
            _at_work(server, examples()) as (simulator, webhook, operations),
            httpx.AsyncClient(trust_env=False) as client,
        ):
            for number in range(events):
                await simulator.post("conversations", id=f"9{number}")
                response = await client.post(webhook, **bodies.message(text, f"9{number}"))
                response.raise_for_status()
            return await _done(server, simulator, operations)


async def _demo(events: int, *, company: bool) -> Work:
    """What `autotagger demo` sends; with `company` for one rule more, which reads what no notification brings."""
    with RedisServer() as server, tempfile.TemporaryDirectory() as folder:
        rules = Path(shutil.copytree(examples(), folder, dirs_exist_ok=True))
        if company:
            (rules / "company.yaml").write_text(_COMPANY_RULE)
        async with _at_work(server, rules) as (simulator, webhook, operations):
            run = (await simulator.post("send", url=webhook, events=events, rate=RATE, seed=7))["run"]
            await simulator.sent(run, within=events / RATE + 60)
            return await _done(server, simulator, operations)


async def _done(server: RedisServer, simulator: Intercom, operations: str) -> Work:
    """Wait until no job is left, and count what it took."""
    async with server.client() as redis, httpx.AsyncClient(trust_env=False) as client:
        await until(lambda: no_job_waits(redis), within=60)
        calls = (await simulator.get("calls"))["calls"]
        told = (await client.get(f"{operations}/metrics")).text
    tagging = [call for call in calls if call["method"] != "GET"]
    reads: dict[str, float] = {}
    for source, count in _READ.findall(told):
        reads[source] = reads.get(source, 0) + float(count)
    return Work(len(tagging), sum(call["applied"] for call in tagging), reads)


@contextlib.asynccontextmanager
async def _at_work(server: RedisServer, rules: Path) -> AsyncIterator[tuple[Intercom, str, str]]:
    async with intercom() as simulator, receiver(server) as webhook:
        for name in _names(rules):
            await simulator.post("tags", name=name)
        async with worker(server, simulator, RULES=str(rules)) as program:
            yield simulator, webhook, program.urls[0]


def _names(rules: Path) -> list[str]:
    return re.findall(r"^  (\S+): ", (rules / "tags.yaml").read_text(), re.MULTILINE)
