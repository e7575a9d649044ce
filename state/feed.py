"""The decision feed: what was decided and done, as a bounded stream. No customer words."""

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from state import keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redis.asyncio import Redis

LENGTH = 10_000
"""About how many entries are kept."""


PROOFS = 5
"""Most tests that are kept of one step."""

LONGEST_ERROR = 200
"""Characters of an error that are kept."""


class Proof(msgspec.Struct, frozen=True, omit_defaults=True):
    """A test of a rule that held.

    `phrase` is the rule's own, cut to `state.entry.LONGEST` characters, never the customer's words; `span` is where it
    stood in the text.
    """

    rule: str
    field: str
    operator: str
    phrase: str = ""
    span: tuple[int, int] | None = None


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What Intercom answered. `applied_at` (Unix seconds) and `applied_by` are its own words, where it said them.

    `reason` is why it failed, in a word: that of the dead letter.
    """

    status: int = 0
    applied_at: int | None = None
    applied_by: str = ""
    error: str = ""
    request_id: str = ""
    reason: str = ""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One change and what became of it.

    That is `made`, `failed`, `shadow`, `no contact`, `no company`, or why no call was needed (`state.entry.Step`).
    `delay` is from the webhook to the call, in seconds. `kind` is of what object the tag is, and `object_id` which one,
    empty for the event's own. `proofs` are up to `PROOFS` tests that made the rules match.
    """

    kind: str
    tag: str
    action: str
    rules: tuple[str, ...]
    outcome: str
    delay: float | None = None
    object_id: str = ""
    proofs: tuple[Proof, ...] = ()
    reply: Reply | None = None


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event and its steps.

    `received_at` and `done_at` are Unix seconds, and so is `created_at`, by Intercom's clock; `rule_set` is the hash
    that decided. `gone` are the kinds of objects that Intercom was asked for and that are not there: of a contact or
    company all fields are missing, and an event about an object that is gone itself is over. `merged_from` is the id of
    the contact whose ledger this one has taken over.
    """

    app_id: str
    notification_id: str
    topic: str
    target: str
    rule_set: str
    received_at: float
    done_at: float
    steps: tuple[Step, ...] = ()
    conflicts: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unevaluated: tuple[str, ...] = ()
    created_at: int = 0
    merged_from: str = ""

    def encode(self) -> bytes:
        """MessagePack."""
        return _encoder.encode(self)


class Feed:
    """Reads the decision feed; `state.finish` writes it together with the end of the job."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def after(self, position: str = "0-0", *, most: int = 1_000) -> tuple[str, tuple[Entry, ...]]:
        """Up to `most` entries behind `position`, and the position behind them."""
        rows = await self._redis.xrange(keys.FEED, min=f"({position}", count=most)
        if not rows:
            return position, ()
        return rows[-1][0].decode(), _entries(rows)

    async def since(self, moment: float, *, most: int) -> tuple[str, tuple[Entry, ...]]:
        """The newest entries from `moment` (Unix seconds of Redis's clock) on, up to `most`, the oldest first.

        Before them the position behind them.
        """
        rows = await self._redis.xrevrange(keys.FEED, "+", str(round(moment * 1000)), count=most)
        rows.reverse()
        return rows[-1][0].decode() if rows else "0-0", _entries(rows)


def _entries(rows: "Sequence[tuple[bytes, Mapping[bytes, bytes]]]") -> tuple[Entry, ...]:
    """Those that can be read: another version may have written others."""
    found = []
    for _, fields in rows:
        with suppress(msgspec.MsgspecError):
            found.append(_decoder.decode(fields.get(b"entry", b"")))
    return tuple(found)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Entry)
