"""Dead letters: the jobs that could not be done, kept with the reason until somebody looks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from state import keys

if TYPE_CHECKING:
    from redis.asyncio import Redis

RETENTION = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a job is dead. `reason` is a short stable word for counting, `error` a sentence without customer words."""

    reason: str
    error: str
    target: str = ""
    topic: str = ""
    rules: tuple[str, ...] = ()
    attempts: int = 1
    request_id: str = ""

    def fields(self) -> list[str | int]:
        """Field, value, field, value, as the letter's hash takes them."""
        return [
            *("reason", self.reason, "first_error", self.error, "last_error", self.error),
            *("target", self.target, "topic", self.topic, "rules", " ".join(self.rules)),
            *("attempts", self.attempts, "request_id", self.request_id),
        ]


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as it lies in Redis. `payload` holds the customer's words: never print it."""

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
    payload: bytes


class DeadLetters:
    """Reads the dead letters; `state.finish` writes them."""

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
        ids = await self._redis.zrevrange(keys.DEAD, 0, most - 1)
        async with self._redis.pipeline(transaction=False) as pipeline:
            for raw in ids:
                pipeline.hgetall(keys.LETTER + raw.decode())
            hashes = await pipeline.execute()
        return tuple(_letter(raw.decode(), fields) for raw, fields in zip(ids, hashes, strict=True) if fields)


def _letter(job_id: str, fields: dict[bytes, bytes]) -> Letter:
    def text(name: str) -> str:
        return fields.get(name.encode(), b"").decode("utf-8", "replace")

    return Letter(
        id=job_id,
        died_at=datetime.fromtimestamp(int(text("died_at")) / 1000, tz=UTC),
        reason=text("reason"),
        target=text("target"),
        topic=text("topic"),
        rules=tuple(text("rules").split()),
        attempts=int(text("attempts") or 0),
        first_error=text("first_error"),
        last_error=text("last_error"),
        request_id=text("request_id"),
        payload=fields.get(b"payload", b""),
    )
