"""`autotagger serve`: the receiver."""

import asyncio
import os
from collections.abc import Callable

import click

from cli import process
from cli.listener import listening
from cli.readiness import trusted
from cli.rotation import Rotation
from cli.settings import SettingsError, receiver_settings, sources
from cli.tracing import tracing
from service.app import PATH, create_app
from service.metrics import Metrics
from service.operations import create_operations
from service.punctuality import Door, Limits
from service.settings import ReceiverSettings
from state.connection import for_answers, for_work
from state.tasks import end


@click.command()
def serve() -> None:
    """Take webhooks: verify, store, answer."""
    try:
        settings = receiver_settings(os.environ)
    except SettingsError as error:
        process.refuse(error.mistakes)
    process.run(lambda told: run_receiver(settings, told))


async def run_receiver(
    settings: ReceiverSettings, told: asyncio.Event, *, say: Callable[[str], None] = click.echo
) -> None:
    """Run the receiver until `told`; `say` is given one line when it listens.

    It listens before Redis answers, and refuses as in any outage of Redis: Intercom hears more from us than from a
    closed port. A Redis that must not be used ends it.
    """
    async with for_work(settings.redis, connections=2) as redis, tracing("receiver") as tracer:
        started = asyncio.create_task(trusted(redis))

        async def live() -> str:
            return ""

        async def ready() -> str:
            # A Redis that is away later does not make the receiver unready: the 503s and 429s that Intercom is to
            # hear then are ours to choose, not the ingress's.
            if told.is_set():
                return "draining"
            return "" if started.done() else "Redis has not answered yet"

        metrics = Metrics()
        door = Door(
            Limits(reading=settings.request_timeout, connections=settings.connections),
            cut=metrics.cut_off,
        )
        rotation = Rotation(
            "client secrets",
            settings.sources,
            sources,
            current=lambda current: metrics.reread(successful=current),
            every=settings.secrets_interval,
        )
        app = create_app(settings, for_answers(settings.redis), metrics, rotation.follow, tracer)
        operations = create_operations(live=live, ready=ready, registry=metrics.registry)
        async with (
            listening(operations, settings.host, settings.ops_port) as operations_url,
            listening(app, settings.host, settings.port, graceful=settings.completion_wait, door=door) as url,
        ):
            say(f"receiver listening on {url}{PATH}, operations on {operations_url}")
            stopping = asyncio.create_task(told.wait())
            await asyncio.wait({started, stopping}, return_when=asyncio.FIRST_COMPLETED)
            try:
                if started.done():
                    started.result()
                await stopping
            finally:
                await end([started, stopping])
