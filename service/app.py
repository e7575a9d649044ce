"""The receiver: the app that takes webhooks."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from service.fleet import Fleet
from service.fullness import Fullness
from service.letters import Letters
from service.metrics import Metrics
from service.rotation import Reread, follow
from service.settings import ReceiverSettings
from service.webhook import Webhook
from state import processes
from state.enqueue import Enqueuer
from state.processes import Process
from state.pulse import Pulse
from state.tasks import end

PATH = "/webhooks/intercom"


def create_app(settings: ReceiverSettings, redis: Redis, metrics: Metrics, reread: Reread | None = None) -> ASGIApp:
    """The app for the webhook port; `redis` comes from `state.connection.for_answers`, and the app closes it.

    `reread` is asked now and then whom to trust; without it that never changes.
    """
    whom: Reread = (lambda: settings.sources) if reread is None else reread

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(fullness.watch()),
            asyncio.create_task(Letters(redis, metrics, most=settings.dead_letters).watch()),
            asyncio.create_task(Fleet(redis, metrics.fleet).watch()),
            asyncio.create_task(follow(webhook, whom, metrics, every=settings.secrets_interval)),
            asyncio.create_task(pulse.watch()),
        ]
        yield
        await end(tasks)
        await pulse.end()
        await redis.aclose()

    began = time.monotonic()

    def described() -> Process:
        return processes.this("receiver", time.monotonic() - began, problem=metrics.problem)

    pulse = Pulse(redis, metrics.tally, described)
    fullness = Fullness(redis)
    webhook = Webhook(settings, Enqueuer(redis), metrics, fullness)
    return around(webhook, lifespan)


def around(webhook: Webhook, lifespan: Lifespan[Starlette] | None = None) -> ASGIApp:
    """`webhook` at its path, and Starlette's answers at all others."""
    app = Starlette(routes=[Route(PATH, webhook, methods=["HEAD", "POST"])], lifespan=lifespan)

    async def straight_on(scope: Scope, receive: Receive, send: Send) -> None:
        # Nearly all that comes is one method on one path, and Starlette's way there costs as much as the signature.
        notified = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
        await (webhook if notified else app)(scope, receive, send)

    return straight_on
