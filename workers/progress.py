"""What of a job is already made, so that its next run does not make it again and the feed tells of it."""

from collections.abc import Iterable

import msgspec

from rules.deciding.decision import Change
from state.feed import Step

MADE = frozenset({"made", "already so", "no contact", "no company"})
"""The outcomes after which nothing is left to do."""


def read(progress: bytes) -> tuple[Step, ...]:
    """The steps that earlier runs noted; none if they noted none, or nothing that can be read."""
    if not progress:
        return ()
    try:
        return tuple(_decoder.decode(progress))
    except msgspec.MsgspecError:
        return ()


def note(steps: Iterable[Step]) -> bytes:
    """Those of `steps` that need no other run, for the next one."""
    made = [step for step in steps if step.outcome in MADE]
    return _encoder.encode(made) if made else b""


def covers(steps: Iterable[Step], change: Change) -> bool:
    """Whether `change` is among those that are made."""
    wanted = (change.kind, change.tag, change.action)
    return any((step.kind, step.tag, step.action) == wanted and step.outcome in MADE for step in steps)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Step])
