"""A webhook notification: its envelope, its headers, its signature.

https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec


def envelope(
    item: Mapping[str, Any],
    *,
    app_id: str,
    topic: str,
    notification_id: str | None,
    created_at: int,
    attempt: int = 1,
    first_sent_at: int | None = None,
) -> bytes:
    """The body of a notification, keys in Intercom's order.

    `notification_id` is None for a ping, which has no delivery status either. Times are Unix seconds; `attempt`
    counts from 1; `first_sent_at` is when the first attempt was made, `created_at` unless given.
    """
    document = {
        "type": "notification_event",
        "app_id": app_id,
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": notification_id,
        "topic": topic,
        "delivery_status": None if notification_id is None else "pending",
        "delivery_attempts": attempt,
        "delivered_at": 0,
        "first_sent_at": created_at if first_sent_at is None else first_sent_at,
        "created_at": created_at,
        "self": None,
    }
    return msgspec.json.encode(document)


def signature(body: bytes, client_secret: str) -> str:
    """The value of `X-Hub-Signature` for exactly these bytes."""
    return "sha1=" + hmac.new(client_secret.encode(), body, hashlib.sha1).hexdigest()


def headers(body: bytes, client_secret: str) -> dict[str, str]:
    """The headers that go with a notification's bytes."""
    return {
        "User-Agent": "intercom-parrot-service-client/1.0",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "X-Hub-Signature": signature(body, client_secret),
    }
