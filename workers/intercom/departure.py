"""The last moment before the bytes of a call leave.

A slot of the rate budget and the lease on a job are both good for a time, and getting a connection may take longer:
with TLS it is several round trips, and the process may have been put to sleep meanwhile. So what has to hold when a
call leaves is asked where it leaves.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.connector import Connection

_check: ContextVar[Callable[[], None]] = ContextVar("check", default=lambda: None)


class Missed(Exception):
    """The moment has passed until which the call might leave; it has not left."""


@contextmanager
def checked(check: Callable[[], None]) -> Iterator[None]:
    """Have `check` called just before the bytes of a call leave; what it raises, the call raises, and is not made."""
    token = _check.set(check)
    try:
        yield
    finally:
        _check.reset(token)


class Request(aiohttp.ClientRequest):
    """aiohttp's request, which asks once more before it leaves."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send what has no body; on Python 3.11 aiohttp leaves a body to a task that runs later."""
        _check.get()()
        return await super().send(conn)

    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: Connection, content_length: int | None = None
    ) -> None:
        """Send head and body."""
        try:
            _check.get()()
        except Exception as refusal:  # noqa: BLE001 - it goes to whoever waits for the answer
            if conn.protocol is not None:
                conn.protocol.set_exception(refusal)
            return
        await super().write_bytes(writer, conn, content_length)
