"""Jobs as the first version of the receiver wrote them, and as the first version of the worker read them."""

import base64
import time
from typing import Literal

import msgspec

VERSION = bytes([1])

# What that receiver stored of a customer's "Can I get a refund, please?", but for the conversation and the times: its
# bytes, written by that version.
_WRITTEN = (
    "iKZhcHBfaWSocTRteDgxenSvbm90aWZpY2F0aW9uX2lk2Spub3RpZl83ZWMwMGFmNS02YWU2LTQxNWMtOTAzYS04NWVkMDdhNGY5"
    "YWOldG9waWO5Y29udmVyc2F0aW9uLnVzZXIucmVwbGllZKRraW5krGNvbnZlcnNhdGlvbql0YXJnZXRfaWShN6pjcmVhdGVkX2F0"
    "zmsI/1qrcmVjZWl2ZWRfYXTLP/gAAAAAAACkaXRlbcS13gACpHRhZ3OBpHRhZ3OQsmNvbnZlcnNhdGlvbl9wYXJ0c4GyY29udmVy"
    "c2F0aW9uX3BhcnRzkYKkYm9kedkpPHA+Q2FuIEkgZ2V0IGEgPGI+cmVmdW5kPC9iPiwgcGxlYXNlPzwvcD6mYXV0aG9yhKR0eXBl"
    "pHVzZXKiaWS4NjZhYjJmMTBjNGQ1ZTZmN2E4YjkwYzExpG5hbWWjQWRhpWVtYWlsr2FkYUBleGFtcGxlLmNvbQ=="
)


class Job(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fields that the first version knew."""

    app_id: str
    notification_id: str
    topic: str
    kind: Literal["conversation", "ticket", "contact", "company"]
    target_id: str
    created_at: int
    received_at: float
    item: bytes
    delivery_attempts: int = 1
    trace: dict[str, str] | None = None


def payload(conversation: str) -> bytes:
    """A customer asks for a refund in a conversation."""
    written = msgspec.msgpack.decode(base64.b64decode(_WRITTEN), type=Job)
    now = time.time()
    changed = msgspec.structs.replace(
        written, notification_id=conversation, target_id=conversation, created_at=int(now), received_at=now
    )
    return VERSION + msgspec.msgpack.encode(changed)


def reads(found: bytes | None) -> bool:
    """Whether the first version can read it; of what it cannot it says so, and leaves it."""
    if found is None or found[:1] != VERSION:
        return False
    return bool(msgspec.msgpack.decode(found[1:], type=Job).item)
