"""What Intercom was asked lately, shared by the fleet for a short while."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from rules.language.values import Kind
from state import keys, scripts

if TYPE_CHECKING:
    from redis.asyncio import Redis

LONGEST_CALL: Final = 60.0
"""Seconds for which a drop is remembered beyond the answers' own age: no call takes longer."""

READS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "contact": ("contact", "contact.tags", "contact.segments", "contact.company"),
    "company": ("company",),
}
"""What can be kept of each kind of object."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one answer about one object is kept; `read` is one of `READS`."""

    app_id: str
    kind: Kind
    id: str
    read: str

    @property
    def key(self) -> str:
        """Of the answer."""
        return f"{self.mark}:{self.read}"

    @property
    def mark(self) -> str:
        """Of the object's last drop."""
        return f"{keys.FETCHED}{self.app_id}:{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer, None if there is none; and the mark with which another one may be put in its place."""

    answer: bytes | None
    mark: bytes


class FetchedCache:
    """Answers of Intercom's about contacts and companies, each kept for at most `max_age` seconds.

    An answer that was asked for before its object was dropped is not kept. Redis's errors pass through.
    """

    def __init__(self, redis: "Redis", *, max_age: float = 30.0) -> None:
        self._redis = redis
        self._max_age = int(max_age * 1000)
        self._store = scripts.register(redis, "store")

    async def get(self, place: Place) -> Kept:
        """What is kept."""
        answer, mark = await self._redis.mget(place.key, place.mark)
        return Kept(answer, mark or b"")

    async def put(self, place: Place, answer: bytes, mark: bytes = b"") -> None:
        """Keep an answer, unless the object's mark has changed; without a mark, unless it was dropped lately."""
        await self._store([place.mark, place.key], (mark, answer, max(self._max_age, 1)))

    async def drop(self, app_id: str, kind: Kind, object_id: str) -> None:
        """Forget all about an object: it has changed."""
        places = places_of(app_id, kind, object_id)
        if not places:
            return
        async with self._redis.pipeline() as pipe:
            pipe.set(places[0].mark, uuid4().hex, px=self._max_age + int(LONGEST_CALL * 1000))
            pipe.delete(*(place.key for place in places))
            await pipe.execute()

    async def forget(self, app_id: str, kind: Kind, object_id: str) -> None:
        """Keep nothing of an object that is gone, not even the mark."""
        names = names_of(app_id, kind, object_id)
        if names:
            await self._redis.delete(*names)


def places_of(app_id: str, kind: Kind, object_id: str) -> tuple[Place, ...]:
    """Where answers about an object may be kept."""
    return tuple(Place(app_id, kind, object_id, read) for read in READS.get(kind, ()))


def names_of(app_id: str, kind: Kind, object_id: str) -> tuple[str, ...]:
    """The keys of all that may be kept of an object."""
    places = places_of(app_id, kind, object_id)
    return (*(place.key for place in places), *(place.mark for place in places[:1]))
