"""Backfills: what each is to do, and how far it has come, so that it goes on wherever it was ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

import msgspec

from rules.language.values import Kind
from state import keys, scripts
from state.enqueue import JOB_TTL, SEEN_TTL, WAKE_TOKENS

if TYPE_CHECKING:
    from redis.asyncio import Redis

TTL = timedelta(days=7)
"""How long one is kept that nobody goes on with. Its jobs hold customers' words."""

OVER_TTL = timedelta(hours=1)
"""How long it is known of one that it is over, for others who work on it."""

WAITING = 500
"""Most jobs of a backfill in the queue at a time: what is ended early leaves little behind."""


class Backfill(msgspec.Struct, frozen=True):
    """What was asked for: objects of one kind of a workspace that changed from `since` (Unix seconds) on.

    With `rules` only these rules' changes are made; with `missed` only messages are looked at that nobody has decided
    on; with `dry` it is only counted. `said` is how a person told the time, and `rule_set` the hash of the rules that
    decide what comes to something.
    """

    app_id: str
    kind: Kind
    since: int
    rules: tuple[str, ...] = ()
    missed: bool = False
    dry: bool = False
    said: str = ""
    rule_set: str = ""

    @property
    def words(self) -> bytes:
        """What two have in common that ask for the same: the time as it was told, for "7d" is another one tomorrow."""
        words = (self.app_id, self.kind, self.said, sorted(self.rules), self.missed, self.dry)
        return _encoder.encode(words)


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
    """One event: what it is known by in its backfill, and its job's bytes if it is to be handled.

    `changes` is what it comes to for certain; with `asks` there may be more, once Intercom has been asked.
    """

    id: str
    changes: int = 0
    payload: bytes = b""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """`count` jobs went to the workers; `left` have not yet, and `waiting` are with them."""

    count: int
    left: int
    waiting: int


class Gone(Exception):
    """The backfill was dropped, or nobody went on with it for a week."""


class Over(Gone):
    """It is no longer there because somebody else brought it to its end."""


class Backfills:
    """All that are not over. `waiting` is how many jobs of one may be in its queue at a time."""

    def __init__(self, redis: "Redis", *, waiting: int = WAITING) -> None:
        self._redis = redis
        self._waiting = waiting
        self._begin = scripts.register(redis, "begin")
        self._plan = scripts.register(redis, "plan")
        self._release = scripts.register(redis, "release")

    async def begin(self, asked: Backfill) -> str:
        """The id under which `asked` is kept from now on."""
        return await self._begin_as(b"", asked)

    async def join(self, asked: Backfill) -> str:
        """The same for a person's command: of those who ask in the same words all get the same one until it is over."""
        return await self._begin_as(asked.words, asked)

    async def _begin_as(self, words: bytes, asked: Backfill) -> str:
        kept = (_TTL_MS, keys.BACKFILL, _encoder.encode(asked), asked.since, words)
        run: bytes = await self._begin(keys=[keys.BACKFILLS, keys.BACKFILL + "last"], args=kept)
        return run.decode()

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

    async def asked(self, run: str) -> Backfill:
        """What one is to do. Raises Gone."""
        kept = await self._redis.hget(_key(run), "asked")  # type: ignore[misc]  # see above
        if kept is None:
            raise Gone
        return _decoder.decode(kept)

    async def progress(self, run: str) -> Progress:
        """How far it has come, even if it is over. Raises Gone."""
        kept = await self._redis.hmget(_key(run), ["asked", "position", *_COUNTS])  # type: ignore[misc]  # see above
        if kept[0] is None:
            raise Gone
        counts = {name: int(value) for name, value in zip(_COUNTS, kept[2:], strict=True) if value}
        return Progress(int(kept[1]) if kept[1] else None, **counts)

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
        """Note events that were found up to `position`; how many of them are new. Raises Gone, Over.

        `read` names the objects that they were found in, each of which is counted once; `calls` is what that took.
        """
        arguments: list[str | int | bytes] = [_TTL_MS, "" if position is None else position, len(read), calls]
        arguments += (_marks(asked) if asked.missed else "", _SEEN_TTL_MS, *read)
        for one in found:
            arguments += (one.id, (2 if one.asks else 1) if one.payload else 0, one.changes, one.payload)
        fresh = int(await self._plan(keys=[_key(run), _jobs(run), _events(run)], args=arguments))
        if fresh < 0:
            await self._gone(run)
        return fresh

    async def release(self, run: str, asked: Backfill) -> Handed:
        """Hand the next jobs to the workers, as long as few of them wait there. Raises Gone, Over."""
        answer = await self._release(
            keys=[_key(run), _jobs(run), keys.queue(asked.app_id, "backfill"), keys.WAKE],
            args=[
                *(self._waiting, _JOB_TTL_MS, WAKE_TOKENS, keys.JOB, job_prefix(asked.app_id, run)),
                *(_marks(asked), _SEEN_TTL_MS, _TTL_MS),
            ],
        )
        handed = Handed(*map(int, answer))
        if handed.count < 0:
            await self._gone(run)
        return handed

    async def end(self, run: str) -> None:
        """It has come to its end. Its counts are kept for an hour, for others who work on it; no customer's words."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(_jobs(run), _events(run))
            pipe.hset(_key(run), "over", "1")
            pipe.pexpire(_key(run), OVER_TTL)
            pipe.zrem(keys.BACKFILLS, run)
            await pipe.execute()

    async def drop(self, run: str) -> None:
        """Forget it; the jobs that are with the workers already are done all the same."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(_key(run), _jobs(run), _events(run))
            pipe.zrem(keys.BACKFILLS, run)
            await pipe.execute()

    async def unheard(self, marks: list[str]) -> list[bool]:
        """Of each mark of a message, whether nobody has decided on that message."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for mark in marks:
                pipe.sismember(*mark.rsplit(":", 1))
            found = await pipe.execute()
        return [not known for known in found]

    async def _gone(self, run: str) -> NoReturn:
        kept = await self._redis.hexists(_key(run), "asked")  # type: ignore[misc]  # see above
        raise Over if kept else Gone


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


_COUNTS = ("read", "events", "jobs", "changes", "open", "calls", "handed")
_TTL_MS = int(TTL.total_seconds() * 1000)
_JOB_TTL_MS = int(JOB_TTL.total_seconds() * 1000)
_SEEN_TTL_MS = int(SEEN_TTL.total_seconds() * 1000)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Backfill)
