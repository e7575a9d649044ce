"""The tags that a notification says are there."""

from typing import Any

import pytest

from facts import item, notification, tags, view
from facts.target import Target
from rules.language.values import Absent, Kind
from tests.facts import samples


def present(kind: Kind, topic: str) -> frozenset[str] | None:
    return tags.present(kind, item.load(item.trim(notification.read(samples.body(topic)))))


@pytest.mark.parametrize(
    ("kind", "topic", "ids"),
    [
        ("conversation", "conversation.admin.closed", {"880011", "880012"}),
        ("conversation", "conversation.user.created", set()),
        ("contact", "contact.user.created", set()),
        ("contact", "contact.user.tag.created", {"880050"}),
        ("contact", "contact.lead.tag.deleted", set()),
        ("company", "company.updated", {"880060"}),
        ("company", "company.created", set()),
    ],
)
def test_the_tags_of_an_object(kind: Kind, topic: str, ids: set[str]) -> None:
    assert present(kind, topic) == frozenset(ids)


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        pytest.param("ticket", "ticket.created", id="tickets never list their tags"),
        pytest.param("conversation", "conversation.contact.attached", id="an internal record"),
        pytest.param("ticket", "ticket.contact.attached", id="an internal record of a ticket"),
        pytest.param("company", "company.contact.attached", id="an internal record of a company"),
    ],
)
def test_nothing_is_known_of_other_items(kind: Kind, topic: str) -> None:
    assert present(kind, topic) is None


def test_numbers_are_ids_too() -> None:
    assert tags.present("company", {"tag_ids": [880060, "880061"]}) == frozenset({"880060", "880061"})


def test_of_a_contact_with_more_tags_than_are_listed_nothing_is_known() -> None:
    contact = samples.item_of("contact.user.created")
    contact["tags"] |= {"data": [{"id": "1"}], "has_more": True}

    kept = item.load(item.trim(samples.with_item("contact.user.created", contact)))

    assert tags.present("contact", kept) is None


@pytest.mark.parametrize("odd", [None, "880060", {}, ["880060", None], [{}], [["1"]], [True]], ids=repr)
def test_an_odd_list_says_nothing(odd: Any) -> None:
    assert tags.present("company", {"tag_ids": odd}) is None
    assert tags.present("conversation", {"tags": {"tags": odd}}) is None
    assert tags.present("conversation", {"tags": odd}) is None
    assert tags.present("contact", {"tags": {"data": odd}}) is None
    assert tags.present("contact", {"contact": {"tags": odd}}) is None


@pytest.mark.parametrize(
    ("kind", "topic", "path"),
    [
        ("conversation", "conversation.admin.closed", "conversation.tags"),
        ("contact", "contact.user.tag.created", "contact.tags"),
        ("company", "company.updated", "company.tags"),
    ],
)
def test_an_item_without_its_tags_leaves_them_to_be_asked_for(kind: Kind, topic: str, path: str) -> None:
    whole = item.load(item.trim(notification.read(samples.body(topic))))
    target = Target("q4mx81zt", kind, "1")

    told = view.view(topic, target, tags.without(kind, whole), 1_700_000_000, 1)
    facts = view.view(topic, target, whole, 1_700_000_000, 1)

    assert told.get(path) is Absent.NOT_FETCHED
    assert {name: value for name, value in facts.values.items() if not name.startswith(path)} == told.values
