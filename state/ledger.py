"""The ledger: what was decided and done about the tags of each object. For tickets it is the only memory there is.

Intercom tells the tags of a ticket in no version: https://developers.intercom.com/docs/references/2.10/rest-api/tickets
"""

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from facts.target import Target
from state import keys
from state.entry import Action, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redis.asyncio import Redis

DAY = 86_400
SHOWN = "shown"
"""The field, beside the tags' own, of the tags that were shown last."""
_PERSON = "person:"
"""Prefix of the field, beside a tag's own, of what a person did that no event has told yet."""


class _Deed(msgspec.Struct, frozen=True, array_like=True):
    tag: str
    action: Action
    at: float


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """The ids of the tags that an event of that moment showed, without those of ours that no event has told yet."""

    at: float
    tag_ids: tuple[str, ...]

    def encode(self) -> bytes:
        """MessagePack."""
        return _encoder.encode(self)


class Page(msgspec.Struct, frozen=True):
    """All that is known of an object: entries by the tags' ids, and the fields whose news is in them already.

    `shown` is None where no event has shown the tags, or where that was not kept. `heard` is, by the tags' ids, what
    people had us do and no event had told, as it was kept.
    What another version wrote, and nobody here can read, counts as not known, whatever field it is in.
    """

    entries: dict[str, Entry]
    read: tuple[str, ...] = ()
    shown: Shown | None = None
    heard: dict[str, bytes] = {}

    @classmethod
    def from_fields(cls, fields: "Mapping[str, bytes]") -> "Page":
        """The page in the fields of its hash."""
        entries, read, heard = {}, [], {}
        for field, kept in fields.items():
            if not field.startswith((_PERSON, SHOWN)):
                with suppress(msgspec.MsgspecError):
                    entries[field] = Entry.decode(kept)
        for field, kept in fields.items():
            if field.startswith(_PERSON):
                heard[field.removeprefix(_PERSON)] = kept
                with suppress(msgspec.MsgspecError):
                    deed, tag_id = _deeds.decode(kept), field.removeprefix(_PERSON)
                    entry = entries.get(tag_id, Entry(deed.tag))
                    entries[tag_id] = entry.changed_by_person(deed.action, deed.at)
                    read.append(field)
        return cls(entries, tuple(read), _shown(fields.get(SHOWN, b"")), heard)


class Ledger:
    """One hash for each object, kept for `days` after the last change.

    Who decides on an object holds its lock, reads the page with it, and writes when the run ends: see `state.lock` and
    `state.finish`. Redis's errors pass through.
    """

    def __init__(self, redis: "Redis", *, days: int = 90) -> None:
        self._redis = redis
        self.days = days

    async def entries(self, target: Target) -> dict[str, Entry]:
        """All that is known of an object, by the tags' ids."""
        [found] = await self.all_entries([target])
        return found

    async def all_entries(self, targets: "Sequence[Target]") -> list[dict[str, Entry]]:
        """All that is known of each of some objects, by the tags' ids; a few hundred at a time."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for target in targets:
                pipe.hgetall(key(target))
            found = await pipe.execute()
        return [Page.from_fields({field.decode(): kept for field, kept in fields.items()}).entries for fields in found]

    async def changed_by_person(self, target: Target, tag_id: str, tag: str, action: Action, at: float) -> None:
        """A person added or removed a tag through us, at `at` (Unix seconds): the next event finds it written down."""
        async with self._redis.pipeline() as pipe:
            pipe.hset(key(target), mapping={f"{_PERSON}{tag_id}": _encoder.encode(_Deed(tag, action, at))})
            pipe.expire(key(target), self.days * DAY)
            await pipe.execute()


def _shown(kept: bytes) -> Shown | None:
    try:
        return _showns.decode(kept)
    except msgspec.MsgspecError:
        return None


def key(target: Target) -> str:
    """The hash of a target."""
    return f"{keys.LEDGER}{place(target)}"


def place(target: Target) -> str:
    """What tells a target from all others, in a key."""
    return f"{target.app_id}:{target.kind}:{target.id}"


_encoder = msgspec.msgpack.Encoder()
_showns = msgspec.msgpack.Decoder(Shown)
_deeds = msgspec.msgpack.Decoder(_Deed)
