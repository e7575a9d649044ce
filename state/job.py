"""The job: what the receiver hands to a worker, as versioned bytes."""

import msgspec

from facts.target import Target
from rules.language.values import Kind

VERSION = 1
_PREFIX = bytes([VERSION])
_RESTRICTED = bytes([2])
"""The version of a job for some rules only, which a process that knows nothing of that must leave alone."""


class Unreadable(Exception):
    """These bytes are no job that this process understands; a newer one may."""


class OtherVersion(Unreadable):
    """They are of a version that this process does not know: those are for others, as long as both are at work."""


class Job(msgspec.Struct, frozen=True, omit_defaults=True):
    """One notification to be handled.

    `created_at` and `received_at` are Unix seconds, the first by Intercom's clock, the second by the receiver's; `item`
    is the trimmed item (`facts.item`) and `trace` the trace context it came with. With `rules` only these rules'
    changes are made. New fields get a default, so that old and new versions read each other's jobs; a change that an
    old one would misread gets a new version.
    """

    app_id: str
    notification_id: str
    topic: str
    kind: Kind
    target_id: str
    created_at: int
    received_at: float
    item: bytes
    delivery_attempts: int = 1
    trace: dict[str, str] | None = None
    rules: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The job's own id, unique over all workspaces."""
        return f"{self.app_id}:{self.notification_id}"

    @property
    def target(self) -> Target:
        """What the notification is about."""
        return Target(self.app_id, self.kind, self.target_id)

    def encode(self) -> bytes:
        """The version's byte, then MessagePack."""
        return (_RESTRICTED if self.rules else _PREFIX) + _encoder.encode(self)

    @classmethod
    def decode(cls, payload: bytes) -> "Job":
        """The job in `payload`.

        Raises:
            OtherVersion: another version's bytes.
            Unreadable: what is no job of its version, or nothing at all.
        """
        if not payload:
            raise Unreadable("job without a byte")
        if payload[:1] not in {_PREFIX, _RESTRICTED}:
            raise OtherVersion(f"job of version {payload[:1].hex()}; this process reads versions 1 and 2")
        try:
            return _decoder.decode(payload[1:])
        except msgspec.MsgspecError as error:
            raise Unreadable(f"job that cannot be read: {error}") from None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Job)
