"""Clients must say what they want in time, in few words, in HTTP: others are cut, and good ones never wait for them.

uvicorn has no deadline for reading a request, and its limit of connections turns slow clients into an outage for all.
"""

import asyncio
import contextlib
import functools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service import head

Reason = Literal["too slow", "large headers", "broken request", "too many connections", "too many bodies"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take: seconds for a whole request, bytes of head; and all clients together: see below.

    There are so many `connections` at a time, and so many bytes of `bodies` that have not come to their end.

    `leaving` is for how many seconds a port that closes goes on with the connections there are, see `Door.close`.

    Intercom gives an endpoint five seconds in all, and its requests arrive in one piece.
    Source: https://developers.intercom.com/docs/references/webhooks/webhook-models
    """

    reading: float = 10.0
    head: int = 32 * 1024
    connections: int = 800
    leaving: float = 1.0
    bodies: int = 64 * 1024 * 1024


@dataclass(slots=True)
class Door:
    """One port's connections for which nothing is done, the one first for which that is longest so, and their number.

    `connections` counts all, those too whose requests are being answered. `bodies` are the bytes of body that have come
    of requests which are not whole, the one that began first before the others, and `held` is their sum. `cut` is told
    of each connection that is cut.
    """

    limits: Limits = Limits()
    cut: Callable[[Reason], None] = lambda _: None
    waiting: dict["Punctual", None] = field(default_factory=dict)
    connections: int = 0
    bodies: dict["Punctual", int] = field(default_factory=dict)
    held: int = 0
    closing: bool = False
    _empty: asyncio.Event = field(default_factory=asyncio.Event)

    async def close(self) -> None:
        """Have the next request of each connection be its last, until all have gone or `limits.leaving` is over.

        Clients that keep connections, as ingress controllers do, may be sending on one just when it is closed: they get
        a reset, and their client an error. Told so with an answer, they leave by themselves.
        """
        self.closing = True
        if self.connections:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.limits.leaving):
                    await self._empty.wait()

    def left(self) -> None:
        """A connection is gone."""
        self.connections -= 1
        if self.closing and not self.connections:
            self._empty.set()

    def hold(self, client: "Punctual", size: int) -> None:
        """Some bytes of a body are there: if they are too many by now, that goes which has been coming for longest.

        Nobody knows whose they are before the last byte is there. A good request's bytes come together.
        """
        self.bodies[client] = self.bodies.get(client, 0) + size
        self.held += size
        while self.held > self.limits.bodies and len(self.bodies) > 1:
            next(iter(self.bodies)).cut("too many bodies")

    def let_go(self, client: "Punctual") -> None:
        """The body is whole, or nobody wants it any more."""
        self.held -= self.bodies.pop(client, 0)

    @property
    def protocol(self) -> Callable[..., "Punctual"]:
        """What uvicorn makes for each connection."""
        return functools.partial(Punctual, self)


class Punctual(HttpToolsProtocol):
    """uvicorn's protocol, with a deadline for each request: from the connection, or its first byte, to its last byte.

    As long may answers lie unread; between two requests uvicorn's keep-alive counts. What was asked before a broken
    request, or before the client said its last word, is answered first: uvicorn would hang up, or answer out of turn.
    """

    def __init__(self, door: Door, **given: Any) -> None:  # noqa: ANN401 - uvicorn's own arguments
        super().__init__(**given)
        self._door = door
        self._deadline: asyncio.TimerHandle | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._head = 0
        self._in_head = self._no_body = True
        self._unanswered: deque[RequestResponseCycle] = deque()
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
        self._door.left()
        self._expect_nothing()
        self._listening()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request; those that come after it was refused are not looked at."""
        if self._refused:
            return
        if self._deadline is None and self._in_head:
            self._expect()
        self._no_body = True
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refuse("broken request", _BROKEN)
            return
        if self._no_body:
            # All of it belongs to a head, or to the trailers behind a body, that goes on; the parser keeps a header to
            # itself until that is complete.
            self._head += len(data)
            if self._head > self._door.limits.head:
                self._refuse("large headers", _TOO_LARGE)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio wants to know whether to hang up
        """They have said their last word, and may still listen."""
        if not self._refused:
            self._forget_half_a_request()
        return self._closes_after_the_last_answer()

    def pause_writing(self) -> None:
        """They do not listen, and our answers pile up: the clock runs."""
        super().pause_writing()
        self._patience = self.loop.call_later(self._door.limits.reading, self.cut, "too slow")

    def resume_writing(self) -> None:
        """They listen again."""
        super().resume_writing()
        self._listening()

    def on_message_begin(self) -> None:
        """A request begins; what stands before it in these bytes belongs to the last one."""
        if self._refused:
            return
        super().on_message_begin()
        self._no_body = False
        if self._deadline is None:
            self._expect()

    def on_headers_complete(self) -> None:
        """The head is there: it goes on only if it is sound and not too large."""
        if self._refused:
            return
        self._no_body = False
        if self.parser.should_upgrade() or not head.sound(self.parser.get_http_version(), self.headers):
            self._refuse("broken request", _BROKEN)
        elif len(self.url) + head.size(self.headers) > self._door.limits.head:
            self._refuse("large headers", _TOO_LARGE)
        else:
            super().on_headers_complete()
            self._unanswered.append(self.cycle)
            if self._door.closing:
                self._make_it_the_last()
            self._in_head = False
            # What comes behind the body as trailers must not pass for headers.
            self.headers = []

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._no_body = False
        if not self._refused and not self.cycle.response_complete:
            super().on_body(body)
            self._door.hold(self, len(body))

    def on_message_complete(self) -> None:
        """All is said, and now something is done for them."""
        if self._refused:
            return
        self._expect_nothing()
        self._head, self._in_head = 0, True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """They have their answer, and may ask again."""
        self._unanswered.popleft()
        super().on_response_complete()
        if self._deadline is None and not self._refused:
            self._door.waiting[self] = None

    def cut(self, reason: Reason) -> None:
        """End the connection without a word: whoever is slow to speak may be slow to listen."""
        if not self._refused:
            self._door.cut(reason)
        self._refused = True
        self._expect_nothing()
        self.transport.abort()

    def _refuse(self, reason: Reason, answer: bytes) -> None:
        """Take no more from them; what was asked before is answered first, and then takes the place of this answer."""
        if self._refused:
            return
        self._refused = True
        self._expect_nothing()
        self._door.cut(reason)
        half_way = not self._in_head
        answered = half_way and self.cycle.response_complete
        self._forget_half_a_request()
        if not self._closes_after_the_last_answer():
            self.transport.write(b"" if answered else answer)
            self.transport.close()

    def _forget_half_a_request(self) -> None:
        """Have the request whose body will not come any more end as if the client had gone away."""
        if self._in_head or self.cycle.response_complete:
            return
        self._unanswered.pop()
        self.cycle.disconnected = True
        self.cycle.message_event.set()

    def _make_it_the_last(self) -> None:
        """Have this request's answer say that the connection ends, and none before it that waits for its turn."""
        for cycle in self._unanswered:
            cycle.keep_alive = cycle is not self.cycle

    def _closes_after_the_last_answer(self) -> bool:
        """Whether there are answers to wait for; what uvicorn has queued behind the last one is not begun then."""
        if self._unanswered:
            self._unanswered[-1].keep_alive = False
        return bool(self._unanswered)

    def _expect(self) -> None:
        self._door.waiting.pop(self, None)
        self._door.waiting[self] = None
        self._deadline = self.loop.call_later(self._door.limits.reading, self.cut, "too slow")

    def _expect_nothing(self) -> None:
        self._door.waiting.pop(self, None)
        self._door.let_go(self)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _listening(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def _answer(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".encode()


_BROKEN = _answer("400 Bad Request")
_TOO_LARGE = _answer("431 Request Header Fields Too Large")
