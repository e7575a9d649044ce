"""`autotagger dev`: receiver and worker in one process, on a Redis of their own unless one is named."""

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from cli import process
from cli.redis import EmbeddedRedisError, named_or_embedded
from cli.serve import run_receiver
from cli.settings import SettingsError, both_settings, redis_settings
from cli.worker import run_worker
from service.settings import ReceiverSettings
from state.settings import RedisSettings
from workers.rulebook import Rulebooks
from workers.settings import WorkerSettings


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".autotagger"),
    show_default=True,
    help="Where the embedded Redis keeps its data.",
)
def dev(data: Path) -> None:
    """Run receiver and worker together, against the real Intercom or the simulator."""
    try:
        # Mistakes are told before a Redis is started for nothing.
        named = redis_settings(os.environ)
        both_settings(os.environ, named or _somewhere(data))
        with named_or_embedded(named, data) as redis:
            receiver, worker = both_settings(os.environ, redis)
            _run(receiver, worker)
    except SettingsError as error:
        process.refuse(error.mistakes)
    except EmbeddedRedisError as error:
        process.refuse((str(error),))


def _run(receiver: ReceiverSettings, worker: WorkerSettings) -> None:
    rulebooks = process.rules_to_work_by(worker)
    # The worker's operations port is the receiver's, so it takes any other.
    process.run(lambda told: _both(receiver, replace(worker, ops_port=0), rulebooks, told))


async def _both(receiver: ReceiverSettings, worker: WorkerSettings, rulebooks: Rulebooks, told: asyncio.Event) -> None:
    """Run both until `told`, the receiver's line first; when one fails the other is ended too."""
    listening = asyncio.Event()

    def say(line: str) -> None:
        click.echo(line)
        listening.set()

    async def work() -> None:
        await listening.wait()
        await run_worker(worker, rulebooks, told)

    tasks = [asyncio.create_task(run_receiver(receiver, told, say=say)), asyncio.create_task(work())]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    told.set()
    listening.set()
    for task in tasks:
        with suppress(Exception):
            await task
    for task in done:
        task.result()


def _somewhere(data: Path) -> RedisSettings:
    return RedisSettings(unix_socket=str(data))
