"""The simulator as a program."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn

from simulator.app import Simulator
from simulator.connection import Protocol
from simulator.control import create_control
from simulator.settings import SimulatorSettings


class _Server(uvicorn.Server):
    """uvicorn's server that tells when it listens, and can leave signals to whoever started it."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None], *, signals: bool) -> None:
        super().__init__(config)
        self._listening = listening
        self._signals = signals

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM, if that is ours to do."""
        with super().capture_signals() if self._signals else contextlib.nullcontext():
            yield


def create_simulator(settings: SimulatorSettings) -> Simulator:
    """The application, control API and all."""
    simulator = Simulator(settings)
    simulator.control = create_control(simulator)
    return simulator


def run(settings: SimulatorSettings, say: Callable[[str], None]) -> None:
    """Run until SIGINT or SIGTERM; says one line when it listens. Raises OSError when the port is taken."""
    with _socket(settings) as listener:
        address = url(listener)
        server = _server(create_simulator(settings), lambda: say(f"simulator listening on {address}"), signals=True)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(server.serve([listener]))


@contextlib.asynccontextmanager
async def running(simulator: Simulator) -> AsyncIterator[str]:
    """Run a simulator in this event loop, on a real port: gives its base URL."""
    listening = asyncio.Event()
    with _socket(simulator.settings) as listener:
        server = _server(simulator, listening.set, signals=False)
        serving = asyncio.create_task(server.serve([listener]))
        try:
            await listening.wait()
            yield url(listener)
        finally:
            server.should_exit = True
            await serving


def url(listener: socket.socket) -> str:
    """The base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _socket(settings: SimulatorSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=2048)


def _server(simulator: Simulator, listening: Callable[[], None], *, signals: bool) -> _Server:
    config = uvicorn.Config(
        simulator,
        http=Protocol,
        ws="none",
        loop="uvloop",
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    return _Server(config, listening, signals=signals)
