"""What facts are known once Intercom was asked, beside what the notification tells."""

from dataclasses import replace
from typing import Any

import pytest

from facts import fetched, item, notification, routing
from facts.fetched import NOTHING, Fetched
from facts.view import view
from rules.language.values import Absent, Facts, Kind
from tests.facts import samples

LUND: dict[str, Any] = {
    "type": "contact",
    "id": samples.USER,
    "email": "later@example.com",
    "phone": "+4687654321",
    "location": {"country": "Sweden"},
    "custom_attributes": {"plan": "free"},
    "tags": {"type": "list", "data": [{"id": "880050"}, {"id": "880051"}], "total_count": 2, "has_more": False},
    "companies": {"type": "list", "data": [{"id": samples.COMPANY}], "total_count": 1, "has_more": False},
}
LARK: dict[str, Any] = {
    "type": "company",
    "id": samples.COMPANY,
    "name": "Larkfield Ltd",
    "monthly_spend": 1200,
    "custom_attributes": {"tier": "gold"},
    "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "880060", "name": "Key account"}]},
    "segments": {"type": "segment.list", "segments": [{"type": "segment", "id": "s1", "name": "Paying"}]},
}
OTHER: dict[str, Any] = {
    "type": "conversation",
    "id": samples.CONVERSATION,
    "state": "snoozed",
    "custom_attributes": {"Depot": "North"},
    "contacts": {"contacts": [{"type": "contact", "id": samples.LEAD, "external_id": "lead-9"}]},
    "tags": {"tags": [{"id": "880011", "name": "Parcel"}]},
}
NAMES = {"880050": "VIP", "880051": "Beta", "880060": "Key account"}


def facts(topic: str, changed: Any = None, **asked: Any) -> Facts:
    received = notification.read(samples.body(topic)) if changed is None else samples.with_item(topic, changed)
    kept = item.load(item.trim(received))
    return view(received.topic, routing.find(received), kept, received.created_at, 1, Fetched(**asked))


def kept(kind: Kind, document: dict[str, Any]) -> fetched.Document:
    return fetched.load(fetched.trim(kind, document))


def test_what_the_notification_tells_is_never_contradicted() -> None:
    found = facts("conversation.user.replied", contact=kept("contact", LUND), target=kept("conversation", OTHER))

    assert found.get("contact.email") == "mina@example.com"
    assert found.get("contact.id") == samples.USER
    assert found.get("conversation.state") == "open"
    assert found.get("message.text") == samples.facts("conversation.user.replied").get("message.text")


def test_a_rule_that_reads_the_notification_alone_sees_the_same_whatever_was_asked() -> None:
    told = samples.facts("conversation.user.replied")

    asked = facts("conversation.user.replied", contact=LUND, company=LARK, target=OTHER, segments=("Paying",))

    assert all(asked.values[path] == value for path, value in told.values.items())


def test_a_contact_fills_in_what_the_conversation_does_not_tell() -> None:
    found = facts("conversation.user.replied", contact=kept("contact", LUND))

    assert found.get("contact.phone") == "+4687654321"
    assert found.get("contact.location.country") == "Sweden"
    assert found.get("contact.attributes.plan") == "free"
    assert found.get("contact.owner") is Absent.MISSING
    assert found.get("company.id") == samples.COMPANY
    assert found.get("company.name") is Absent.NOT_FETCHED
    assert found.get("contact.segments") is Absent.NOT_FETCHED


def test_a_company_is_known_whole() -> None:
    found = facts("conversation.user.replied", company=kept("company", LARK))

    assert found.get("company.id") == samples.COMPANY
    assert found.get("company.monthly_spend") == 1200
    assert found.get("company.attributes.tier") == "gold"
    assert found.get("company.tags") == ("Key account",)
    assert found.get("company.segments") == ("Paying",)
    assert found.get("company.plan") is Absent.MISSING
    assert found.get("contact.phone") is Absent.NOT_FETCHED


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        ({"contact": Absent.MISSING}, ("contact.phone", "contact.segments", "contact.tags", "company.name")),
        ({"company": Absent.MISSING}, ("company.name", "company.tags", "company.id")),
        ({"segments": ()}, ("contact.segments",)),
        ({"contact_tags": {}}, ("contact.tags",)),
        ({"target": Absent.MISSING}, ()),
    ],
    ids=str,
)
def test_what_was_asked_for_and_is_not_there_is_missing(asked: dict[str, Any], paths: tuple[str, ...]) -> None:
    found = facts("conversation.user.replied", **asked)

    assert [found.get(path) for path in paths] == [Absent.MISSING] * len(paths)
    assert found.get("contact.id") == samples.USER


@pytest.mark.parametrize("topic", ["conversation.contact.detached", "conversation.contact.attached"])
def test_of_an_internal_record_the_conversation_itself_tells(topic: str) -> None:
    found = facts(topic, target=kept("conversation", OTHER))

    assert found.get("conversation.state") == "snoozed"
    assert found.get("conversation.attributes.depot") == "North"
    assert found.get("conversation.title") is Absent.MISSING
    assert found.get("message.text") is Absent.MISSING
    assert found.get("contact.id") == samples.LEAD
    assert (found.get("contact.external_id") == "lead-9") is topic.endswith("detached")


