"""Lets a test that looks at real time run by itself, although others run side by side.

Every test holds the room shared; one marked `alone` holds it for itself. All go in through a turnstile, in which who
waits for an empty room keeps the others from entering it, so that it does become empty. The locks are the kernel's,
and gone with the process that held them.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def room(folder: Path, *, alone: bool) -> Iterator[None]:
    """Be in the room of all processes that name the same `folder`. Waits, without an end of its own."""
    with (folder / "turnstile").open("w") as turnstile, (folder / "room").open("w") as inside:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        fcntl.flock(inside, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(turnstile, fcntl.LOCK_UN)
        yield
