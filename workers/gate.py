"""A way to Intercom that is closed while Intercom refuses whoever takes it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Postponed(Exception):
    """Nothing can be sent now, or another run decides on the object: the job is to wait `wait` seconds, at no cost."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"not for {wait:.1f} s")
        self.wait = wait


class Gate:
    """Open until it is closed; after that time it lets calls through one at a time, and the first good one opens it."""

    def __init__(self) -> None:
        self._refused = False
        self._closed_until = 0.0
        self._probe = asyncio.Lock()

    @property
    def closed(self) -> float:
        """For how many seconds yet nothing gets through; 0 or less where a call may be tried."""
        return self._closed_until - time.monotonic() if self._refused else 0.0

    def close(self, seconds: float) -> bool:
        """Intercom has refused: let nothing through for so many seconds. Says whether that is news."""
        news, self._refused = not self._refused, True
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)
        return news

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Make one call inside of this; if it raises nothing, the gate is open.

        Raises:
            Postponed: it is closed.
        """
        if not self._refused:
            yield
        else:
            async with self._probe:
                if self.closed > 0:
                    raise Postponed(self.closed)
                yield
        self._refused = False
