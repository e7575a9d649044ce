"""What of a job is already made, so that its next run does not make it again."""

import msgspec

from rules.decision import Change

Made = frozenset[tuple[str, str]]
"""Pairs of action and tag."""


def read(progress: bytes) -> Made:
    """What an earlier run noted; nothing if it noted nothing, or nothing that can be read."""
    if not progress:
        return frozenset()
    try:
        return frozenset(_decoder.decode(progress))
    except msgspec.MsgspecError:
        return frozenset()


def note(made: Made) -> bytes:
    """`made`, for the next run."""
    return _encoder.encode(sorted(made)) if made else b""


def key(change: Change) -> tuple[str, str]:
    """What tells one change of a job from another."""
    return change.action, f"{change.kind}:{change.tag}"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[tuple[str, str]])
