"""Which object a notification is about."""

import functools
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from facts import topics
from facts.notification import Notification
from facts.target import Target

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What may go into the path of a URL."""


class Ignored(Exception):
    """The notification is well formed and of no use here. `reason` is one of a few fixed texts, fit for counting."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def find(notification: Notification) -> Target:
    """What the notification asks to be tagged.

    Raises `Ignored` if its topic asks for nothing, or it carries no id where its topic should.
    """
    topic = topics.lookup(notification.topic)
    if topic.ignored:
        raise Ignored(topic.ignored)
    return locate(notification)


def locate(notification: Notification) -> Target:
    """What the notification is about, even if that is gone (`conversation.deleted`).

    Raises `Ignored` if its topic is about nothing that has tags, or it carries no id where its topic should.
    """
    topic = topics.lookup(notification.topic)
    if topic.shape is None:
        raise Ignored(topic.ignored)
    for path in topic.shape.id_at:
        found = _id_at(path, notification.item)
        if found is not None:
            return Target(notification.app_id, topic.shape.kind, found)
    # Signed and well formed, so Intercom's own: an error would not bring the id, and many of them stop all deliveries.
    raise Ignored("no target")


def merged_from(item: Mapping[str, Any]) -> str | None:
    """Which contact became part of the one that a `contact.merged` is about, by its trimmed item; None if nobody tells.

    The documentation names the key `merged_from` and does not show what stands there; only an object with an id is
    taken. https://developers.intercom.com/docs/references/webhooks/webhook-models
    """
    found = item.get("merged_from")
    return _as_text(found.get("id")) if isinstance(found, Mapping) else None


def _id_at(path: str, item: bytes) -> str | None:
    keys = path.split(".")
    try:
        found: Any = _decoder(path).decode(item)
    except msgspec.DecodeError:
        return None
    if found.type == "conversation_part":
        # What the documentation lists for conversation_part topics: its id is the part's own, and would tag another.
        raise Ignored("item is a part")
    for key in keys:
        found = getattr(found, key)
    return _as_text(found)


@functools.cache
def _decoder(path: str) -> msgspec.json.Decoder[Any]:
    """Reads only the value at `path`, and the item's type."""
    wanted: Any = Any
    for key in reversed(path.split(".")):
        wanted = msgspec.defstruct("At", [(key, wanted), ("type", Any, None)])
    return msgspec.json.Decoder(wanted)


def _as_text(value: object) -> str | None:
    if type(value) is int and value > 0:
        value = str(value)
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
