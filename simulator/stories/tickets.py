"""What happens to tickets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.cast import BOT, Cast
from simulator.payloads.contact import contact
from simulator.payloads.notified import Subject, notified
from simulator.payloads.people import Teammate
from simulator.payloads.ticket import as_closed, part, ticket, with_part
from simulator.stories.conversations import START_TAGS
from simulator.stories.event import About, Event, Placed, Story
from simulator.stories.expectation import NOTHING, Expect, adds, removes
from simulator.stories.messages import PROBLEMS, SHARED_MESSAGES, TEAMMATES_MESSAGES


@dataclass(frozen=True, slots=True)
class Weight:
    """How bad a ticket's form says that it is, and what each of its events must lead to for that."""

    severity: str | None
    expect: Expect = NOTHING


WORST = Weight("High", adds("urgent/p1"))
WEIGHTS = (Weight(None), Weight("Low"), Weight("Low"), WORST)


class Telling:
    """A ticket's story as it is told; `began` is in Unix seconds."""

    def __init__(self, cast: Cast, began: int) -> None:
        self.cast = cast
        self.customer = cast.writer()
        self.about = About("ticket", cast.id())
        self.now = self._began = began
        self._number = str(cast.rng.randrange(10_000, 99_999))
        self._problem = cast.rng.choice(PROBLEMS)
        self._weight = cast.rng.choice(WEIGHTS)
        self._state = "submitted"
        self._assignee = "0"
        self._parts = [part(cast.id(), "attribute_collected", BOT.author(), began)]
        self._events: list[Event] = []
        self._standing = self._weight.expect
        self._tell("ticket.created", self._item(), self._problem.expect)

    def says(self, topic: str, part_type: str, author: Mapping[str, Any], html: str, expect: Expect = NOTHING) -> None:
        """Somebody writes in the ticket."""
        self._passes()
        said = part(self.cast.id(), part_type, author, self.now, html)
        self._parts.append(said)
        self._tell(topic, with_part(self._item(), said), expect)

    def moves(self, state: str, topic: str = "ticket.state.updated") -> None:
        """The ticket gets another state."""
        self._passes()
        before, self._state = self._state, state
        author = self.cast.teammate().author()
        kind = "ticket_state_updated_by_admin"
        moved = part(self.cast.id(), kind, author, self.now, ticket_state=state, previous_ticket_state=before)
        self._parts.append(moved)
        self._tell(topic, self._item(), NOTHING)

    def is_given_to(self, teammate: Teammate) -> None:
        """The ticket is assigned to somebody."""
        self._passes()
        self._assignee = teammate.id
        to = teammate.reference()
        given = part(self.cast.id(), "assignment", self.cast.teammate().author(), self.now, assigned_to=to)
        self._parts.append(given)
        self._tell("ticket.admin.assigned", with_part(self._item(), given), NOTHING)

    def gets_worse(self) -> None:
        """A teammate finds that it is severe; which attribute changed, the notification does not say."""
        self._passes()
        self._weight = WORST
        self._standing |= WORST.expect
        author = self.cast.teammate().author()
        changed = part(self.cast.id(), "ticket_attribute_updated_by_admin", author, self.now)
        self._parts.append(changed)
        self._tell("ticket.attribute.updated", with_part(self._item(), changed), NOTHING)

    def is_joined(self) -> None:
        """Another customer is added: such a notification is about an internal record, from which no rule can tell."""
        self._passes()
        other = contact(self.cast.customer(), app_id=self.cast.app_id, created_at=self._began, updated_at=self._began)
        item = notified("ticket.contact.attached", Subject(self._item(), contact=other))
        self._events.append(Event(self.cast.notification_id(), "ticket.contact.attached", self.now, self.about, item))

    def stays(self, expect: Expect) -> None:
        """From now on every event must lead to this, too."""
        self._standing |= expect

    def closes(self) -> None:
        """The ticket is closed; such a notification says less of its contacts."""
        self._passes()
        self._parts.append(part(self.cast.id(), "close", self.cast.teammate().author(), self.now))
        self._tell("ticket.closed", as_closed(self._item(), {self.customer.id: {"role": self.customer.role}}), NOTHING)

    def story(self) -> Story:
        """The story so far."""
        return Story(tuple(self._events), Placed(self.about, self._item(), self.cast.rng.choice(START_TAGS)))

    def _passes(self) -> None:
        self.now += self.cast.rng.randrange(5, 40)

    def _item(self) -> dict[str, Any]:
        severity = {} if self._weight.severity is None else {"Severity": self._weight.severity}
        item = ticket(
            self.about.id,
            self._number,
            app_id=self.cast.app_id,
            title=self._problem.title,
            description=self._problem.description,
            created_at=self._began,
            customer=self.customer,
            state=self._state,
            attributes=severity,
            parts=tuple(self._parts),
            updated_at=self.now,
        )
        return item | {"admin_assignee_id": self._assignee}

    def _tell(self, topic: str, item: Mapping[str, Any], expect: Expect) -> None:
        event = Event(self.cast.notification_id(), topic, self.now, self.about, item, expect | self._standing)
        self._events.append(event)


def reported(cast: Cast, began: int) -> Story:
    """A customer files a ticket, and that is all."""
    return Telling(cast, began).story()


def discussed(cast: Cast, began: int) -> Story:
    """The customer adds something, a teammate notes something."""
    telling = Telling(cast, began)
    message = cast.rng.choice(SHARED_MESSAGES)
    telling.says("ticket.contact.replied", "comment", telling.customer.author(), message.html, message.expect)
    words = cast.rng.choice(TEAMMATES_MESSAGES)
    telling.says("ticket.note.created", "note", cast.teammate().author(), words)
    return telling.story()


def under_way(cast: Cast, began: int) -> Story:
    """Work begins, and a teammate answers."""
    telling = Telling(cast, began)
    telling.moves("in_progress")
    words = cast.rng.choice(TEAMMATES_MESSAGES)
    telling.says("ticket.admin.replied", "comment", cast.teammate().author(), words)
    return telling.story()


def solved(cast: Cast, began: int) -> Story:
    """Work begins and ends; a resolved ticket is no longer unsorted."""
    telling = Telling(cast, began)
    telling.moves("in_progress")
    telling.stays(removes("triage/unsorted"))
    telling.moves("resolved")
    telling.closes()
    return telling.story()


def escalated(cast: Cast, began: int) -> Story:
    """Somebody takes it, finds that it is severe, and another customer is in it, too."""
    telling = Telling(cast, began)
    telling.is_given_to(cast.teammate())
    telling.gets_worse()
    telling.is_joined()
    return telling.story()


STORIES: tuple[Callable[[Cast, int], Story], ...] = (
    reported,
    reported,
    discussed,
    discussed,
    under_way,
    solved,
    escalated,
)
"""Common ones more than once."""
