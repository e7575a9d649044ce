"""What stands before the receivers, as a Service of Kubernetes does: each new connection goes to the next ready one."""

import asyncio
from collections import Counter
from typing import Self

CHUNK = 65_536
HOST = "127.0.0.1"


class Balancer:
    """Listens at `port` (any free one); use it as an async context manager.

    `under_way` counts the connections to each receiver, and `refused` those that none would take. One that is no more
    among the `ready` ones gets no new connections, and keeps those that it has.
    """

    def __init__(self, *ready: int) -> None:
        self.ready = list(ready)
        self.under_way: Counter[int] = Counter()
        self.refused = 0
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.ready.append(port := self.ready.pop(0))
        # Before anybody else gets to do anything: who asks how many are under way must hear of this one.
        self.under_way[port] += 1
        task = asyncio.create_task(self._carry(port, reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(HOST, port)
            await asyncio.gather(_pump(reader, to_server), _pump(from_server, writer))
        except OSError:
            self.refused += 1
            writer.transport.abort()
        finally:
            self.under_way[port] -= 1


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(CHUNK):
        sink.write(data)
    sink.close()
