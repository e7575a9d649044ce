"""One exchange with a caller, down to the bytes and the socket."""

import asyncio
import socket
import struct
from collections.abc import Iterable

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Header = tuple[bytes, bytes]

_EXTENSION = "simulator"
_LINGER_NOT = struct.pack("ii", 1, 0)


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol that hands the application its transport, so that it can reset the connection."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {_EXTENSION: {"transport": self.transport}}


class Connection:
    """The caller of one request."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._transport = _transport(scope)
        self._receive = receive
        self._send = send

    async def body(self) -> bytes:
        """The whole body of the request."""
        message = await self._receive()
        if not message.get("more_body"):
            return bytes(message.get("body", b""))
        parts = [message["body"]]
        while message.get("more_body"):
            message = await self._receive()
            parts.append(message.get("body", b""))
        return b"".join(parts)

    async def answer(
        self, status: int, body: bytes, headers: Iterable[Header] = (), content_type: bytes = b"application/json"
    ) -> None:
        """Send a whole answer."""
        await self._start(status, len(body), headers, content_type)
        await self._send({"type": "http.response.body", "body": body})

    async def cut(self, status: int, body: bytes, headers: Iterable[Header] = ()) -> None:
        """Promise `body`, send half of it and hang up."""
        await self._start(status, len(body), headers, b"application/json")
        await self._send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        self._transport.close()
        await self.gone()

    async def reset(self) -> None:
        """Reset the connection: the caller sees ECONNRESET."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()
        await self.gone()

    async def gone(self) -> None:
        """Wait until the caller has hung up."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _start(self, status: int, length: int, headers: Iterable[Header], content_type: bytes) -> None:
        fixed = [(b"content-type", content_type), (b"content-length", b"%d" % length)]
        await self._send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})


def _transport(scope: Scope) -> asyncio.Transport:
    transport: asyncio.Transport = scope["extensions"][_EXTENSION]["transport"]
    return transport
