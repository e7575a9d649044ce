"""The facts of one notification of each kind, field by field, and what each kind leaves open."""

from datetime import UTC, datetime
from typing import Any

import pytest

from facts.target import Target
from facts.view import view
from rules.language.fields import find
from rules.language.values import Absent, Facts, Kind
from tests.facts import samples

EVENT = datetime(2025, 8, 11, 8, 15, tzinfo=UTC)
STARTED = datetime(2025, 8, 11, 8, 13, 20, tzinfo=UTC)

OF_MINA = {
    "contact.id": samples.USER,
    "contact.external_id": "shop-4411",
    "contact.name": "Mina Okafor",
    "contact.email": "mina@example.com",
    "contact.email_domain": "example.com",
    "contact.role": "user",
}
OF_THE_CONVERSATION = {
    "event.time": EVENT,
    "event.attempt": 1,
    "conversation.id": samples.CONVERSATION,
    "conversation.url": "https://shop.example.com/orders",
    "conversation.source": "conversation",
    "conversation.delivered_as": "customer_initiated",
    "conversation.state": "open",
    "conversation.priority": "not_priority",
    "conversation.open": True,
    "conversation.read": False,
    "conversation.created_at": STARTED,
    "conversation.updated_at": datetime(2025, 8, 11, 8, 14, 21, tzinfo=UTC),
    "conversation.waiting_since": STARTED,
    "conversation.ai_agent.participated": False,
    "conversation.attributes.language": "English",
    "conversation.attributes.order value": 129.5,
    "conversation.attributes.gift": False,
}
OF_THE_TICKET = {
    "event.time": EVENT,
    "event.attempt": 1,
    "ticket.id": samples.TICKET,
    "ticket.title": "Parcel lost",
    "ticket.description": "<p>Tracking stopped two weeks ago.</p>",
    "ticket.type": "Delivery problem",
    "ticket.category": "Customer",
    "ticket.state": "submitted",
    "ticket.open": True,
    "ticket.shared": True,
    "ticket.admin_assignee": "0",
    "ticket.team_assignee": "0",
    "ticket.created_at": datetime(2025, 8, 11, 8, 15, tzinfo=UTC),
    "ticket.updated_at": datetime(2025, 8, 11, 8, 16, 40, tzinfo=UTC),
    "ticket.attributes.severity": "High",
    "ticket.attributes.parcels": 2,
    "ticket.attributes.insured": True,
}
REPLY = '<p>Also <b>cancel</b> my next order, see <a href="https://shop.example.com/next">here</a>.</p>'


def test_a_customers_reply() -> None:
    found = samples.facts("conversation.user.replied")

    assert found.kind == "conversation"
    assert found.values == {
        **OF_THE_CONVERSATION,
        **OF_MINA,
        "event.topic": "conversation.user.replied",
        "message.from": "customer",
        "message.text": REPLY,
        "message.full_text": REPLY,
        "message.links": ("https://shop.example.com/next",),
        "message.attachments": ("application/pdf",),
    }
    assert found.not_fetched == {"contact", "company"}


def test_a_ticket() -> None:
    text = "Parcel lost\n<p>Tracking stopped two weeks ago.</p>"

    found = samples.facts("ticket.created")

    assert found.kind == "ticket"
    assert found.values == {
        **OF_THE_TICKET,
        "event.topic": "ticket.created",
        "message.from": "customer",
        "message.text": text,
        "message.full_text": text,
        "contact.id": samples.USER,
        "contact.external_id": "shop-4411",
    }
    assert found.not_fetched == {"ticket.tags", "contact", "company"}


def test_a_reply_to_a_ticket() -> None:
    found = samples.facts("ticket.contact.replied")

    assert found.values == {
        **OF_THE_TICKET,
        **OF_MINA,
        "event.topic": "ticket.contact.replied",
        "message.from": "customer",
        "message.text": "<p>The other parcel is lost, too.</p>",
        "message.full_text": "<p>The other parcel is lost, too.</p>",
    }
    assert found.not_fetched == {"ticket.snoozed_until", "ticket.tags", "contact", "company"}


