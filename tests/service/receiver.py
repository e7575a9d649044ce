"""A receiver on a real port, and what Intercom would send it."""

import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx

from cli.listener import listening
from service.app import PATH, create_app
from service.metrics import Metrics
from service.settings import ReceiverSettings, Source
from state.connection import for_answers
from state.settings import RedisSettings

APP_ID = "q4mx81zt"
SECRET = "test-client-secret"


def settings(redis: RedisSettings, *sources: Source) -> ReceiverSettings:
    return ReceiverSettings(redis, sources or (Source(APP_ID, (SECRET,)),))


@asynccontextmanager
async def receiving(configured: ReceiverSettings, metrics: Metrics | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """The receiver of `configured`, and a client for it."""
    app = create_app(configured, for_answers(configured.redis), metrics or Metrics())
    async with (
        listening(app, "127.0.0.1", 0, graceful=1) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        yield client


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha1=" + hmac.new(secret.encode(), body, "sha1").hexdigest()


def notification(topic: str = "conversation.user.created", **changes: Any) -> dict[str, Any]:
    """A believable envelope; `changes` replace its keys, `item` the item."""
    now = int(time.time())
    item = changes.pop("item", {"type": "conversation", "id": "215470000112233", "state": "open"})
    return {
        "type": "notification_event",
        "app_id": APP_ID,
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": f"notif_{uuid4()}",
        "topic": topic,
        "delivery_status": "pending",
        "delivery_attempts": 1,
        "delivered_at": 0,
        "first_sent_at": now,
        "created_at": now,
        "self": None,
        **changes,
    }


async def post(
    client: httpx.AsyncClient,
    document: dict[str, Any] | bytes,
    *,
    secret: str = SECRET,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send it as Intercom does; `headers` replace its headers."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    sent = {
        "Content-Type": "application/json",
        "User-Agent": "intercom-parrot-service-client/1.0",
        "X-Hub-Signature": signature(body, secret),
    }
    return await client.post(PATH, content=body, headers=sent | (headers or {}))
