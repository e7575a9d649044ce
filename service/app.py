"""The receiver: the Starlette app that takes webhooks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Route

from service.metrics import Metrics
from service.settings import ReceiverSettings
from service.webhook import Webhook
from state.enqueue import Enqueuer

PATH = "/webhooks/intercom"


def create_app(settings: ReceiverSettings, redis: Redis, metrics: Metrics) -> Starlette:
    """The app for the webhook port; `redis` comes from `state.connection.for_answers`, and the app closes it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await redis.aclose()

    webhook = Webhook(settings, Enqueuer(redis), metrics)
    return Starlette(routes=[_route(webhook)], lifespan=lifespan)


def _route(webhook: Webhook) -> Route:
    # Starlette guesses methods only for functions; an ASGI endpoint names its own.
    return Route(PATH, webhook, methods=["HEAD", "POST"])
