"""The receiver: the app that takes webhooks."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from service.fleet import Fleet
from service.fullness import Fullness
from service.letters import Letters
from service.metrics import Metrics
from service.settings import ReceiverSettings, Source
from service.webhook import Webhook
from state import processes
from state.enqueue import Enqueuer
from state.processes import Process
from state.pulse import Pulse
from state.tasks import end
from state.tracing import OFF, Tracer

PATH = "/webhooks/intercom"

Rotation = Callable[[Callable[[Sequence[Source]], None]], Coroutine[Any, Any, None]]
"""Tells whom to trust whenever that changes, until it is cancelled."""


def create_app(
    settings: ReceiverSettings,
    redis: Redis,
    metrics: Metrics,
    rotation: Rotation | None = None,
    tracer: Tracer = OFF,
) -> ASGIApp:
    """The app for the webhook port; `redis` comes from `state.connection.for_answers`, and the app closes it.

    Without a `rotation` of the client secrets they stay as they are.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(fullness.watch()),
            asyncio.create_task(Letters(redis, metrics, most=settings.dead_letters).watch()),
            asyncio.create_task(Fleet(redis, metrics.fleet).watch()),
            asyncio.create_task(pulse.watch()),
            *([asyncio.create_task(rotation(webhook.trust))] if rotation else []),
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
    webhook = Webhook(settings, Enqueuer(redis), metrics, fullness, tracer)
    return around(webhook, lifespan)


def around(webhook: Webhook, lifespan: Lifespan[Starlette] | None = None) -> ASGIApp:
    """`webhook` at its path, and Starlette's answers at all others."""
    app = Starlette(routes=[Route(PATH, webhook, methods=["HEAD", "POST"])], lifespan=lifespan)
    # Starlette would send whoever adds a slash to where their own Host header says.
    app.router.redirect_slashes = False

    async def straight_on(scope: Scope, receive: Receive, send: Send) -> None:
        # Nearly all that comes is one method on one path, and Starlette's way there costs as much as the signature.
        notified = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
        await (webhook if notified else app)(scope, receive, send)

    return straight_on
