"""A TCP proxy that makes a good link bad: slow, silent, refused, or cut where a test says.

`python -m tests.proxy PORT SECONDS` puts `SECONDS` of delay each way before PORT and prints the port to use instead.
"""

import asyncio
import selectors
import socket
import struct
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Protocol, Self

import hiredis

CHUNK = 65_536
HOST = "127.0.0.1"
INCOMPLETE = object()


class Direction(Enum):
    """Which way bytes go."""

    TO_SERVER = "to server"
    TO_CLIENT = "to client"


class Proxy:
    """Stands at `port` (any free one) before the server at `target`; use it as an async context manager.

    `delay` is in seconds and holds for each way; `delays` may be changed at any time, one way alone too.
    """

    def __init__(self, target: int, *, delay: float = 0.0) -> None:
        self.target = target
        self.delays = dict.fromkeys(Direction, delay)
        self.port = 0
        self.cuts = 0
        self._fuses: dict[Direction, Fuse] = {}
        self._links: set[Link] = set()
        self._made: list[Link] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._refusing = False

    def black_hole(self) -> None:
        """Accept and answer nothing, on old and new connections, until `heal`."""
        self._flowing.clear()

    def refuse(self) -> None:
        """Reset old and new connections until `heal`."""
        self._refusing = True
        self.cut()

    def heal(self) -> None:
        """Be a good link again; what a black hole held back now arrives."""
        self._refusing = False
        self._fuses.clear()
        self._flowing.set()

    def cut(self) -> None:
        """Reset every connection; new ones are welcome."""
        self.cuts += 1
        for link in tuple(self._links):
            link.reset()

    def cut_after(self, direction: Direction, *, size: int | None = None, messages: int | None = None) -> None:
        """Reset every connection, once, after so many more bytes or whole RESP messages went in this direction.

        0 lets none through. What follows in the same packet does not get through either.
        """
        self._fuses[direction] = SizeFuse(size) if size is not None else MessageFuse(messages or 0)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._refusing = True
        self._server.close()
        # A connection that was just taken is to be let in, and sent away.
        await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        # Those too that are over, but whose last words are still held back.
        for link in self._made:
            link.reset()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(writer)
        self._made.append(link)
        if self._refusing:
            link.reset()
            return
        self._links.add(link)
        task = asyncio.create_task(self._carry(link, reader))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, link: "Link", from_client: asyncio.StreamReader) -> None:
        try:
            await self._flowing.wait()
            from_server, link.server = await asyncio.open_connection(HOST, self.target)
            await asyncio.gather(
                self._pump(link, Direction.TO_SERVER, from_client, link.server),
                self._pump(link, Direction.TO_CLIENT, from_server, link.client),
            )
        except OSError:
            link.reset()
        finally:
            self._links.discard(link)

    async def _pump(
        self, link: "Link", direction: Direction, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        later = asyncio.get_running_loop().call_later
        while data := await source.read(CHUNK):
            await self._flowing.wait()
            fuse = self._fuses.get(direction)
            passing = None if fuse is None else fuse.burn(link, data)
            later(self.delays[direction], self._deliver, sink, direction, data[:passing], passing is not None)
        later(self.delays[direction], sink.close)

    def _deliver(self, sink: asyncio.StreamWriter, direction: Direction, data: bytes, cut: bool) -> None:
        if not sink.is_closing():
            sink.write(data)
        if cut and direction in self._fuses:
            del self._fuses[direction]
            self.cut()


class Link:
    """One connection through the proxy: the client's end and, once it is made, the server's."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.client = client
        self.server: asyncio.StreamWriter | None = None

    def reset(self) -> None:
        """RST to the client. The server sees an ordinary end, so it still acts on what has arrived whole."""
        if not self.client.is_closing():
            linger_not = struct.pack("ii", 1, 0)
            self.client.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        self.client.transport.abort()
        if self.server is not None:
            self.server.close()


class Fuse(Protocol):
    """Says when enough has passed."""

    def burn(self, link: Link, data: bytes) -> int | None:
        """How many bytes of `data` still pass before the cut; None if there is none yet."""


class SizeFuse:
    """Burns after `left` bytes."""

    def __init__(self, left: int) -> None:
        self.left = left

    def burn(self, link: Link, data: bytes) -> int | None:  # noqa: ARG002 - counts bytes, whoever sends them
        passing = min(self.left, len(data))
        self.left -= passing
        return passing if self.left == 0 else None


class MessageFuse:
    """Burns after `left` whole RESP messages: commands one way, replies the other."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.readers: defaultdict[Link, hiredis.Reader] = defaultdict(
            lambda: hiredis.Reader(notEnoughData=INCOMPLETE, replyError=ValueError)
        )

    def burn(self, link: Link, data: bytes) -> int | None:
        if self.left == 0:
            return 0
        reader = self.readers[link]
        # Byte by byte, because the reader does not tell where a message ended.
        for index in range(len(data)):
            reader.feed(data[index : index + 1])
            self.left -= reader.gets() is not INCOMPLETE
            if self.left == 0:
                return index + 1
        return None


@contextmanager
def delayed(target: int, delay: float) -> Iterator[int]:
    """A port of a proxy in a process of its own, so that it takes no time from the one that measures."""
    command = [sys.executable, "-m", "tests.proxy", str(target), str(delay)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None:
            raise RuntimeError("the proxy's output is not a pipe")
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def _stand(target: int, delay: float) -> None:
    async with Proxy(target, delay=delay) as proxy:
        sys.stdout.write(f"{proxy.port}\n")
        sys.stdout.flush()
        # Ends with the process that started it: that closes our standard input.
        await asyncio.to_thread(sys.stdin.read)


def _fine_loop() -> asyncio.AbstractEventLoop:
    # epoll waits in whole milliseconds, select in microseconds.
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=_fine_loop) as runner:
        runner.run(_stand(int(sys.argv[1]), float(sys.argv[2])))
