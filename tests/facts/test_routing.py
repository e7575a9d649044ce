"""From every topic to what it is about."""

import json
from pathlib import Path
from typing import Any

import pytest

from facts import notification, routing
from facts.routing import Ignored
from facts.target import Target
from rules.language.values import Kind
from tests.facts import samples

CONVERSATION: tuple[Kind, str] = ("conversation", samples.CONVERSATION)
TICKET: tuple[Kind, str] = ("ticket", samples.TICKET)
USER: tuple[Kind, str] = ("contact", samples.USER)
LEAD: tuple[Kind, str] = ("contact", samples.LEAD)
COMPANY: tuple[Kind, str] = ("company", samples.COMPANY)

ABOUT = {
    "conversation.user.created": CONVERSATION,
    "conversation.user.replied": CONVERSATION,
    "conversation.admin.replied": CONVERSATION,
    "conversation.admin.assigned": CONVERSATION,
    "conversation.admin.open.assigned": CONVERSATION,
    "conversation.admin.noted": CONVERSATION,
    "conversation.admin.closed": CONVERSATION,
    "conversation.admin.opened": CONVERSATION,
    "conversation.admin.snoozed": CONVERSATION,
    "conversation.admin.unsnoozed": CONVERSATION,
    "conversation.admin.single.created": CONVERSATION,
    "conversation.operator.replied": CONVERSATION,
    "conversation.rating.added": CONVERSATION,
    "conversation.read": CONVERSATION,
    "conversation.priority.updated": CONVERSATION,
    "conversation.contact.attached": CONVERSATION,
    "conversation.contact.detached": CONVERSATION,
    "conversation.company.updated": CONVERSATION,
    "conversation_part.tag.created": CONVERSATION,
    "conversation_part.redacted": CONVERSATION,
    "ticket.created": TICKET,
    "ticket.state.updated": TICKET,
    "ticket.contact.replied": TICKET,
    "ticket.admin.replied": TICKET,
    "ticket.attribute.updated": TICKET,
    "ticket.admin.assigned": TICKET,
    "ticket.team.assigned": TICKET,
    "ticket.note.created": TICKET,
    "ticket.contact.attached": TICKET,
    "ticket.contact.detached": TICKET,
    "ticket.closed": TICKET,
    "ticket.rating.provided": TICKET,
    "ticket.resolved": TICKET,
    "contact.user.created": USER,
    "contact.lead.created": LEAD,
    "contact.user.updated": USER,
    "contact.lead.updated": LEAD,
    "contact.email.updated": USER,
    "contact.lead.added_email": LEAD,
    "contact.lead.signed_up": USER,
    "contact.archived": USER,
    "contact.unarchive": USER,
    "contact.user.tag.created": USER,
    "contact.user.tag.deleted": USER,
    "contact.lead.tag.created": LEAD,
    "contact.lead.tag.deleted": LEAD,
    "contact.merged": USER,
    "company.created": COMPANY,
    "company.updated": COMPANY,
    "company.contact.attached": COMPANY,
    "company.contact.detached": COMPANY,
}
IGNORED = {
    "ping": "ping",
    "conversation.deleted": "deleted",
    "contact.deleted": "deleted",
    "company.deleted": "deleted",
    "contact.subscribed": "not supported",
    "contact.unsubscribed": "not supported",
    "visitor.signed_up": "not supported",
    "event.created": "not supported",
}
GONE = {"conversation.deleted": CONVERSATION, "contact.deleted": LEAD, "company.deleted": COMPANY}

# More samples of the same names, where somebody keeps some beside the project.
OTHERS = Path(__file__).parents[3] / "shared" / "intercom" / "notifications"


def test_every_sample_is_expected_somewhere() -> None:
    assert ABOUT.keys() | IGNORED.keys() == set(samples.topics())


@pytest.mark.parametrize("topic", ABOUT)
def test_every_topic_leads_to_what_it_is_about(topic: str) -> None:
    kind, target_id = ABOUT[topic]

    found = routing.find(notification.read(samples.body(topic)))

    assert found == Target(samples.WORKSPACE, kind, target_id)


