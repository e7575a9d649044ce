"""What the service understands of the simulator's notifications: exactly what is stored, in every payload version."""

from typing import Any

import pytest

from facts import item as items
from facts import notification, routing, topics
from facts.view import view
from rules.language.fields import find
from rules.language.values import Absent, Facts
from rules.reading.loader import load
from rules.words.html import to_text
from simulator.payloads.notified import TOPICS, NothingToTell, Subject, kind_of, notified
from simulator.payloads.versions import VERSIONS, PayloadVersion, in_version
from simulator.stories.play import Play, invent
from simulator.webhooks.notification import envelope
from tests.rules.test_shipped import FOLDER as SHIPPED
from tests.simulator.stored import APP_ID, NOW, Stored, known_contact, message_of, stored

PAIRS = ("contact.attached", "contact.detached")


def understood(body: bytes) -> Facts:
    """What a worker knows of a notification."""
    found = notification.read(body)
    kept = items.load(items.trim(found))
    return view(found.topic, routing.find(found), kept, found.created_at, found.delivery_attempts)


def told(topic: str, subject: Subject, version: PayloadVersion) -> Facts:
    """What a worker knows of a notification about a stored object."""
    item = in_version(topic, notified(topic, subject), version)
    return understood(envelope(item, app_id=APP_ID, topic=topic, notification_id="notif_1", created_at=NOW))


def plainly(found: Facts, path: str) -> Any:
    """A value as the stored object has it: None where it is missing."""
    value, field = found.get(path), find(path)
    if isinstance(value, Absent):
        return None if value is Absent.MISSING else "not fetched"
    if isinstance(value, str) and field is not None and field.markup != "none":
        return " ".join(to_text(value, quotes=True).split())
    return list(value) if isinstance(value, tuple) else value


def wanted(topic: str, told_of: Stored) -> dict[str, Any]:
    """What must be known after a notification: what is stored, as far as the topic's shape carries it."""
    kind, subject = kind_of(topic), told_of.subject
    if topic.endswith(PAIRS):
        known = {f"{kind}.id": subject.item["id"], f"{kind}.attributes.language": "not fetched"}
        if topic in {"conversation.contact.attached", "ticket.contact.attached"} and subject.contact is not None:
            return known | known_contact(subject.contact)
        return known | {"contact.name": "not fetched"}
    known = told_of.known | (message_of(topic, subject) if kind in {"conversation", "ticket"} else {})
    if kind == "ticket" and topic != "ticket.created" and "message.text" not in known:
        known |= {"message.text": None}
    if topic == "ticket.closed":
        return known | {"ticket.snoozed_until": "not fetched", "contact.external_id": "not fetched"}
    if "ticket_part" in notified(topic, subject):
        return known | {"ticket.snoozed_until": "not fetched"}
    return known


def test_every_topic_that_leads_to_a_decision_can_be_told() -> None:
    assert TOPICS.keys() == {topic for topic, how in topics.TOPICS.items() if not how.ignored}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_what_is_stored_is_what_is_understood(topic: str, version: PayloadVersion) -> None:
    for seed in range(15):
        told_of = stored(kind_of(topic), seed)

        found = told(topic, told_of.subject, version)

        expected = wanted(topic, told_of)
        assert {path: plainly(found, path) for path in expected} == expected


@pytest.fixture(scope="module", name="play")
def an_invented_day() -> Play:
    return invent(400, seed=11, now=NOW, app_id=APP_ID)


def test_every_version_of_a_story_is_understood_alike(play: Play) -> None:
    for event in play.events:
        if topics.lookup(event.topic).ignored:
            continue
        oldest = understood(event.body(APP_ID))
        paths = sorted(oldest.values.keys() - {"message.links"})
        for version in VERSIONS[1:]:
            found = understood(event.body(APP_ID, version=version))
            assert [plainly(found, path) for path in paths] == [plainly(oldest, path) for path in paths]
            assert found.values.keys() - {"message.links"} == set(paths)
            assert found.not_fetched == oldest.not_fetched


@pytest.mark.parametrize("version", VERSIONS)
def test_the_shipped_rules_decide_what_the_stories_say(play: Play, version: PayloadVersion) -> None:
    rules = load(SHIPPED).rule_set
    assert rules is not None

    for event in play.events:
        if not topics.lookup(event.topic).ignored and event.about is not None:
            decision = rules.decide(understood(event.body(APP_ID, version=version)))
            added = {change.tag for change in decision.changes if change.action == "add"}
            # What the customer's firm spends no notification tells.
            assert added == event.expect.adds - {"churn/large-account"}, event.topic
            leaving = "churn/cancel-request" in added
            assert ("large-account-cancelling" in decision.undecided) is leaving, event.topic


@pytest.mark.parametrize(
    ("topic", "subject", "message"),
    [
        ("moon.phase.changed", Subject({}), "no notification is known of the topic moon.phase.changed"),
        ("contact.user.tag.created", Subject({"id": "1"}), "this topic tells of a tag; none is named"),
        ("contact.merged", Subject({"id": "1"}), "contact.merged tells of a contact that is gone; none is named"),
        ("company.contact.attached", Subject({"id": "1"}), "this topic tells of a contact, too; none is named"),
        (
            "ticket.note.created",
            Subject({"ticket_parts": {"ticket_parts": []}}),
            "this topic tells of a part; the ticket has none",
        ),
    ],
)
def test_what_is_lacking_is_named(topic: str, subject: Subject, message: str) -> None:
    with pytest.raises(NothingToTell) as caught:
        notified(topic, subject)

    assert str(caught.value) == message
