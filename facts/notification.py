"""The envelope of a notification.

https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

from typing import Annotated, Any, Final

import msgspec

from facts import document, times
from facts.document import Malformed

__all__ = ["Malformed", "Notification", "read"]

# A pattern and not a literal: what cannot be read is told without a word of it.
_Type = Annotated[str, msgspec.Meta(pattern=r"^notification_event\Z")]
_WorkspaceId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
_NotificationId = Annotated[str, msgspec.Meta(max_length=128, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]


class Notification(msgspec.Struct, frozen=True):
    """One notification of a workspace, its item still unread.

    `id` is None for a ping. `created_at` is in Unix seconds; `delivery_attempts` counts from 1; `item` is the JSON
    text of `data.item`, an object.
    """

    app_id: str
    id: str | None
    topic: str
    created_at: int
    delivery_attempts: int
    item: bytes


class _Data(msgspec.Struct):
    item: msgspec.Raw


class _Envelope(msgspec.Struct):
    type: _Type
    app_id: _WorkspaceId
    topic: str
    data: _Data
    id: _NotificationId | None = None
    created_at: Any = None
    first_sent_at: Any = None
    delivery_attempts: Any = None


_FIRST_IMPLAUSIBLE_ATTEMPT: Final = 1_000_000
"""Intercom tries twice; a job's bytes have room for 64 bits."""

_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


def read(body: bytes) -> Notification:
    """The notification in `body`, whatever its topic.

    Raises `Malformed` for everything that is not a JSON notification.
    """
    envelope = document.parse(body, _ENVELOPE)
    item = bytes(envelope.data.item)
    if not item.startswith(b"{"):
        raise Malformed("Expected `object` - at `$.data.item`")
    return Notification(
        envelope.app_id, envelope.id, envelope.topic, _created_at(envelope), _attempts(envelope.delivery_attempts), item
    )


def _created_at(envelope: _Envelope) -> int:
    # Intercom first sends a notification within a second of creating it, so the one stands in for an odd other.
    for value in (envelope.created_at, envelope.first_sent_at):
        seconds = times.unix_seconds(value)
        if seconds is not None:
            return int(seconds)
    raise Malformed("Expected Unix seconds - at `$.created_at`")


def _attempts(value: object) -> int:
    return value if type(value) is int and 0 < value < _FIRST_IMPLAUSIBLE_ATTEMPT else 1
