"""Reading a request's body, never more of it than is allowed."""

from starlette.types import Receive, Scope


class TooLarge(Exception):
    """The body is longer than allowed."""


class Disconnected(Exception):
    """The client went away before its body was complete."""


async def read(scope: Scope, receive: Receive, *, limit: int) -> bytes:
    """The whole body of at most `limit` bytes, counted as they come, whatever the Content-Length says.

    Raises:
        TooLarge: more than `limit` bytes were announced or sent.
        Disconnected: the client went away.
    """
    if _announced(scope) > limit:
        raise TooLarge
    # In one piece: of many small ones each would take several times its size.
    read = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk: bytes = message.get("body", b"")
        if len(read) + len(chunk) > limit:
            raise TooLarge
        whole = not message.get("more_body", False)
        if whole and not read:
            return chunk
        read += chunk
        if whole:
            return bytes(read)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0