def test_a_contact() -> None:
    found = samples.facts("contact.user.updated")

    assert found.kind == "contact"
    assert found.values == {
        **OF_MINA,
        "event.topic": "contact.user.updated",
        "event.time": EVENT,
        "event.attempt": 1,
        "contact.phone": "+4512345678",
        "contact.location.country": "Denmark",
        "contact.location.region": "Capital Region",
        "contact.location.city": "Copenhagen",
        "contact.language": "da",
        "contact.browser": "firefox",
        "contact.os": "OS X 14.5",
        "contact.owner": "7301001",
        "contact.created_at": datetime(2025, 8, 1, 7, 13, 20, 240_000, tzinfo=UTC),
        "contact.signed_up_at": datetime(2025, 8, 1, 7, 20, tzinfo=UTC),
        "contact.last_seen_at": datetime(2025, 8, 11, 8, 0, tzinfo=UTC),
        "contact.unsubscribed": True,
        "contact.bounced": False,
        "contact.spam": False,
        "contact.attributes.plan": "pro",
        "contact.attributes.seats": 12,
        "contact.attributes.trial": False,
        "contact.attributes.renewal_at": 1767225600,
        "company.id": samples.COMPANY,
    }
    assert found.not_fetched == {"contact.segments", "company"}


def test_a_company() -> None:
    found = samples.facts("company.updated")

    assert found.kind == "company"
    assert found.values == {
        "event.topic": "company.updated",
        "event.time": EVENT,
        "event.attempt": 1,
        "company.id": samples.COMPANY,
        "company.company_id": "lark-9",
        "company.name": "Larkfield Ltd",
        "company.plan": "Gold",
        "company.industry": "Logistics",
        "company.website": "https://larkfield.example.com",
        "company.size": 85,
        "company.monthly_spend": 1200.5,
        "company.user_count": 7,
        "company.session_count": 41,
        "company.created_at": datetime(2025, 7, 1, 5, 43, 20, 13_000, tzinfo=UTC),
        "company.last_request_at": datetime(2025, 8, 10, 9, 30, tzinfo=UTC),
        "company.attributes.region": "EMEA",
        "company.attributes.contract tier": "gold",
    }
    assert found.not_fetched == {"company.tags", "company.segments"}


@pytest.mark.parametrize(
    ("topic", "path", "value"),
    [
        ("conversation.admin.closed", "conversation.state", "closed"),
        ("conversation.admin.closed", "conversation.tags", ("Parcel", "VIP")),
        ("conversation.admin.closed", "conversation.waiting_since", Absent.MISSING),
        ("conversation.admin.snoozed", "conversation.snoozed_until", datetime(2025, 8, 12, 8, 13, 20, tzinfo=UTC)),
        ("conversation.admin.assigned", "conversation.admin_assignee", "7301002"),
        ("conversation.admin.assigned", "conversation.team_assignee", "6600050"),
        ("conversation.user.created", "conversation.admin_assignee", Absent.MISSING),
        ("conversation.user.created", "conversation.title", Absent.MISSING),
        ("conversation.user.created", "conversation.tags", Absent.MISSING),
        ("conversation.user.created", "conversation.attributes.follow up", Absent.MISSING),
        ("conversation.user.created", "conversation.attributes.never heard of", Absent.MISSING),
        ("conversation.priority.updated", "conversation.priority", "priority"),
        ("conversation.rating.added", "conversation.rating", 2),
        ("conversation.rating.added", "conversation.rating_remark", "It took far too long"),
        ("conversation.operator.replied", "conversation.ai_agent.participated", True),
        ("conversation.operator.replied", "conversation.ai_agent.resolution_state", "routed_to_team"),
        ("conversation.admin.single.created", "conversation.source", "email"),
        ("conversation.admin.single.created", "conversation.subject", "Your order"),
        ("ticket.closed", "ticket.state", "resolved"),
        ("ticket.admin.assigned", "ticket.admin_assignee", "7301002"),
        ("ticket.created", "ticket.snoozed_until", Absent.MISSING),
        ("ticket.created", "ticket.attributes.depot", Absent.MISSING),
        ("contact.lead.created", "contact.role", "lead"),
        ("contact.lead.created", "contact.email", Absent.MISSING),
        ("contact.lead.created", "contact.email_domain", Absent.MISSING),
        ("contact.lead.added_email", "contact.email_domain", "example.com"),
        ("contact.user.created", "contact.tags", Absent.MISSING),
        ("contact.user.tag.created", "contact.tags", Absent.NOT_FETCHED),
        ("contact.user.created", "contact.segments", Absent.NOT_FETCHED),
        ("contact.user.created", "company.name", Absent.MISSING),
        ("contact.user.updated", "company.name", Absent.NOT_FETCHED),
        ("contact.user.updated", "company.id", samples.COMPANY),
        ("company.created", "company.tags", Absent.MISSING),
        ("company.created", "company.plan", Absent.MISSING),
        ("company.created", "company.monthly_spend", 0),
        ("company.contact.attached", "company.name", Absent.NOT_FETCHED),
        ("company.contact.attached", "company.id", samples.COMPANY),
    ],
)
def test_fields_that_differ_by_topic(topic: str, path: str, value: Any) -> None:
    assert samples.facts(topic).get(path) == value


