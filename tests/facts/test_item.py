"""What is kept of an item for the queue."""

import json
from typing import Any

import msgspec
import pytest

from facts import item, notification, routing
from facts.topics import lookup
from facts.view import view
from rules.language.values import Facts
from rules.words.html import LONGEST
from tests.facts import samples

SAMPLES = [(version, topic) for version in ("2.10", "2.14", "2.15") for topic in samples.topics(version)]


def of(version: str, topic: str) -> notification.Notification:
    return notification.read(samples.body(topic, version))


def kept(topic: str, changed: object) -> dict[str, Any]:
    return item.load(item.trim(samples.with_item(topic, changed)))


def facts_of_whole(found: notification.Notification) -> Facts:
    target = routing.locate(found)
    return view(found.topic, target, json.loads(found.item), found.created_at, found.delivery_attempts)


def facts_of_kept(found: notification.Notification) -> Facts:
    target = routing.locate(found)
    return view(found.topic, target, item.load(item.trim(found)), found.created_at, found.delivery_attempts)


def _decides(topic: str) -> bool:
    return lookup(topic).shape is not None and not lookup(topic).ends


@pytest.mark.parametrize(("version", "topic"), [pair for pair in SAMPLES if _decides(pair[1])], ids=str)
def test_trimming_loses_nothing_that_facts_read(version: str, topic: str) -> None:
    found = of(version, topic)

    assert facts_of_kept(found) == facts_of_whole(found)


@pytest.mark.parametrize(("version", "topic"), SAMPLES, ids=str)
def test_what_is_kept_is_a_small_part(version: str, topic: str) -> None:
    found = of(version, topic)

    trimmed = item.trim(found)

    assert len(trimmed) <= max(0.3 * len(samples.body(topic, version)), 330)
    assert json.dumps(item.load(trimmed))


@pytest.mark.parametrize("topic", ["conversation.deleted", "contact.deleted", "company.deleted"])
def test_of_what_is_gone_nothing_is_kept(topic: str) -> None:
    assert kept(topic, samples.item_of(topic)) == {}


def test_of_a_merged_contact_it_is_kept_which_one_became_part_of_it() -> None:
    found = kept("contact.merged", samples.item_of("contact.merged"))

    assert routing.merged_from(found) == samples.item_of("contact.merged")["merged_from"]["id"]
    assert found["merged_from"].keys() == {"id"}


def test_of_a_reply_source_text_teammates_and_statistics_are_dropped() -> None:
    found = kept("conversation.user.replied", samples.item_of("conversation.user.replied"))

    assert found["source"].keys() == {"type", "delivered_as", "subject", "url", "author"}
    assert found["contacts"] == {"contacts": [{"id": samples.USER, "external_id": "shop-4411"}]}
    assert not found.keys() & {"teammates", "statistics", "linked_objects", "first_contact_reply", "id"}


def test_of_a_ticket_the_description_of_its_type_is_dropped() -> None:
    found = kept("ticket.contact.replied", samples.item_of("ticket.contact.replied"))

    assert found.keys() == {"ticket", "ticket_part"}
    assert found["ticket"]["ticket_type"] == {"name": "Delivery problem", "category": "Customer"}
    assert "ticket_parts" not in found["ticket"]


def test_only_the_newest_part_is_kept() -> None:
    changed = samples.item_of("conversation.user.replied")
    part = changed["conversation_parts"]["conversation_parts"][0]
    older, newer = part | {"body": "older", "created_at": 5}, part | {"body": "newer", "created_at": 6}
    changed["conversation_parts"]["conversation_parts"] = [older, newer, older]

    found = kept("conversation.user.replied", changed)

    assert [one["body"] for one in found["conversation_parts"]["conversation_parts"]] == ["newer"]


def test_no_part_is_kept_of_an_event_in_which_nothing_was_written() -> None:
    found = kept("conversation.read", samples.item_of("conversation.read"))

    assert "conversation_parts" not in found


def test_a_long_body_is_cut() -> None:
    changed = samples.item_of("conversation.user.created")
    changed["source"]["body"] = "é" * (LONGEST + 10)

    found = kept("conversation.user.created", changed)

    assert found["source"]["body"] == "é" * LONGEST


def test_what_was_null_stays_null_and_what_was_not_sent_stays_away() -> None:
    found = kept("conversation.read", {"id": "5", "title": None, "source": None})

    assert found == {"title": None, "source": None}


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"source": "somewhere"}, id="text for an object"),
        pytest.param({"contacts": [{"id": "1"}]}, id="list for an object"),
        pytest.param({"tags": {"tags": ["vip", None]}}, id="texts for objects in a list"),
        pytest.param({"conversation_parts": {"conversation_parts": {"0": {}}}}, id="object for a list"),
        pytest.param({"conversation_parts": 7}, id="number for an object"),
    ],
)
def test_of_an_oddly_built_item_everything_is_kept(odd: dict[str, Any]) -> None:
    changed = samples.item_of("conversation.user.replied") | odd

    found = kept("conversation.user.replied", changed)

    assert found == changed


def test_odd_values_survive() -> None:
    odd = {"title": 7, "state": ["open"], "open": "yes", "created_at": {"at": 5}, "admin_assignee_id": 1.5}

    assert kept("conversation.read", odd | {"id": "5"}) == odd


def test_an_integer_that_does_not_fit_becomes_null() -> None:
    found = kept("contact.user.created", {"id": "5", "custom_attributes": {"big": 2**64, "list": [-(2**63) - 1, 3]}})

    assert found["custom_attributes"] == {"big": None, "list": [None, 3]}


def test_the_largest_integers_that_fit_are_kept() -> None:
    fitting = {"largest": 2**64 - 1, "smallest": -(2**63)}

    assert kept("contact.user.created", {"custom_attributes": fitting})["custom_attributes"] == fitting


def test_a_number_too_large_for_a_float_becomes_null() -> None:
    body = samples.body("contact.user.created").replace(b'"seats": 12', b'"seats": [1e999, {"a": -1e999}, 2]')

    found = item.load(item.trim(notification.read(body)))

    assert found["custom_attributes"]["seats"] == [None, {"a": None}, 2]
    assert found["custom_attributes"]["plan"] == "pro"


def test_the_bytes_are_msgpack_of_an_object() -> None:
    found = of("2.10", "company.updated")

    assert msgspec.msgpack.decode(item.trim(found)) == item.load(item.trim(found))


def test_nothing_is_kept_where_only_the_id_counts() -> None:
    assert item.load(item.trim(of("2.10", "company.contact.detached"))) == {}


def test_an_unknown_topic_can_be_trimmed() -> None:
    body = samples.body("ping").replace(b'"ping"', b'"moon.phase.changed"')

    assert item.load(item.trim(notification.read(body))) == {}
