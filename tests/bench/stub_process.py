"""A server that answers as Intercom does: to a tag that was put on, a conversation that is read, a search."""

import asyncio
import re
from typing import Any, cast

from tests.bench import child
from tests.bench.rest_answers import BODIES, Asked

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD = (
    b"HTTP/1.1 200 OK\r\ndate: Thu, 09 Oct 2025 08:53:20 GMT\r\ncontent-type: application/json; charset=utf-8\r\n"
    b"x-ratelimit-limit: 1666\r\nx-ratelimit-remaining: 1600\r\nx-ratelimit-reset: 1760000010\r\n"
)
_ANSWERS = {asked: _HEAD + b"content-length: %d\r\n\r\n" % len(body) + body for asked, body in BODIES.items()}


def _asked(request: bytes) -> Asked:
    if request.startswith(b"GET"):
        return "conversation"
    return "page" if request.startswith(b"POST /conversations/search") else "tag"


class Stub(asyncio.Protocol):
    """Answers as soon as a request is whole."""

    def __init__(self) -> None:
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._request += data
        end = self._request.find(b"\r\n\r\n")
        length = _LENGTH.search(self._request, 0, end)
        if end >= 0 and len(self._request) >= end + 4 + (int(length[1]) if length else 0):
            answer = _ANSWERS[_asked(self._request)]
            self._request = b""
            self._transport.write(answer)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0)

    async def tell(_: dict[str, Any]) -> dict[str, Any]:
        return {"port": server.sockets[0].getsockname()[1]}

    async with server:
        await child.answer(tell)


if __name__ == "__main__":
    child.run(main())