@pytest.mark.parametrize("topic", ["conversation.contact.attached", "ticket.contact.attached"])
def test_of_a_pair_only_the_contact_is_known(topic: str) -> None:
    found = samples.facts(topic)

    assert found.get(f"{found.kind}.state") is Absent.NOT_FETCHED
    assert found.get(f"{found.kind}.attributes.severity") is Absent.NOT_FETCHED
    assert found.get("message.text") is Absent.MISSING
    assert found.get("contact.id") == samples.LEAD
    assert found.get("contact.role") == "lead"


@pytest.mark.parametrize("topic", ["conversation.contact.detached", "ticket.contact.detached"])
def test_a_detached_contact_is_not_the_one_it_is_about(topic: str) -> None:
    found = samples.facts(topic)

    assert found.not_fetched == {found.kind, "contact", "company"}
    assert found.values.keys() == {"event.topic", "event.time", "event.attempt", f"{found.kind}.id"}


@pytest.mark.parametrize("version", ["2.14", "2.15"])
def test_later_versions_give_the_same_facts(version: str) -> None:
    for topic in samples.topics(version):
        found, old = samples.facts(topic, version), samples.facts(topic)

        assert without_bodies(found) == without_bodies(old)


def without_bodies(found: Facts) -> Facts:
    """The facts without the texts that are HTML in one version and plain in another."""
    plain = {path: value for path, value in found.values.items() if path not in {"message.text", "message.full_text"}}
    return Facts(found.kind, plain | {"message.links": ()}, found.not_fetched)


def test_a_plain_body_stays_as_it_is() -> None:
    found = samples.facts("conversation.user.replied", "2.15")

    assert found.get("message.text") == "Also cancel my next order, see here (https://shop.example.com/next)."
    assert found.get("message.links") == ("https://shop.example.com/next",)


@pytest.mark.parametrize(
    ("topic", "key", "path"),
    [
        ("conversation.user.created", "state", "conversation.state"),
        ("conversation.user.created", "custom_attributes", "conversation.attributes.language"),
        ("conversation.user.created", "conversation_rating", "conversation.rating"),
        ("conversation.user.created", "source", "conversation.source"),
        ("ticket.created", "ticket_state", "ticket.state"),
        ("ticket.created", "ticket_attributes", "ticket.attributes.severity"),
        ("ticket.created", "ticket_attributes", "ticket.title"),
        ("contact.user.created", "location", "contact.location.city"),
        ("contact.user.created", "tags", "contact.tags"),
        ("contact.user.created", "companies", "company.name"),
        ("company.updated", "plan", "company.plan"),
        ("company.created", "tag_ids", "company.tags"),
    ],
)
def test_what_was_not_sent_is_not_fetched(topic: str, key: str, path: str) -> None:
    item = samples.item_of(topic)
    del item[key]

    assert samples.facts_with(topic, item).get(path) is Absent.NOT_FETCHED
    assert samples.facts_with(topic, item | {key: None}).get(path) in {Absent.MISSING, Absent.NOT_FETCHED}


@pytest.mark.parametrize("topic", samples.topics())
def test_every_fact_has_a_field(topic: str) -> None:
    kinds: dict[str, Kind] = {"conversation_part": "conversation", "ticket": "ticket", "company": "company"}
    kind = kinds.get(topic.partition(".")[0], "contact" if topic.startswith("contact") else "conversation")
    target = Target(samples.WORKSPACE, kind, "1")

    found = view(topic, target, samples.item_of(topic), 1754900100, 1)

    assert [path for path in found.values if find(path) is None] == []


def test_an_absurd_time_is_missing() -> None:
    target = Target(samples.WORKSPACE, "conversation", "1")

    found = view("conversation.read", target, {}, -5, 3)

    assert found.get("event.time") is Absent.MISSING
    assert found.get("event.attempt") == 3


def test_of_an_unknown_topic_only_the_event_is_known() -> None:
    target = Target(samples.WORKSPACE, "ticket", "1")

    found = view("moon.phase.changed", target, {"state": "full"}, 1754900100, 1)

    assert found.values.keys() == {"event.topic", "event.time", "event.attempt", "ticket.id"}
    assert found.not_fetched == {"ticket", "contact", "company"}
