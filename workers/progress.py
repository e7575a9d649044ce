"""What came of a job's changes so far: its next run makes none of them again, and each is told and counted once."""

from collections.abc import Collection, Iterable

import msgspec

from rules.deciding.decision import Change
from state.feed import Step

MADE = frozenset({"made", "already so", "no contact", "no company"})
"""The outcomes after which nothing is left to do."""
FAILED = "failed"


def read(progress: bytes) -> tuple[Step, ...]:
    """The steps that earlier runs noted; none if they noted none, or nothing that can be read."""
    if not progress:
        return ()
    try:
        return tuple(_decoder.decode(progress))
    except msgspec.MsgspecError:
        return ()


def note(steps: Collection[Step]) -> bytes:
    """The steps, for the next run."""
    return _encoder.encode(steps) if steps else b""


def anew(progress: bytes) -> bytes:
    """What a job is to know that somebody has retried: what failed is to be tried again."""
    return note([step for step in read(progress) if step.outcome in MADE])


def end(steps: Iterable[Step], change: Change) -> Step | None:
    """The step after which nothing is left to do for `change`, be it made or refused for good; None without one."""
    found = (step for step in steps if _key(step) == (change.kind, change.tag, change.action, False))
    return next((step for step in found if step.outcome in MADE or _refused(step)), None)


def add(steps: list[Step], step: Step) -> bool:
    """Put a step in the place of what an earlier run came to for that change; whether it came to something else."""
    before = next((number for number, one in enumerate(steps) if _key(one) == _key(step)), None)
    if before is None:
        steps.append(step)
        return True
    news = steps[before].outcome != step.outcome
    steps[before] = step
    return news


def _key(step: Step) -> tuple[str, str, str, bool]:
    """What rules in shadow mode want stands beside what is done."""
    return step.kind, step.tag, step.action, step.outcome == "shadow"


def _refused(step: Step) -> bool:
    """Whether Intercom said no, for good. A tag that was missing may be there by now."""
    return step.outcome == FAILED and step.reply is not None and step.reply.status > 0


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Step])
