"""`autotagger worker`: evaluates rules and tags."""

import asyncio
import os
import time

import click
from redis.asyncio import Redis

from cli import process
from cli.listener import listening
from cli.readiness import trusted
from cli.rotation import Rotation
from cli.settings import SettingsError, access_tokens, worker_settings
from cli.tracing import tracing
from service.operations import create_operations
from state.connection import for_work
from state.tasks import end
from workers.app import create_worker
from workers.loop import Worker
from workers.metrics import Metrics
from workers.rulebook import Rulebooks, shown, unevaluated
from workers.settings import WorkerSettings

STUCK = 30.0
"""Seconds without a turn of the loop, or without a look at the queues, after which a probe says no."""


@click.command()
def worker() -> None:
    """Take jobs, decide, change tags."""
    try:
        settings = worker_settings(os.environ)
    except SettingsError as error:
        process.refuse(error.mistakes)
    rulebooks = process.rules_to_work_by(settings)
    process.run(lambda told: run_worker(settings, rulebooks, told))


async def run_worker(settings: WorkerSettings, rulebooks: Rulebooks, told: asyncio.Event) -> None:
    """Run a worker until `told`, then let it finish what it has begun."""
    metrics = Metrics()
    rotation = Rotation(
        "access tokens",
        {workspace.app_id: workspace.access_token for workspace in settings.workspaces},
        access_tokens,
        current=metrics.tokens_current.set,
        every=settings.secrets_interval,
    )
    async with (
        tracing("worker") as tracer,
        for_work(settings.redis, connections=settings.concurrency * 2 + 10) as redis,
        create_worker(settings, rulebooks, redis, metrics, rotation.follow, tracer) as running,
    ):
        operations = create_operations(
            live=lambda: _live(running),
            ready=lambda: _ready(running, told, rulebooks),
            registry=metrics.registry,
            rules=lambda: shown(rulebooks),
        )
        async with listening(operations, settings.host, settings.ops_port) as operations_url:
            click.echo(f"worker started, operations on {operations_url}")
            working = asyncio.create_task(_work(running, redis))
            stopping = asyncio.create_task(told.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            failed = working.done()
            await running.stop()
            await end([working, stopping])
            if failed:
                working.result()


async def _work(running: Worker, redis: Redis) -> None:
    await trusted(redis)
    await running.async_run()


async def _live(running: Worker) -> str:
    if running.main_task is None:
        return ""  # it waits for Redis, which no restart would mend
    still = time.monotonic() - running.turned_at
    return f"the loop has not turned for {still:.0f} s" if still > STUCK else ""


async def _ready(running: Worker, told: asyncio.Event, rulebooks: Rulebooks) -> str:
    if told.is_set():
        return "draining"
    if not running.looked_at:
        return "Redis has not answered yet"
    silent = time.monotonic() - running.looked_at
    if silent > STUCK:
        return f"the queues could not be read for {silent:.0f} s"
    return "\n".join(f"workspace {app_id} is not evaluated: {why}" for app_id, why in unevaluated(rulebooks).items())
