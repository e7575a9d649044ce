"""Rate-limit windows: fixed, aligned to the epoch, counted one by one."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

REMEMBERED = 10_000
"""How many windows are remembered."""


@dataclass(slots=True)
class Window:
    """Calls that came within one window: `start` in Unix seconds, how many were let through, how many refused."""

    start: float
    accepted: int = 0
    refused: int = 0


class Windows:
    """Counts calls. `limit` and `length` (seconds) may change at any time; a change holds from the next call on.

    `limit_speaks_of` is what `X-RateLimit-Limit` counts, which the documentation leaves unclear:
    https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting
    """

    def __init__(self, length: float, limit: int) -> None:
        self.length = length
        self.limit = limit
        self.limit_speaks_of: Literal["window", "minute"] = "window"
        self._windows: OrderedDict[float, Window] = OrderedDict()

    def take(self, now: float) -> bool:
        """Count a call that came at `now`; whether it is let through."""
        window = self._at(now)
        if window.accepted >= self.limit:
            window.refused += 1
            return False
        window.accepted += 1
        return True

    def headers(self, now: float) -> list[tuple[bytes, bytes]]:
        """What every answer says of the window that `now` is in."""
        window = self._at(now)
        limit = self.limit if self.limit_speaks_of == "window" else round(self.limit * 60 / self.length)
        return [
            (b"x-ratelimit-limit", b"%d" % limit),
            (b"x-ratelimit-remaining", b"%d" % max(0, self.limit - window.accepted)),
            (b"x-ratelimit-reset", b"%d" % math.ceil(window.start + self.length)),
        ]

    def seen(self) -> list[Window]:
        """The windows in which calls came, oldest first."""
        return list(self._windows.values())

    def _at(self, now: float) -> Window:
        start = now // self.length * self.length
        window = self._windows.get(start)
        if window is None:
            window = self._windows[start] = Window(start)
            if len(self._windows) > REMEMBERED:
                self._windows.popitem(last=False)
        return window
