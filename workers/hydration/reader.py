"""What Intercom says of contacts, companies and the like: asked once for many, and kept for a short while."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol, TypeVar

import msgspec

from facts import fetched
from facts.fetched import Document
from rules.language.values import Absent, Kind
from state.fetched import READS, FetchedCache, Place
from workers.hydration.flights import Flights
from workers.intercom.answers import Answer
from workers.intercom.client import Intercom
from workers.intercom.errors import TargetGone
from workers.metrics import Metrics

T = TypeVar("T")


class Gone(Exception):
    """There is no such object: Intercom says so, or said so lately."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(f"the {kind} is gone")
        self.kind = kind


class Forgotten(Gone):
    """It was deleted, or merged into another: nothing is to be kept of it any more."""


class Caller(Protocol):
    """Makes one call within the budget, while the job is held; `operation` is its name in the metrics."""

    async def __call__(self, operation: str, send: Callable[[], Awaitable[Answer[T]]]) -> Answer[T]:
        """The answer; raises what `Desk.call` raises."""


class Reader:
    """Reads of one workspace.

    What is asked about contacts and companies is shared by those who want it at the same time and by the fleet for as
    long as the cache keeps it; conversations and tickets are asked for because of an event and have to be newer than
    it, so they are not. Every method raises Gone where there is no such object, else what the caller raises; Redis's
    errors pass through.
    """

    def __init__(self, app_id: str, intercom: Intercom, cache: FetchedCache, metrics: Metrics) -> None:
        self._app_id = app_id
        self._intercom = intercom
        self._cache = cache
        self._metrics = metrics
        self._flights = Flights[Place, bytes]()

    async def conversation(self, conversation_id: str, call: Caller) -> Document:
        """One conversation, as facts read it."""
        found = await self._alone(
            "conversation",
            lambda: call("find conversation", lambda: self._intercom.find_conversation(conversation_id)),
        )
        return fetched.load(fetched.trim("conversation", found.document))

    async def ticket(self, ticket_id: str, call: Caller) -> Document:
        """One ticket, as facts read it."""
        found = await self._alone("ticket", lambda: call("find ticket", lambda: self._intercom.find_ticket(ticket_id)))
        return fetched.load(fetched.trim("ticket", found.document))

    async def contact(self, contact_id: str, call: Caller) -> Document:
        """One contact, as facts read it."""

        async def ask() -> bytes:
            answer = await call("find contact", lambda: self._intercom.find_contact(contact_id))
            return fetched.trim("contact", answer.value.document)

        return fetched.load(await self._read("contact", contact_id, "contact", ask))

    async def tags_of_contact(self, contact_id: str, call: Caller) -> Mapping[str, str]:
        """The names of all tags of a contact, by id."""

        async def ask() -> bytes:
            answer = await call("list tags of contact", lambda: self._intercom.tags_of_contact(contact_id))
            return _pack({tag.id: tag.name for tag in answer.value})

        return _names_by_id(await self._read("contact", contact_id, "contact.tags", ask))

    async def segments_of_contact(self, contact_id: str, call: Caller) -> tuple[str, ...]:
        """The names of the segments that a contact is in."""

        async def ask() -> bytes:
            answer = await call("list segments of contact", lambda: self._intercom.segments_of_contact(contact_id))
            return _pack([segment.name for segment in answer.value.items])

        return _names(await self._read("contact", contact_id, "contact.segments", ask))

    async def company(self, company_id: str, call: Caller) -> Document:
        """One company, as facts read it."""

        async def ask() -> bytes:
            answer = await call("find company", lambda: self._intercom.find_company(company_id))
            return fetched.trim("company", answer.value.document)

        return fetched.load(await self._read("company", company_id, "company", ask))

    async def company_of(self, contact_id: str, call: Caller) -> Document | Absent:
        """The first company that Intercom lists for a contact; missing if it lists none."""
        brought: dict[str, bytes] = {}

        async def ask() -> bytes:
            answer = await call("list companies of contact", lambda: self._intercom.companies_of_contact(contact_id))
            for first in answer.value.items[:1]:
                # The companies come whole, and the next contact may be of the same one.
                brought[first.id] = fetched.trim("company", first.document)
                await self._cache.put(Place(self._app_id, "company", first.id, "company"), brought[first.id])
                return _pack(first.id)
            return _pack(None)

        company_id = _id_or_none(await self._read("contact", contact_id, "contact.company", ask))
        if company_id is None:
            return Absent.MISSING
        if company_id in brought:
            return fetched.load(brought[company_id])
        return await self.company(company_id, call)

    async def drop(self, kind: Kind, object_id: str) -> None:
        """An object has changed: what was asked about it before says nothing any more."""
        for read in READS.get(kind, ()):
            self._flights.forget(Place(self._app_id, kind, object_id, read))
        await self._cache.drop(self._app_id, kind, object_id)

    async def forget(self, kind: Kind, object_id: str) -> None:
        """An object is gone: nothing is kept of it."""
        await self._cache.forget(self._app_id, kind, object_id)

    async def _alone(self, kind: Kind, ask: Callable[[], Awaitable[Answer[T]]]) -> T:
        self._metrics.hydration_reads.labels(kind, "call").inc()
        try:
            return (await ask()).value
        except TargetGone:
            raise Gone(kind) from None

    async def _read(self, kind: Kind, object_id: str, read: str, ask: Callable[[], Awaitable[bytes]]) -> bytes:
        place = Place(self._app_id, kind, object_id, read)
        answer, shared = await self._flights.share(place, lambda: self._look(place, ask))
        if shared:
            self._metrics.hydration_reads.labels(read, "shared").inc()
        if not answer:
            raise Gone(kind)
        return answer

    async def _look(self, place: Place, ask: Callable[[], Awaitable[bytes]]) -> bytes:
        """The answer from the cache, else from Intercom; an empty one says that the object is gone."""
        kept = await self._cache.get(place)
        if kept.answer is not None:
            self._metrics.hydration_reads.labels(place.read, "cache").inc()
            return kept.answer
        self._metrics.hydration_reads.labels(place.read, "call").inc()
        try:
            answer = await ask()
        except TargetGone:
            answer = b""
        await self._cache.put(place, answer, kept.mark)
        return answer


_pack: Final = msgspec.msgpack.Encoder().encode
_names_by_id: Final = msgspec.msgpack.Decoder(dict[str, str]).decode
_names: Final = msgspec.msgpack.Decoder(tuple[str, ...]).decode
_id_or_none: Final = msgspec.msgpack.Decoder(str | None).decode
