"""One invented event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from simulator.payloads.versions import PayloadVersion, in_version
from simulator.stories.expectation import NOTHING, Expect
from simulator.webhooks.notification import envelope
from simulator.webhooks.sender import Mail


class About(NamedTuple):
    """What an event is about."""

    kind: Literal["conversation", "ticket", "contact", "company"]
    id: str


Present = Callable[[About], Sequence[Mapping[str, Any]]]
"""Tells which tags are on an object now, as Intercom's tag objects."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, `created_at` in Unix seconds; `item` is its `data.item` in 2.10, without tags.

    `about` is None where there is nothing to tag. `expect` is what must come of it there, `beside` what must come of it
    on another object.
    """

    id: str | None
    topic: str
    created_at: int
    about: About | None
    item: Mapping[str, Any]
    expect: Expect = NOTHING
    beside: tuple[About, Expect] | None = None

    def item_with(self, tags: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """The item as it is notified: a conversation shows its present tags, a ticket never does."""
        if self.item.get("type") != "conversation" or "tags" not in self.item:
            return self.item
        return {**self.item, "tags": {"type": "tag.list", "tags": list(tags)}}

    def body(
        self,
        app_id: str,
        tags: Sequence[Mapping[str, Any]] = (),
        attempt: int = 1,
        version: PayloadVersion = "2.10",
    ) -> bytes:
        """The notification's bytes."""
        return envelope(
            in_version(self.topic, self.item_with(tags), version),
            app_id=app_id,
            topic=self.topic,
            notification_id=self.id,
            created_at=self.created_at,
            attempt=attempt,
        )

    def mail(self, app_id: str, present: Present, version: PayloadVersion = "2.10") -> Mail:
        """The event as something to send; `present` is asked when it first goes out."""
        about = self.about
        return Mail(
            app_id=app_id,
            topic=self.topic,
            id=self.id,
            created_at=self.created_at,
            item=lambda: in_version(self.topic, self.item_with(present(about) if about is not None else ()), version),
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """An object that is there before the first event: its REST answer, and the names of its tags."""

    about: About
    item: Mapping[str, Any]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to one object, in order."""

    events: tuple[Event, ...]
    placed: Placed | None = None