def test_a_conversation_that_names_nobody_is_nobodys() -> None:
    found = facts("conversation.contact.detached", target=kept("conversation", {"id": "1", "state": "open"}))

    assert found.get("contact.id") is Absent.MISSING
    assert found.get("contact.segments") is Absent.MISSING
    assert found.get("company.name") is Absent.MISSING


def test_no_tags_of_a_ticket_are_in_the_ticket() -> None:
    ticket = {"id": samples.TICKET, "ticket_state": "resolved", "contacts": {"contacts": []}}

    found = facts("ticket.contact.detached", target=kept("ticket", ticket))

    assert found.get("ticket.state") == "resolved"
    assert found.get("ticket.tags") is Absent.NOT_FETCHED
    assert found.get("contact.id") is Absent.MISSING


def test_our_own_record_tells_the_tags_of_a_ticket() -> None:
    assert facts("ticket.created", recorded=("bug/crash",)).get("ticket.tags") == ("bug/crash",)
    assert facts("ticket.created", recorded=()).get("ticket.tags") is Absent.MISSING


def test_ids_become_names_by_the_list_of_tags() -> None:
    assert facts("contact.user.tag.created", tag_names=NAMES).get("contact.tags") == ("VIP",)
    assert facts("company.updated", tag_names=NAMES).get("company.tags") == ("Key account",)
    asked = facts("conversation.user.replied", contact=LUND, tag_names=NAMES)
    assert asked.get("contact.tags") == ("VIP", "Beta")


def test_more_tags_than_a_contact_lists_are_asked_for() -> None:
    many = LUND | {"tags": {"data": [{"id": "880050"}], "has_more": True}}

    listed = facts("conversation.user.replied", contact=many, tag_names=NAMES)
    asked = facts("conversation.user.replied", contact=many, tag_names=NAMES, contact_tags={"1": "VIP", "2": "Old"})

    assert listed.get("contact.tags") is Absent.NOT_FETCHED
    assert "contact.tags.id" in listed.not_fetched
    assert asked.get("contact.tags") == ("VIP", "Old")


def test_segments_are_asked_for_by_themselves() -> None:
    found = facts("contact.user.updated", segments=("Active", "Paying"))

    assert found.get("contact.segments") == ("Active", "Paying")


def test_nothing_asked_changes_nothing() -> None:
    assert facts("contact.user.updated") == samples.facts("contact.user.updated")
    assert replace(NOTHING) == Fetched()


@pytest.mark.parametrize(
    ("kind", "about", "topic", "asked", "ids"),
    [
        ("conversation", "conversation", "conversation.admin.closed", {}, {"880011", "880012"}),
        ("conversation", "conversation", "conversation.admin.closed", {"target": OTHER}, {"880011"}),
        ("contact", "conversation", "conversation.admin.closed", {}, None),
        ("contact", "conversation", "conversation.admin.closed", {"contact": LUND}, {"880050", "880051"}),
        ("contact", "conversation", "conversation.admin.closed", {"contact_tags": {"5": "VIP"}}, {"5"}),
        ("contact", "conversation", "conversation.contact.attached", {}, set()),
        ("company", "conversation", "conversation.admin.closed", {}, None),
        ("company", "conversation", "conversation.admin.closed", {"company": LARK}, {"880060"}),
        ("company", "company", "company.updated", {}, {"880060"}),
        ("contact", "contact", "contact.user.tag.created", {}, {"880050"}),
        ("ticket", "ticket", "ticket.created", {"target": {"id": "1"}}, None),
    ],
)
def test_which_tags_are_present(
    kind: Kind, about: Kind, topic: str, asked: dict[str, Any], ids: set[str] | None
) -> None:
    notified = item.load(item.trim(notification.read(samples.body(topic))))

    assert fetched.present(kind, about, notified, Fetched(**asked)) == ids


def test_only_what_facts_read_is_kept() -> None:
    wordy = OTHER | {"conversation_parts": {"conversation_parts": [{"body": "secret"}]}, "source": {"body": "secret"}}

    assert b"secret" not in fetched.trim("conversation", wordy)
    assert b"Larkfield" in fetched.trim("company", LARK | {"user_count": 2**70})


@pytest.mark.parametrize("odd", [{"tags": 5}, {"segments": []}, {"custom_attributes": 7, "id": None}], ids=str)
def test_an_odd_object_is_missing_where_it_is_odd(odd: dict[str, Any]) -> None:
    found = facts("conversation.user.replied", company=kept("company", LARK | odd))

    assert found.get("company.name") == "Larkfield Ltd"
    assert all(found.get(f"company.{key}") is Absent.MISSING for key in odd if key != "id")
