"""An HTTP client that costs next to nothing: it sends bytes made before, and looks for the end of the answer."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Broken(Exception):
    """The server hung up before it had answered."""


class Link(asyncio.Protocol):
    """One connection, kept: a request at a time."""

    def __init__(self) -> None:
        self._answer = b""
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by descent

    def data_received(self, data: bytes) -> None:
        self._answer += data
        end = self._answer.find(b"\r\n\r\n")
        if end < 0 or self._answered is None:
            return
        length = _LENGTH.search(self._answer, 0, end)
        if len(self._answer) >= end + 4 + (int(length[1]) if length else 0):
            status = int(self._answer[9:12])
            self._answer = b""
            self._answered.set_result(status)

    def connection_lost(self, _: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(Broken("the server hung up"))

    async def exchange(self, request: bytes) -> int:
        """Send one request; the status of its answer."""
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answered


@dataclass(slots=True)
class Exchanges:
    """What came of many requests: seconds each took, how often which status, and how long it all took."""

    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds


async def exchange_all(
    port: int, requests: Sequence[bytes], *, connections: int, rate: float | None = None
) -> Exchanges:
    """Send all, as fast as the answers come, or `rate` a second.

    At a given rate time counts from the moment a request was due: a server that is behind does not slow the clock.
    """
    loop = asyncio.get_running_loop()
    links = [(await loop.create_connection(Link, "127.0.0.1", port))[1] for _ in range(connections)]
    found = Exchanges()
    numbered = iter(enumerate(requests))
    began = time.perf_counter()

    async def drive(link: Link) -> None:
        for number, request in numbered:
            sent_at = time.perf_counter() if rate is None else await _due(began + number / rate)
            found.statuses[await link.exchange(request)] += 1
            found.took.append(time.perf_counter() - sent_at)

    await asyncio.gather(*map(drive, links))
    found.seconds = time.perf_counter() - began
    for link in links:
        link.transport.close()
    return found


async def _due(moment: float) -> float:
    """Wait for `moment`; if it has passed already, the delay counts."""
    early = moment - time.perf_counter()
    if early <= 0:
        return moment
    await asyncio.sleep(early)
    return time.perf_counter()
