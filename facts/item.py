"""The item of a notification, trimmed to what facts read, as bytes for the queue."""

import functools
from typing import Any, Final

import msgspec

from facts import topics, trimmed
from facts.notification import Notification
from facts.topics import Place, Shape, Topic

_LARGEST_PACKED: Final = 2**64
_SMALLEST_PACKED: Final = -(2**63)

_TYPES: Final[dict[Shape | None, type[msgspec.Struct]]] = {
    Shape.CONVERSATION: trimmed.Conversation,
    Shape.CONVERSATION_AND_CONTACT: trimmed.WithContact,
    Shape.TICKET: trimmed.TicketItem,
    Shape.WRAPPED_TICKET: trimmed.TicketItem,
    Shape.TICKET_AND_CONTACT: trimmed.WithContact,
    Shape.CONTACT: trimmed.Contact,
    Shape.CONTACT_TAG: trimmed.WithContact,
    Shape.COMPANY: trimmed.Company,
}
_CONVERSATIONS: Final[dict[Place, type[msgspec.Struct]]] = {
    Place.SOURCE: trimmed.ConversationWithSource,
    Place.PART: trimmed.ConversationWithPart,
}
_PACKER: Final = msgspec.msgpack.Encoder()
_UNPACKER: Final = msgspec.msgpack.Decoder(dict[str, Any])


def trim(notification: Notification) -> bytes:
    """The msgpack of what facts can read of the item, in Intercom's own key names; of an oddly built item, all of it.

    Nothing is raised for what `notification.read` let pass: a number that no float or 64-bit integer holds becomes
    null.
    """
    try:
        kept = _decoder(topics.lookup(notification.topic)).decode(notification.item)
        return _PACKER.encode(kept)
    except (msgspec.ValidationError, OverflowError):
        return pack(_whole(notification.item))


def pack(whole: object) -> bytes:
    """All of a document, but for integers that msgpack has no room for, which become null."""
    return _PACKER.encode(_packable(whole))


def load(trimmed_item: bytes) -> dict[str, Any]:
    """What `trim` kept."""
    return _UNPACKER.decode(trimmed_item)


@functools.cache
def _decoder(topic: Topic) -> msgspec.json.Decoder[msgspec.Struct]:
    if topic.ends:
        return msgspec.json.Decoder(trimmed.Nothing)
    kept: type[msgspec.Struct] = trimmed.MergedContact if topic.merges else _TYPES.get(topic.shape, trimmed.Nothing)
    if topic.shape is Shape.CONVERSATION:
        kept = _CONVERSATIONS.get(topic.message, kept)
    return msgspec.json.Decoder(kept)


def _whole(text: bytes) -> object:
    """A valid document; what the parser cannot hold of it, a number such as 1e999, is None."""
    try:
        whole: object = msgspec.json.decode(text)
    except msgspec.ValidationError:
        return _piece_by_piece(text)
    return whole


def _piece_by_piece(text: bytes) -> object:
    if text.startswith(b"{"):
        return {key: _whole(bytes(raw)) for key, raw in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).items()}
    if text.startswith(b"["):
        return [_whole(bytes(raw)) for raw in msgspec.json.decode(text, type=list[msgspec.Raw])]
    return None


def _packable(value: object) -> object:
    """The value without integers that msgpack has no room for."""
    if isinstance(value, dict):
        return {key: _packable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_packable(inner) for inner in value]
    if isinstance(value, int) and not _SMALLEST_PACKED <= value < _LARGEST_PACKED:
        return None
    return value
