"""Dead letters: the jobs that could not be done, kept with the reason until somebody looks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

RETENTION = timedelta(days=30)
MOST = 100_000
"""Dead letters that there may be, unless told."""

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a job is dead. `reason` is a short stable word for counting, `error` a sentence without customer words.

    `calls` is how many calls to Intercom another try takes at the least.
    """

    reason: str
    error: str
    target: str = ""
    topic: str = ""
    rules: tuple[str, ...] = ()
    attempts: int = 1
    request_id: str = ""
    calls: int = 1

    def fields(self) -> list[str | int]:
        """Field, value, field, value, as the letter's hash takes them."""
        return [
            *("reason", self.reason, "first_error", self.error, "last_error", self.error),
            *("target", self.target, "topic", self.topic, "rules", " ".join(self.rules)),
            *("attempts", self.attempts, "request_id", self.request_id, "calls", self.calls),
        ]


class Death(msgspec.Struct, frozen=True):
    """How a job died before somebody had it retried. `died_at` and `retried_at` are Unix seconds."""

    died_at: float
    retried_at: float
    reason: str
    attempts: int
    first_error: str
    last_error: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as it lies in Redis, but for the job's bytes. `deaths` are its earlier ones, the oldest first."""

    id: str
    died_at: datetime
    reason: str
    target: str
    topic: str
    rules: tuple[str, ...]
    attempts: int
    first_error: str
    last_error: str
    request_id: str
    calls: int = 1
    deaths: tuple[Death, ...] = ()

    @property
    def app_id(self) -> str:
        """The workspace's."""
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which dead letters are meant: those that fit all of it. What is empty or None fits every letter.

    `since` and `before` bound the moment of death, in Unix seconds, the first included.
    """

    reasons: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    app_id: str | None = None
    since: float | None = None
    before: float | None = None

    def fits(self, letter: Letter) -> bool:
        """Whether a letter is meant."""
        died_at = letter.died_at.timestamp()
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (not self.rules or not set(self.rules).isdisjoint(letter.rules))
            and (not self.targets or letter.target in self.targets)
            and self.app_id in {None, letter.app_id}
            and (self.since is None or self.since <= died_at)
            and (self.before is None or died_at < self.before)
        )


class DeadLetters:
    """Reads and drops dead letters; `state.finish` writes them, `state.retry` has them tried again."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def count(self) -> int:
        """How many there are."""
        return int(await self._redis.zcard(keys.DEAD))

    async def ids(self, prefix: str) -> tuple[str, ...]:
        """The ids of those whose jobs' ids begin so."""
        return tuple(
            [name.decode() async for name, _ in self._redis.zscan_iter(keys.DEAD, match=f"{prefix}*", count=1_000)]
        )

    async def newest(self, most: int = 100) -> tuple[Letter, ...]:
        """Up to `most` of them, the newest first."""
        return await self.named(map(bytes.decode, await self._redis.zrevrange(keys.DEAD, 0, most - 1)))

    async def fitting(self, wanted: Filter) -> tuple[Letter, ...]:
        """All that are meant, the newest first."""
        ids = await self._redis.zrevrangebyscore(
            keys.DEAD,
            "+inf" if wanted.before is None else wanted.before * 1000,
            "-inf" if wanted.since is None else wanted.since * 1000,
        )
        return tuple(letter for letter in await self.named(map(bytes.decode, ids)) if wanted.fits(letter))

    async def named(self, ids: Iterable[str]) -> tuple[Letter, ...]:
        """Those of the jobs `ids` that are dead letters, in that order."""
        found: list[Letter] = []
        for some in _batches(ids):
            async with self._redis.pipeline(transaction=False) as pipe:
                for job_id in some:
                    pipe.hmget(keys.LETTER + job_id, list(_FIELDS))
                rows = await pipe.execute()
            found += (_letter(job_id, row) for job_id, row in zip(some, rows, strict=True) if row[0] is not None)
        return tuple(found)

    async def payload(self, job_id: str) -> bytes:
        """The job's bytes, which hold the customer's words: never print them. Empty where they are gone."""
        return await self._redis.hget(keys.LETTER + job_id, "payload") or b""  # type: ignore[misc]  # redis-py types two clients as one

    async def drop(self, ids: Iterable[str]) -> int:
        """Forget letters for good; how many there were."""
        dropped = 0
        for some in _batches(ids):
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.zrem(keys.DEAD, *some)
                pipe.delete(*(keys.LETTER + job_id for job_id in some))
                dropped += (await pipe.execute())[0]
        return dropped


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    left = list(ids)
    return (left[start : start + _BATCH] for start in range(0, len(left), _BATCH))


_FIELDS = (
    *("died_at", "reason", "target", "topic", "rules", "attempts"),
    *("first_error", "last_error", "request_id", "calls", "deaths"),
)


def _letter(job_id: str, row: list[bytes | None]) -> Letter:
    fields = dict(zip(_FIELDS, row, strict=True))

    def text(name: str) -> str:
        return (fields[name] or b"").decode("utf-8", "replace")

    def number(name: str) -> int:
        return int(text(name)) if text(name).isdecimal() else 0

    return Letter(
        id=job_id,
        died_at=datetime.fromtimestamp(number("died_at") / 1000, tz=UTC),
        reason=text("reason"),
        target=text("target"),
        topic=text("topic"),
        rules=tuple(text("rules").split()),
        attempts=number("attempts"),
        first_error=text("first_error"),
        last_error=text("last_error"),
        request_id=text("request_id"),
        calls=number("calls") or 1,
        deaths=_earlier(fields["deaths"] or b""),
    )


def _earlier(kept: bytes) -> tuple[Death, ...]:
    """Earlier deaths; a letter must be seen, and can be dropped, whatever has become of what is kept of them."""
    try:
        return tuple(_deaths.decode(kept))
    except msgspec.MsgspecError:
        return ()


_deaths = msgspec.msgpack.Decoder(list[Death])
