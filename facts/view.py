"""From the item of a notification to the facts that rules read."""

from collections.abc import Iterator, Mapping
from typing import Any

from facts import author, company, contact, conversation, fetched, message, record, ticket, topics
from facts.fetched import NOTHING, Fetched
from facts.record import Reading
from facts.target import Target
from facts.times import moment
from facts.topics import Shape, Topic
from rules.language.values import Facts


def view(
    topic: str,
    target: Target,
    item: Mapping[str, Any],
    created_at: int,
    attempt: int,
    asked: Fetched = NOTHING,
) -> Facts:
    """The facts of one event, from its item, trimmed or whole, and from what Intercom was `asked` about it.

    `created_at` is in Unix seconds. Values of odd types count as missing; nothing is raised. What the item does not
    carry is not fetched, or missing where the event shows that there is none.
    """
    handled = topics.lookup(topic)
    reading = record.merged((_event(topic, target, created_at, attempt), *_of(handled, target, item)))
    if asked is not NOTHING:
        reading = fetched.complete(reading, target.kind, item, asked)
    return Facts(target.kind, reading.values, frozenset(reading.not_fetched))


def _event(topic: str, target: Target, created_at: int, attempt: int) -> Reading:
    reading = Reading({"event.topic": topic, "event.attempt": attempt, f"{target.kind}.id": target.id})
    time = moment(created_at)
    if time is not None:
        reading.values["event.time"] = time
    return reading


def _of(topic: Topic, target: Target, item: Mapping[str, Any]) -> Iterator[Reading]:
    match topic.shape:
        case Shape.CONVERSATION:
            yield from _conversation(topic, item)
        case Shape.TICKET | Shape.WRAPPED_TICKET:
            yield from _ticket(topic, item)
        case Shape.CONTACT:
            yield from _contact(item)
        case Shape.CONTACT_TAG:
            yield from _contact(item.get(Shape.CONTACT_TAG.contact_at))
        case Shape.COMPANY:
            yield company.read(item)
        case (Shape.CONVERSATION_AND_CONTACT | Shape.TICKET_AND_CONTACT) as pair:
            yield Reading(not_fetched={target.kind})
            yield from _contact(item.get(pair.contact_at))
        case _:
            yield Reading(not_fetched={target.kind, "contact", "company"})


def _conversation(topic: Topic, item: Mapping[str, Any]) -> Iterator[Reading]:
    written = message.read(topic, item)
    authors = [] if conversation.obscured(item) else [written.writer, author.within(item.get("source"))]
    yield conversation.read(item)
    yield written.reading
    yield contact.concerned(item, written.writer, authors)


def _ticket(topic: Topic, item: Mapping[str, Any]) -> Iterator[Reading]:
    written = message.read(topic, item)
    yield ticket.read(ticket.within(item))
    yield written.reading
    yield contact.concerned(ticket.within(item), written.writer, [written.writer])


def _contact(found: object) -> Iterator[Reading]:
    if isinstance(found, Mapping):
        yield contact.read(found)
        yield company.of_contact(found)
    else:
        yield Reading(not_fetched={"contact", "company"})
