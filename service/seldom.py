"""Saying the same thing seldom: what happens with every request must not be a line with every request."""

import logging
import time

EVERY = 10.0


class Seldom:
    """A warning at its first occurrence, and then at most every ten seconds with how often it occurred meanwhile."""

    def __init__(self, log: logging.Logger, what: str, *, every: float = EVERY) -> None:
        self._log = log
        self._what = what
        self._every = every
        self._count = 0
        self._said_at: float | None = None

    def say(self, detail: str) -> None:
        """It occurred again; `detail` is shown if it is time."""
        self._count += 1
        now = time.monotonic()
        if self._said_at is not None and now - self._said_at < self._every:
            return
        since = "" if self._said_at is None else f" ({self._count} since the last such line)"
        self._log.warning("%s: %s%s", self._what, detail, since)
        self._said_at, self._count = now, 0