@pytest.mark.parametrize("topic", IGNORED)
def test_every_other_topic_is_ignored_with_its_reason(topic: str) -> None:
    with pytest.raises(Ignored) as ignored:
        routing.find(notification.read(samples.body(topic)))

    assert ignored.value.reason == IGNORED[topic]


@pytest.mark.parametrize("topic", GONE)
def test_what_a_deletion_was_about_can_still_be_located(topic: str) -> None:
    kind, target_id = GONE[topic]

    found = routing.locate(notification.read(samples.body(topic)))

    assert found == Target(samples.WORKSPACE, kind, target_id)


def test_a_ping_is_about_nothing() -> None:
    with pytest.raises(Ignored, match="ping"):
        routing.locate(notification.read(samples.body("ping")))


@pytest.mark.parametrize("version", ["2.14", "2.15"])
def test_later_versions_lead_to_the_same(version: str) -> None:
    for topic in samples.topics(version):
        found = routing.find(notification.read(samples.body(topic, version)))

        assert (found.kind, found.id) == ABOUT[topic]


@pytest.mark.skipif(not OTHERS.is_dir(), reason=f"no {OTHERS}")
@pytest.mark.parametrize("topic", sorted(path.stem for path in OTHERS.glob("*.*.json") if path.stem in ABOUT))
def test_samples_kept_beside_the_project_lead_to_the_same_kinds(topic: str) -> None:
    body = (OTHERS / f"{topic}.json").read_bytes()

    found = routing.find(notification.read(body))

    assert found.kind == ABOUT[topic][0]
    assert f'"{found.id}"'.encode() in body or f'"id": {found.id},'.encode() in body


@pytest.mark.parametrize(
    ("topic", "item"),
    [
        pytest.param("ticket.created", {"ticket": {"id": "5"}}, id="a nested ticket"),
        pytest.param("ticket.closed", {"type": "ticket", "id": "5"}, id="a plain ticket"),
        pytest.param("ticket.closed", {"ticket": {"id": 5}}, id="a nested ticket with a number"),
        pytest.param("ticket.resolved", {"id": 5}, id="a number"),
        pytest.param("contact.user.created", {"type": "contact", "id": "5"}, id="a contact"),
        pytest.param("conversation.user.created", {"id": "5"}, id="no type"),
        pytest.param("conversation.user.created", {"type": ["odd"], "id": "5"}, id="an odd type"),
    ],
)
def test_an_id_is_found_in_every_shape(topic: str, item: Any) -> None:
    assert routing.find(samples.with_item(topic, item)).id == "5"


@pytest.mark.parametrize(
    "bad",
    ["", "a/b", "../1", "1\n", "é", "a" * 65, None, True, -5, 0, 1.5, ["1"], {"id": "1"}],
    ids=repr,
)
@pytest.mark.parametrize(
    ("topic", "shape"),
    [
        ("conversation.user.created", '{"id": %s}'),
        ("ticket.note.created", '{"ticket": {"id": %s}}'),
        ("conversation.contact.attached", '{"conversation": {"model": {"id": %s}}}'),
        ("contact.user.tag.created", '{"contact": {"id": %s}}'),
    ],
)
def test_a_bad_id_is_no_target(topic: str, shape: str, bad: Any) -> None:
    item = json.loads(shape.replace("%s", json.dumps(bad)))

    with pytest.raises(Ignored, match="no target"):
        routing.find(samples.with_item(topic, item))


@pytest.mark.parametrize("topic", ABOUT)
def test_an_item_without_id_has_no_target(topic: str) -> None:
    with pytest.raises(Ignored, match="no target"):
        routing.find(samples.with_item(topic, {"ticket": [], "contact": None, "conversation": 1, "company": "x"}))


def test_a_bare_part_is_not_taken_for_its_conversation() -> None:
    part = {"type": "conversation_part", "id": "4410011"}

    with pytest.raises(Ignored, match="item is a part"):
        routing.find(samples.with_item("conversation_part.tag.created", part))


def test_an_unknown_topic_is_ignored() -> None:
    body = samples.body("ping").replace(b'"ping"', b'"moon.phase.changed"')

    with pytest.raises(Ignored, match="unknown topic"):
        routing.find(notification.read(body))


def test_a_target_is_written_as_kind_and_id() -> None:
    assert str(Target("w3kd92ab", "ticket", "77")) == "ticket:77"
