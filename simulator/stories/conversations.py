"""What happens in conversations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.cast import Cast
from simulator.payloads.conversation import as_notified, conversation, part, source
from simulator.payloads.people import Teammate
from simulator.stories.event import About, Event, Placed, Story
from simulator.stories.expectation import NOTHING, Expect, adds
from simulator.stories.messages import CANCELLATIONS, SHARED_MESSAGES, TEAMMATES_MESSAGES, Message

_MESSAGES = SHARED_MESSAGES + CANCELLATIONS

_DAY = 86_400

LARGE = 500
"""What a large account spends a month, at least."""


@dataclass(frozen=True, slots=True)
class Trait:
    """What a conversation is like from its first event to its last, and what each of them must lead to for that."""

    channel: str = "conversation"
    subject: str = ""
    attributes: tuple[tuple[str, Any], ...] = ()
    expect: Expect = NOTHING


TRAITS = (
    Trait(),
    Trait(),
    Trait(attributes=(("Language", "English"),)),
    Trait(channel="whatsapp"),
    Trait(channel="email", subject="A question", expect=adds("channel/email")),
    Trait(attributes=(("Language", "German"),), expect=adds("lang/non-english")),
    Trait(
        channel="email",
        subject="Une question",
        attributes=(("Language", "French"), ("Plan", "team")),
        expect=adds("channel/email", "lang/non-english"),
    ),
)

RATINGS = (
    (1, "Nobody answered.", adds("csat/low")),
    (2, "", adds("csat/low")),
    (3, "It was all right", NOTHING),
    (4, None, NOTHING),
    (5, "Quick and kind!", NOTHING),
)

START_TAGS: tuple[tuple[str, ...], ...] = (
    (),
    (),
    ("triage/unsorted",),
    ("triage/unsorted",),
    ("newsletter", "triage/unsorted"),
    ("billing/refund",),
)
"""Tags an object may have before anything happens; no rule speaks of `newsletter`, so it must stay."""


class Telling:
    """A conversation's story as it is told; it began at `began` (Unix seconds), each event comes some seconds later."""

    def __init__(self, cast: Cast, began: int) -> None:
        self.cast = cast
        self.customer = cast.writer()
        self.trait = cast.rng.choice(TRAITS)
        self.about = About("conversation", cast.id())
        self.now = self._began = began
        self._opened_by: Mapping[str, Any] = {}
        self._changes: dict[str, Any] = {"custom_attributes": dict(self.trait.attributes)}
        self._parts: list[Mapping[str, Any]] = []
        self._events: list[Event] = []
        self._standing = self.trait.expect

    def opens(self, topic: str, author: Mapping[str, Any], html: str, expect: Expect = NOTHING) -> None:
        """Somebody writes the first message."""
        customers = author["type"] != "admin"
        if not customers:
            self._changes |= {"open": False, "state": "closed", "waiting_since": None, "statistics": None}
        self._opened_by = source(
            self.cast.id(),
            author,
            html,
            channel=self.trait.channel,
            delivered_as="customer_initiated" if customers else "admin_initiated",
            subject=self.trait.subject,
            url="https://app.example.com/home" if customers else None,
        )
        self._tell(topic, (), expect)

    def has_part(
        self,
        topics: Sequence[str],
        part_type: str,
        author: Mapping[str, Any],
        html: str | None = None,
        *,
        expect: Expect = NOTHING,
        assigned_to: Mapping[str, Any] | None = None,
        **changes: object,
    ) -> None:
        """Something happens that leaves a part; every topic is told of it. `changes` hold from then on."""
        self._passes(changes)
        if author["type"] != "admin":
            self._changes["waiting_since"] = self.now
        happened = part(self.cast.id(), part_type, author, self.now, html, assigned_to)
        self._parts.append(happened)
        for topic in topics:
            self._tell(topic, (happened,), expect)

    def changes(self, topic: str, *, parts: bool = False, expect: Expect = NOTHING, **changes: object) -> None:
        """Something happens that leaves no part; the notification carries all parts so far if `parts`."""
        self._passes(changes)
        self._tell(topic, tuple(self._parts) if parts else (), expect)

    def stays(self, expect: Expect) -> None:
        """From now on every event must lead to this, too."""
        self._standing |= expect

    def story(self) -> Story:
        """The story so far."""
        placed = Placed(self.about, self._item(), self.cast.rng.choice(START_TAGS))
        return Story(tuple(self._events), placed)

    def _passes(self, changes: Mapping[str, object]) -> None:
        self.now += self.cast.rng.randrange(5, 40)
        self._changes |= changes

    def _item(self) -> dict[str, Any]:
        return conversation(
            self.about.id,
            created_at=self._began,
            opened_by=self._opened_by,
            customer=self.customer,
            parts=self._parts,
            updated_at=self.now,
            changes=self._changes,
        )

    def _tell(self, topic: str, parts: Sequence[Mapping[str, Any]], expect: Expect) -> None:
        item = as_notified(self._item(), parts)
        beside = None
        if "churn/cancel-request" in expect.adds and self._is_large:
            expect |= adds("churn/large-account")
            beside = About("contact", self.customer.id), adds("churn/at-risk")
        event = Event(self.cast.notification_id(), topic, self.now, self.about, item, expect | self._standing, beside)
        self._events.append(event)

    @property
    def _is_large(self) -> bool:
        """Whether the customer's firm is a large account."""
        return self.customer.firm is not None and self.customer.firm.monthly_spend >= LARGE


