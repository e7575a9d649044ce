"""An ASGI app on a port, for as long as the process wants it there."""

import asyncio
import contextlib
import math
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from service.punctuality import Door


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it listens and leaves signals to the process: two would fight over SIGTERM."""

    def __init__(self, config: uvicorn.Config, door: Door | None) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self._door = door

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, let those leave who keep connections, then end as usual."""
        for server in self.servers:
            server.close()
        if self._door is not None:
            await self._door.close()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


class PortTaken(Exception):
    """The address cannot be listened on."""


@contextlib.asynccontextmanager
async def listening(
    app: ASGIApp, host: str, port: int, *, graceful: float = 20.0, door: Door | None = None
) -> AsyncIterator[str]:
    """Serve `app` and give its URL; at the end accept no more, and finish what is under way within `graceful` seconds.

    `door` says what clients may take; without one they may take what is usual, and nobody waits for them to leave.

    httptools parses: it costs a fifth of h11. What it takes and HTTP does not allow is refused by the door.

    Raises:
        PortTaken: somebody else listens there, or the address is not this machine's.
    """
    with _bound(host, port) as listener:
        server = _Server(
            uvicorn.Config(
                app,
                http=(door or Door()).protocol,  # type: ignore[arg-type]  # uvicorn calls it like a class
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=math.ceil(graceful),
            ),
            door,
        )
        serving = asyncio.create_task(server.serve([listener]))
        try:
            await server.listening.wait()
            yield _url(listener)
        finally:
            server.should_exit = True
            await serving


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it small answers can take 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"cannot listen on {host} port {port}: {error.strerror}") from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
