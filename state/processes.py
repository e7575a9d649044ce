"""The processes of the fleet, as each tells of itself."""

import functools
import os
import socket
from importlib import metadata
from typing import TYPE_CHECKING, Literal

import msgspec

from state import keys
from state.apps import Allowance

if TYPE_CHECKING:
    from redis.asyncio import Redis

MOST = 500
"""Processes that are looked at."""


class AtWork(msgspec.Struct, frozen=True, omit_defaults=True):
    """One workspace's rules as a worker has them.

    `rule_set` is the hash of those that decide, '' if none do; `since` (Unix seconds) is when they began to. `problem`
    says why the folder's are not at work, '' where they are. `limit` calls may be made in a window of `window` seconds,
    in the name of the app that its settings call `app`.
    """

    rule_set: str
    since: float
    problem: str = ""
    limit: int = 0
    window: float = 0.0
    app: str = ""

    @property
    def allowance(self) -> Allowance:
        """What it may call."""
        return Allowance(self.limit, self.window, self.app)


class Process(msgspec.Struct, frozen=True, omit_defaults=True):
    """One process. `up` is for how many seconds it has been running; `problem` is what a person should mend, or ''.

    `workspaces` are those that a worker works for, by `app_id`.
    """

    kind: Literal["receiver", "worker"]
    host: str
    pid: int
    version: str
    up: float
    problem: str = ""
    workspaces: dict[str, AtWork] = {}


@functools.cache
def version() -> str:
    """Which autotagger this is."""
    return metadata.version("autotagger")


def this(
    kind: Literal["receiver", "worker"],
    up: float,
    *,
    problem: str = "",
    workspaces: dict[str, AtWork] | None = None,
) -> Process:
    """The process that this code runs in."""
    return Process(kind, socket.gethostname(), os.getpid(), version(), up, problem, workspaces or {})


async def living(redis: "Redis", now: float) -> tuple[Process, ...]:
    """The processes that have lately told of themselves, up to `MOST`; `now` is Redis's time, in seconds."""
    names = await redis.zrangebyscore(keys.PROCESSES, f"({now * 1000}", "+inf", start=0, num=MOST)
    async with redis.pipeline(transaction=False) as pipe:
        for name in names:
            pipe.hget(keys.PROCESS + name.decode(), "said")
        said = await pipe.execute()
    found = [process for one in said if one is not None and (process := _read(one)) is not None]
    return tuple(sorted(found, key=lambda process: (process.kind, process.host, process.pid)))


def encode(process: Process) -> bytes:
    """MessagePack."""
    return _encoder.encode(process)


def _read(said: bytes) -> Process | None:
    """A process of another version may tell of itself in words that nobody here knows."""
    try:
        return _decoder.decode(said)
    except msgspec.MsgspecError:
        return None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Process)
