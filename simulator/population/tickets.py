"""Tickets, from the form that was filled in to their end."""

from typing import Any

from simulator.cast import BOT, Cast
from simulator.payloads.people import Customer
from simulator.payloads.plain_text import plain_text
from simulator.payloads.ticket import part, ticket
from simulator.population.conversations import words
from simulator.population.ticket_types import STATES, severity_of
from simulator.population.words import LANGUAGES, TOPICS, WEIGHTS


def invent_ticket(
    cast: Cast, customer: Customer, kind: dict[str, Any], number: int, began: int, until: int
) -> dict[str, Any]:
    """What is kept of ticket `number` of the type `kind`; nothing happened to it after `until` (Unix seconds)."""
    rng = cast.rng
    (language,) = rng.choices(LANGUAGES, WEIGHTS)
    (topic,) = rng.choices(list(TOPICS), list(TOPICS.values()))
    teammate, now = cast.teammate(), began
    parts = [part(cast.id(), "attribute_collected", BOT.author(), began)]
    state = STATES[0]
    for following in STATES[1 : rng.randrange(1, len(STATES) + 1)]:
        later = now + rng.randrange(60, 86_400)
        if later > until:
            break
        before, state, now = state, following, later
        author, moved = teammate.author(), "ticket_state_updated_by_admin"
        parts.append(part(cast.id(), moved, author, now, ticket_state=state, previous_ticket_state=before))
        parts.append(part(cast.id(), "comment", author, now, rng.choice(language.answers)))
    said = plain_text(words(cast, language, topic))
    severity = severity_of(kind, rng.randrange(3))
    item = ticket(
        cast.id(),
        str(number),
        app_id=cast.app_id,
        title=max(said.splitlines(), key=len)[:60],
        description=said,
        created_at=began,
        customer=customer,
        state=state,
        attributes={} if severity is None else {"Severity": severity},
        parts=parts,
        updated_at=now,
    )
    assignee = {"admin_assignee_id": teammate.id} if state != STATES[0] else {}
    return item | assignee | {"ticket_type": kind, "category": kind["category"]}
