"""Backfills: what each is to do, and how far it has come, so that it goes on wherever it was ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from rules.language.values import Kind
from state import keys, scripts
from state.enqueue import JOB_TTL, SEEN_TTL, WAKE_TOKENS

if TYPE_CHECKING:
    from redis.asyncio import Redis

TTL = timedelta(days=7)
"""How long one is kept that nobody goes on with. Its jobs hold customers' words."""

WAITING = 500
"""Most jobs of a backfill in the queue at a time: what is ended early leaves little behind."""


class Backfill(msgspec.Struct, frozen=True):
    """What was asked for: objects of one kind of a workspace that changed from `since` (Unix seconds) on.

    With `rules` only these rules' changes are made; with `missed` only messages are looked at that nobody has decided
    on.
    """

    app_id: str
    kind: Kind
    since: int
    rules: tuple[str, ...] = ()
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill has come.

    `position` (Unix seconds) is up to when it has read; None when it has read everything. Of `events` found, `jobs` are
    to be handled: `changes` is what these come to for certain, and `open` how many of them have to ask Intercom first.
    `calls` were made so far, `read` is how many objects that brought. `handed` of the jobs are with the workers.
    """

    position: int | None
    read: int = 0
    events: int = 0
    jobs: int = 0
    changes: int = 0
    open: int = 0
    calls: int = 0
    handed: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One event: what it is known by in its backfill, and its job's bytes if it is to be handled."""

    id: str
    changes: int = 0
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Handed:
    """`count` jobs went to the workers; `left` have not yet, and `waiting` are with them."""

    count: int
    left: int
    waiting: int


class Gone(Exception):
    """The backfill was dropped, or nobody went on with it for a week."""


class Backfills:
    """All that are not over. `waiting` is how many jobs of one may be in its queue at a time."""

    def __init__(self, redis: "Redis", *, waiting: int = WAITING) -> None:
        self._redis = redis
        self._waiting = waiting
        self._plan = scripts.register(redis, "plan")
        self._release = scripts.register(redis, "release")

    async def begin(self, asked: Backfill) -> str:
        """The id under which `asked` is kept from now on."""
        seconds, micros = await self._redis.time()
        now = seconds * 1000 + micros // 1000
        run = str(await self._redis.incr(keys.BACKFILL + "last"))
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(_key(run), mapping={"asked": _encoder.encode(asked), "position": asked.since})
            pipe.pexpire(_key(run), _TTL_MS)
            pipe.zadd(keys.BACKFILLS, {run: now})
            await pipe.execute()
        return run

    async def running(self) -> dict[str, Backfill]:
        """Those that were begun and are not over, by id, the oldest first."""
        found = {}
        for name in await self._redis.zrange(keys.BACKFILLS, 0, -1):
            run = name.decode()
            kept = await self._redis.hget(_key(run), "asked")  # type: ignore[misc]  # redis-py types two clients as one
            if kept is None:
                await self._redis.zrem(keys.BACKFILLS, run)
            else:
                found[run] = _decoder.decode(kept)
        return found

    async def progress(self, run: str) -> Progress:
        """How far it has come. Raises Gone."""
        kept = await self._redis.hgetall(_key(run))  # type: ignore[misc]  # see above
        if b"asked" not in kept:
            raise Gone
        numbers = {name.decode(): int(value) for name, value in kept.items() if name != b"asked" and value}
        return Progress(numbers.pop("position", None), **numbers)

    async def plan(
        self,
        run: str,
        asked: Backfill,
        position: int | None,
        found: Iterable[Found] = (),
        *,
        read: Sequence[str] = (),
        calls: int,
    ) -> int:
        """Note events that were found up to `position`; how many of them are new. Raises Gone.

        `read` names the objects that they were found in, each of which is counted once; `calls` is what that took.
        """
        arguments: list[str | int | bytes] = [_TTL_MS, "" if position is None else position, len(read), calls]
        arguments += (_marks(asked) if asked.missed else "", _SEEN_TTL_MS, *read)
        for one in found:
            arguments += (one.id, int(bool(one.payload)), one.changes, one.payload)
        fresh = int(await self._plan(keys=[_key(run), _jobs(run), _events(run)], args=arguments))
        if fresh < 0:
            raise Gone
        return fresh

    async def release(self, run: str, asked: Backfill) -> Handed:
        """Hand the next jobs to the workers, as long as few of them wait there."""
        answer = await self._release(
            keys=[_key(run), _jobs(run), keys.queue(asked.app_id, "backfill"), keys.WAKE],
            args=[
                *(self._waiting, _JOB_TTL_MS, WAKE_TOKENS, keys.JOB, job_prefix(asked.app_id, run)),
                *(_marks(asked), _SEEN_TTL_MS),
            ],
        )
        return Handed(*map(int, answer))

    async def drop(self, run: str) -> None:
        """Forget it; the jobs that are with the workers already are done all the same."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(_key(run), _jobs(run), _events(run))
            pipe.zrem(keys.BACKFILLS, run)
            await pipe.execute()

    async def unheard(self, marks: list[str]) -> list[bool]:
        """Of each mark of a message, whether nobody has decided on that message."""
        if not marks:
            return []
        found = await self._redis.mget(marks)
        return [one is None for one in found]


def job_prefix(app_id: str, run: str) -> str:
    """How the ids of a backfill's jobs begin."""
    return f"{app_id}:backfill-{run}-"


def _marks(asked: Backfill) -> str:
    """How the marks of messages begin; none where only some rules have their say: the others may have missed them."""
    return "" if asked.rules else keys.heard_in(asked.app_id)


def _key(run: str) -> str:
    return keys.BACKFILL + run


def _jobs(run: str) -> str:
    return f"{keys.BACKFILL}{run}:jobs"


def _events(run: str) -> str:
    return f"{keys.BACKFILL}{run}:events"


_TTL_MS = int(TTL.total_seconds() * 1000)
_JOB_TTL_MS = int(JOB_TTL.total_seconds() * 1000)
_SEEN_TTL_MS = int(SEEN_TTL.total_seconds() * 1000)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Backfill)
