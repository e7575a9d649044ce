"""Conversations as they went on: who wrote what, and how it ended."""

from dataclasses import dataclass, field
from typing import Any

from simulator.cast import Cast
from simulator.payloads.conversation import conversation, part, source
from simulator.payloads.people import Customer, Teammate
from simulator.population.words import LANGUAGES, TOPICS, WEIGHTS, Language

CHANNELS = ("conversation", "email", "whatsapp", "instagram")
_CHANNEL_WEIGHTS = (70, 20, 7, 3)
_REMARKS = ("", "Quick and kind!", "It took three days.", None)
_ATTRIBUTE_OF_TOPIC = {"refund": "Billing", "invoice": "Billing", "crash": "Bug", "cancel": "Retention"}


@dataclass(slots=True)
class Talk:
    """A conversation while it goes on; `now` is in Unix seconds."""

    cast: Cast
    customer: Customer
    began: int
    language: Language
    topic: str
    now: int = 0
    parts: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    statistics: dict[str, Any] = field(default_factory=dict)


def invent_conversation(cast: Cast, customer: Customer, began: int, until: int) -> dict[str, Any]:
    """What is kept of a conversation that began at `began`, and of which nothing happened after `until`."""
    rng = cast.rng
    (language,) = rng.choices(LANGUAGES, WEIGHTS)
    (topic,) = rng.choices(list(TOPICS), list(TOPICS.values()))
    talk = Talk(cast, customer, began, language, topic, now=began)
    opened_by = _opening(talk)
    teammate = cast.teammate()
    if rng.random() < 0.85:  # noqa: PLR2004 - most are answered
        _answer(talk, teammate, until)
    _end(talk, teammate, until)
    talk.changes["custom_attributes"] = {"Language": language.name, "Topic": _ATTRIBUTE_OF_TOPIC.get(topic, "Other")}
    item = conversation(
        cast.id(),
        created_at=began,
        opened_by=opened_by,
        customer=customer,
        parts=talk.parts,
        updated_at=talk.now,
        changes=talk.changes,
    )
    return item | {"statistics": item["statistics"] | talk.statistics}


def words(cast: Cast, language: Language, topic: str) -> str:
    """A message about a topic, in HTML."""
    rng = cast.rng
    said = rng.choice(language.greetings) + rng.choice(language.topics[topic]) + rng.choice(language.closings)
    day = f"{rng.randrange(1, 29)}.{rng.randrange(1, 13)}."
    amount = f"{rng.randrange(9, 900)}.{rng.randrange(100):02}"
    return said.format(order=rng.randrange(10_000, 99_999), amount=amount, day=day)


def _opening(talk: Talk) -> dict[str, Any]:
    rng = talk.cast.rng
    (channel,) = rng.choices(CHANNELS, _CHANNEL_WEIGHTS)
    return source(
        talk.cast.id(),
        talk.customer.author(),
        words(talk.cast, talk.language, talk.topic),
        channel=channel,
        subject=talk.topic.capitalize() if channel == "email" else "",
        url="https://app.example.com/home" if channel == "conversation" else None,
    )


def _answer(talk: Talk, teammate: Teammate, until: int) -> None:
    """The conversation is assigned, answered, and goes to and fro for a while."""
    rng, language = talk.cast.rng, talk.language
    if not _later(talk, until, 900):
        return
    assigned_to = {"type": "admin", "id": teammate.id}
    _add(talk, "assignment", teammate, None, assigned_to)
    talk.changes |= {
        "admin_assignee_id": int(teammate.id),
        "team_assignee_id": rng.choice((5_017_690, 5_017_691, None)),
        "teammates": {"type": "admin.list", "admins": [assigned_to]},
    }
    talk.statistics |= {"time_to_assignment": talk.now - talk.began, "first_assignment_at": talk.now}
    talk.statistics |= {"last_assignment_at": talk.now, "count_assignments": 1}
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 6))):
        if not _later(talk, until, 7_200):
            return
        _add(talk, "comment", teammate, rng.choice(language.answers))
        talk.statistics.setdefault("first_admin_reply_at", talk.now)
        talk.statistics.setdefault("time_to_admin_reply", talk.now - talk.began)
        talk.statistics["last_admin_reply_at"] = talk.now
        talk.changes |= {"waiting_since": None, "read": True}
        if rng.random() < 0.6 and _later(talk, until, 14_400):  # noqa: PLR2004 - many write back
            _add(talk, "comment", talk.customer, rng.choice(language.thanks))
            talk.changes["waiting_since"] = talk.now
            talk.statistics["last_contact_reply_at"] = talk.now
    if rng.random() < 0.15 and _later(talk, until, 600):  # noqa: PLR2004 - some leave a note
        _add(talk, "note", teammate, "<p>Checked with finance, all settled.</p>")


def _end(talk: Talk, teammate: Teammate, until: int) -> None:
    rng = talk.cast.rng
    (state,) = rng.choices(("open", "closed", "snoozed"), (30, 60, 10))
    urgent = talk.topic in {"crash", "cancel"} and rng.random() < 0.3  # noqa: PLR2004 - not all of them
    talk.changes["priority"] = "priority" if urgent else "not_priority"
    if not talk.parts or state == "open" or not _later(talk, until, 43_200):
        talk.statistics["count_conversation_parts"] = len(talk.parts) + 1
        return
    _add(talk, "close" if state == "closed" else "snoozed", teammate, None)
    talk.changes |= {"state": state, "open": False, "waiting_since": None}
    if state == "snoozed":
        talk.changes["snoozed_until"] = talk.now + 86_400 * rng.randrange(1, 8)
    else:
        closing = {"first_close_at": talk.now, "last_close_at": talk.now, "last_closed_by_id": teammate.id}
        took = talk.now - talk.began
        talk.statistics |= closing | {"time_to_first_close": took, "time_to_last_close": took}
        if rng.random() < 0.25:  # noqa: PLR2004 - one in four says how it was
            talk.changes["conversation_rating"] = _rating(talk, teammate)
    talk.statistics["count_conversation_parts"] = len(talk.parts) + 1


def _rating(talk: Talk, teammate: Teammate) -> dict[str, Any]:
    rng = talk.cast.rng
    return {
        "rating": rng.choice((1, 2, 3, 4, 4, 5, 5, 5)),
        "remark": rng.choice(_REMARKS),
        "created_at": talk.now,
        "contact": talk.customer.reference(),
        "teammate": teammate.reference(),
    }


def _later(talk: Talk, until: int, within: int) -> bool:
    """Let some time pass, `within` seconds at most; whether that is still before `until`."""
    later = talk.now + talk.cast.rng.randrange(5, within)
    if later > until:
        return False
    talk.now = later
    return True


def _add(
    talk: Talk, part_type: str, by: Customer | Teammate, body: str | None, assigned_to: dict[str, Any] | None = None
) -> None:
    talk.parts.append(part(talk.cast.id(), part_type, by.author(), talk.now, body, assigned_to))
