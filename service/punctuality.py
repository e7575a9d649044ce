"""Clients must say what they want in time, and in few words: slow ones are cut, and good ones never wait for them.

uvicorn has no deadline for reading a request, and its limit of connections turns slow clients into an outage for all.
"""

import asyncio
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Reason = Literal["too slow", "large headers", "too many connections"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take: seconds for a whole request, bytes of head, and connections of all clients together.

    Intercom gives an endpoint five seconds in all, and its requests arrive in one piece.
    Source: https://developers.intercom.com/docs/references/webhooks/webhook-models
    """

    reading: float = 10.0
    head: int = 32 * 1024
    connections: int = 800


@dataclass(slots=True)
class Door:
    """One port's connections for which nothing is done, the one first for which that is longest so, and their number.

    `connections` counts all, those too whose requests are being answered. `cut` is told of each that is cut.
    """

    limits: Limits = Limits()
    cut: Callable[[Reason], None] = lambda _: None
    waiting: dict["Punctual", None] = field(default_factory=dict)
    connections: int = 0

    @property
    def protocol(self) -> Callable[..., "Punctual"]:
        """What uvicorn makes for each connection."""
        return functools.partial(Punctual, self)


class Punctual(HttpToolsProtocol):
    """uvicorn's protocol, with a deadline for each request: from the connection, or its first byte, to its last byte.

    Between two requests uvicorn's keep-alive counts.
    """

    def __init__(self, door: Door, **given: Any) -> None:  # noqa: ANN401 - uvicorn's own arguments
        super().__init__(**given)
        self._door = door
        self._deadline: asyncio.TimerHandle | None = None
        self._head = 0
        self._in_head = self._only_head = True
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's is
        """Somebody is there: the clock runs. With too many there the one goes that has been of no use for longest."""
        super().connection_made(transport)
        self._door.connections += 1
        self._expect()
        if self._door.connections > self._door.limits.connections:
            next(iter(self._door.waiting)).cut("too many connections")

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._door.connections -= 1
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request; those that come after it was cut are not looked at."""
        if self._refused:
            return
        if self._deadline is None and self._in_head:
            self._expect()
        self._only_head = self._in_head
        super().data_received(data)
        if self._only_head:
            # All of it belongs to a head that goes on; the parser keeps a header to itself until that is complete.
            self._head += len(data)
            if self._head > self._door.limits.head:
                self._too_large()

    def on_message_begin(self) -> None:
        """A request begins; what stands before it in these bytes belongs to the last one."""
        super().on_message_begin()
        self._only_head = False
        if self._deadline is None:
            self._expect()

    def on_headers_complete(self) -> None:
        """The head is there: it goes on only if it is not too large."""
        self._in_head = self._only_head = False
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > self._door.limits.head:
            self._too_large()
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """All is said, and now something is done for them."""
        self._expect_nothing()
        self._head, self._in_head = 0, True
        if not self._refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """They have their answer, and may ask again."""
        super().on_response_complete()
        if self._deadline is None and not self._refused:
            self._door.waiting[self] = None

    def cut(self, reason: Reason) -> None:
        """End the connection without a word: whoever is slow to speak may be slow to listen."""
        self._refused = True
        self._expect_nothing()
        self._door.cut(reason)
        self.transport.abort()

    def _too_large(self) -> None:
        if self._refused:
            return
        self._refused = True
        self._expect_nothing()
        self._door.cut("large headers")
        self.transport.write(_TOO_LARGE)
        self.transport.close()

    def _expect(self) -> None:
        self._door.waiting.pop(self, None)
        self._door.waiting[self] = None
        self._deadline = self.loop.call_later(self._door.limits.reading, self.cut, "too slow")

    def _expect_nothing(self) -> None:
        self._door.waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