def question(cast: Cast, began: int) -> Story:
    """A customer writes, and that is all."""
    return _asked(cast, began).story()


def talk(cast: Cast, began: int) -> Story:
    """A customer writes, a teammate answers, the customer writes again."""
    telling = _asked(cast, began)
    _teammate_replies(telling)
    _customer_replies(telling)
    return telling.story()


def handed_over(cast: Cast, began: int) -> Story:
    """A conversation is assigned, which two topics tell of, and noted upon."""
    telling, teammate, other = _asked(cast, began), cast.teammate(), cast.teammate()
    telling.has_part(
        ("conversation.admin.assigned", "conversation.admin.open.assigned"),
        "assignment",
        teammate.author(),
        assigned_to=other.reference(),
        admin_assignee_id=int(other.id),
        teammates=_admins(other),
    )
    telling.has_part(("conversation.admin.noted",), "note", other.author(), _words(cast))
    return telling.story()


def rated(cast: Cast, began: int) -> Story:
    """A conversation is closed, and the customer says how it was."""
    telling, teammate = _asked(cast, began), cast.teammate()
    _teammate_replies(telling)
    author = teammate.author()
    telling.has_part(("conversation.admin.closed",), "close", author, open=False, state="closed", waiting_since=None)
    rating, remark, expect = cast.rng.choice(RATINGS)
    said = {
        "rating": rating,
        "remark": remark,
        "created_at": telling.now,
        "contact": telling.customer.reference(),
        "teammate": teammate.reference(),
    }
    telling.changes("conversation.rating.added", expect=expect, conversation_rating=said)
    return telling.story()


def put_off(cast: Cast, began: int) -> Story:
    """A conversation is snoozed, then opened again."""
    telling, teammate = _asked(cast, began), cast.teammate().author()
    until = telling.now + _DAY
    telling.has_part(("conversation.admin.snoozed",), "snoozed", teammate, state="snoozed", snoozed_until=until)
    telling.has_part(("conversation.admin.opened",), "open", teammate, state="open", snoozed_until=None)
    return telling.story()


def pressing(cast: Cast, began: int) -> Story:
    """A conversation becomes a priority and stays one."""
    telling = _asked(cast, began)
    telling.stays(adds("urgent/p2"))
    author = cast.teammate().author()
    telling.has_part(("conversation.priority.updated",), "priority_changed", author, priority="priority")
    _customer_replies(telling)
    return telling.story()


def not_pressing(cast: Cast, began: int) -> Story:
    """A conversation's priority is touched, and it is none."""
    telling = _asked(cast, began)
    author = cast.teammate().author()
    telling.has_part(("conversation.priority.updated",), "priority_changed", author, priority="not_priority")
    return telling.story()


def seen(cast: Cast, began: int) -> Story:
    """A customer reads a teammate's answer; the notification repeats every part."""
    telling = _asked(cast, began)
    _teammate_replies(telling)
    telling.changes("conversation.read", parts=True, read=True)
    return telling.story()


def outreach(cast: Cast, began: int) -> Story:
    """A teammate writes first: such words are not the customer's."""
    telling = Telling(cast, began)
    telling.opens("conversation.admin.single.created", cast.teammate().author(), _words(cast))
    return telling.story()


def deleted(cast: Cast, began: int) -> Story:
    """A conversation that is gone: the notification only knows its id."""
    item = {"type": "conversation", "conversation_id": cast.id()}
    return Story((Event(cast.notification_id(), "conversation.deleted", began, None, item),))


STORIES: tuple[Callable[[Cast, int], Story], ...] = (
    question,
    question,
    question,
    talk,
    talk,
    handed_over,
    rated,
    rated,
    put_off,
    pressing,
    not_pressing,
    seen,
    outreach,
    deleted,
)
"""Common ones more than once."""


def _asked(cast: Cast, began: int) -> Telling:
    telling = Telling(cast, began)
    message = _message(cast)
    telling.opens("conversation.user.created", telling.customer.author(), message.html, message.expect)
    return telling


def _customer_replies(telling: Telling) -> None:
    message = _message(telling.cast)
    author = telling.customer.author()
    telling.has_part(("conversation.user.replied",), "comment", author, message.html, expect=message.expect)


def _teammate_replies(telling: Telling) -> None:
    teammate = telling.cast.teammate()
    words = _words(telling.cast)
    telling.has_part(
        ("conversation.admin.replied",), "comment", teammate.author(), words, waiting_since=None, read=False
    )


def _message(cast: Cast) -> Message:
    return cast.rng.choice(_MESSAGES)


def _words(cast: Cast) -> str:
    return cast.rng.choice(TEAMMATES_MESSAGES)


def _admins(teammate: Teammate) -> dict[str, Any]:
    return {"type": "admin.list", "admins": [teammate.reference()]}
