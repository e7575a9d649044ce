"""The simulator as a program."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn
import uvloop
from starlette.types import ASGIApp

from simulator.app import Simulator
from simulator.connection import Protocol
from simulator.control.routes import create_control
from simulator.settings import SimulatorSettings


class _Server(uvicorn.Server):
    """uvicorn's server that tells when it listens, and leaves signals to whoever started it."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


def create_simulator(settings: SimulatorSettings, clock: Callable[[], float] = time.time) -> Simulator:
    """The application, control API and all; `clock` gives Unix seconds."""
    simulator = Simulator(settings, clock)
    simulator.control = create_control(simulator)
    return simulator


def run(settings: SimulatorSettings, say: Callable[[str], None]) -> None:
    """Run until SIGINT or SIGTERM; says one line when it listens. Raises OSError when the port is taken."""
    simulator = create_simulator(settings)
    with bound(settings.host, settings.port) as listener, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(simulator, listener, lambda: say(f"simulator listening on {url(listener)}")))


async def _serve(simulator: Simulator, listener: socket.socket, listening: Callable[[], None]) -> None:
    server = _server(simulator, listening)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    try:
        await server.serve([listener])
    finally:
        await simulator.aclose()


@contextlib.asynccontextmanager
async def running(simulator: Simulator) -> AsyncIterator[str]:
    """Run a simulator in this event loop, on a real port: gives its base URL."""
    with bound(simulator.settings.host, simulator.settings.port) as listener:
        try:
            async with serving(simulator, listener) as address:
                yield address
        finally:
            await simulator.aclose()


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[str]:
    """Serve any application on `listener`, in this event loop: gives its base URL."""
    listening = asyncio.Event()
    server = _server(app, listening.set)
    task = asyncio.create_task(server.serve([listener]))
    try:
        await listening.wait()
        yield url(listener)
    finally:
        server.should_exit = True
        await task


def url(listener: socket.socket) -> str:
    """The base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def bound(host: str, port: int) -> socket.socket:
    """A socket bound to an address, port 0 for a free one; raises OSError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it, each small answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _server(app: ASGIApp, listening: Callable[[], None]) -> _Server:
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    return _Server(config, listening)
