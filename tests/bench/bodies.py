"""Signed notifications of a wanted size, as the bytes of whole requests."""

import random
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from service.app import PATH
from simulator.cast import Cast
from simulator.payloads.conversation import as_notified, conversation, source
from simulator.webhooks.notification import envelope, headers

APP_ID, SECRET = "q4mx81zt", "test-client-secret"
TOPIC = "conversation.user.created"

_PLACEHOLDER = "notif_00000000-0000-4000-8000-000000000000"
_WORDS = ("since", "the", "update", "our", "export", "shows", "an", "odd", "total", "nobody", "can", "tell", "why")


def notification(size: int) -> bytes:
    """A new conversation of `size` bytes, give or take a word, whose message is as long as it takes."""
    empty = len(_enveloped(""))
    rng = random.Random(1)
    words: list[str] = []
    length = 0
    while length < size - empty:
        words.append(rng.choice(_WORDS))
        length += len(words[-1]) + 1
    return _enveloped(" ".join(words))


def notifications(count: int, size: int) -> Iterator[bytes]:
    """As many, each with an id of its own."""
    template = notification(size)
    for _ in range(count):
        yield template.replace(_PLACEHOLDER.encode(), f"notif_{uuid4()}".encode())


def requests(count: int, size: int) -> list[bytes]:
    """As many, signed, as they go over the wire."""
    return [_request(body) for body in notifications(count, size)]


def message(text: str, conversation_id: str) -> dict[str, Any]:
    """A new conversation that begins with `text`: content and headers, as httpx takes them."""
    now = int(time.time())
    whole = item(text, now, conversation_id=conversation_id)
    body = envelope(whole, app_id=APP_ID, topic=TOPIC, notification_id=f"notif_{uuid4()}", created_at=now)
    return {"content": body, "headers": headers(body, SECRET)}


def item(message: str, now: int, *, conversation_id: str = "215470000112233") -> dict[str, Any]:
    """The item of a conversation that begins with `message`."""
    customer = Cast(random.Random(1), APP_ID).customer()
    opened_by = source("3391000001", customer.author(), f"<p>{message}</p>")
    return as_notified(conversation(conversation_id, created_at=now, opened_by=opened_by, customer=customer), ())


def _enveloped(message: str) -> bytes:
    now = int(time.time())
    return envelope(item(message, now), app_id=APP_ID, topic=TOPIC, notification_id=_PLACEHOLDER, created_at=now)


def _request(body: bytes) -> bytes:
    fields = {"Host": "127.0.0.1", **headers(body, SECRET), "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + body
