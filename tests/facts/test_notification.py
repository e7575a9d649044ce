"""The envelope of a notification."""

import json
from typing import Any

import pytest

from facts.notification import Malformed, Notification, read
from tests.facts import samples

TOPIC = "conversation.user.created"


def changed(**keys: Any) -> bytes:
    return json.dumps(samples.document(TOPIC) | keys).encode()


def without(*keys: str) -> bytes:
    return json.dumps({key: value for key, value in samples.document(TOPIC).items() if key not in keys}).encode()


@pytest.mark.parametrize("topic", samples.topics())
def test_the_envelope_of_every_topic_is_read(topic: str) -> None:
    document = samples.document(topic)

    found = read(samples.body(topic))

    assert isinstance(found, Notification)
    assert (found.app_id, found.id, found.topic) == (samples.WORKSPACE, document["id"], topic)
    assert (found.created_at, found.delivery_attempts) == (document["created_at"], 1)
    assert json.loads(found.item) == document["data"]["item"]


def test_a_ping_has_no_id() -> None:
    assert read(samples.body("ping")).id is None


def test_the_type_of_the_data_is_not_required() -> None:
    body = changed(data={"item": {"id": "1"}})

    assert read(body).item == b'{"id": "1"}'


def test_an_unknown_topic_is_a_notification_too() -> None:
    assert read(changed(topic="moon.phase.changed")).topic == "moon.phase.changed"


@pytest.mark.parametrize(
    ("attempts", "counted"),
    [(1, 1), (2, 2), (0, 1), (-3, 1), ("2", 1), (None, 1), (True, 1), (1.5, 1), ([], 1), (10**19, 1)],
    ids=repr,
)
def test_an_odd_number_of_attempts_counts_as_the_first(attempts: Any, counted: int) -> None:
    assert read(changed(delivery_attempts=attempts)).delivery_attempts == counted


@pytest.mark.parametrize(
    ("created_at", "read_as"),
    [
        (1754900100, 1754900100),
        (1754900100.75, 1754900100),
        ("1754900100", 1754900100),
        ("2025-08-11T08:15:00.000+00:00", 1754900100),
        (1754900100123, 1754900100),
        (None, 1754900101),
        ("yesterday", 1754900101),
        (-1, 1754900101),
        ({}, 1754900101),
    ],
    ids=repr,
)
def test_an_odd_time_is_read_or_replaced_by_that_of_the_first_delivery(created_at: Any, read_as: int) -> None:
    assert read(changed(created_at=created_at)).created_at == read_as


def test_a_missing_time_is_replaced_by_that_of_the_first_delivery() -> None:
    assert read(without("created_at")).created_at == 1754900101


def test_without_any_time_it_is_malformed() -> None:
    with pytest.raises(Malformed, match=r"Expected Unix seconds - at `\$\.created_at`"):
        read(without("created_at", "first_sent_at"))


@pytest.mark.parametrize("missing", ["type", "app_id", "topic", "data"])
def test_what_every_notification_has_must_be_there(missing: str) -> None:
    with pytest.raises(Malformed, match=f"missing required field `{missing}`"):
        read(without(missing))


@pytest.mark.parametrize("optional", ["id", "links", "delivery_status", "delivery_attempts", "self", "first_sent_at"])
def test_what_some_notifications_lack_may_be_missing(optional: str) -> None:
    assert read(without(optional)).topic == TOPIC


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        pytest.param({"type": "notification"}, r"`\$\.type`", id="another type"),
        pytest.param({"type": None}, r"`\$\.type`", id="null type"),
        pytest.param({"app_id": 7}, r"`\$\.app_id`", id="number as workspace"),
        pytest.param({"app_id": ""}, r"`\$\.app_id`", id="empty workspace"),
        pytest.param({"app_id": "a" * 65}, r"`\$\.app_id`", id="long workspace"),
        pytest.param({"app_id": "../x"}, r"`\$\.app_id`", id="path as workspace"),
        pytest.param({"app_id": "abc\n"}, r"`\$\.app_id`", id="workspace with a line break"),
        pytest.param({"topic": None}, r"`\$\.topic`", id="null topic"),
        pytest.param({"topic": ["ping"]}, r"`\$\.topic`", id="list as topic"),
        pytest.param({"id": 5}, r"`\$\.id`", id="number as id"),
        pytest.param({"id": ""}, r"`\$\.id`", id="empty id"),
        pytest.param({"id": "n" * 129}, r"`\$\.id`", id="long id"),
        pytest.param({"id": "notif\u0000"}, r"`\$\.id`", id="id with NUL"),
        pytest.param({"id": "notif\u0085"}, r"`\$\.id`", id="id with a control character"),
        pytest.param({"data": None}, r"`\$\.data`", id="null data"),
        pytest.param({"data": []}, r"`\$\.data`", id="list as data"),
        pytest.param({"data": {}}, r"`\$\.data`", id="no item"),
        pytest.param({"data": {"item": None}}, r"`\$\.data\.item`", id="null item"),
        pytest.param({"data": {"item": []}}, r"`\$\.data\.item`", id="list as item"),
        pytest.param({"data": {"item": "{}"}}, r"`\$\.data\.item`", id="text as item"),
    ],
)
def test_what_is_not_a_notification_says_where(keys: dict[str, Any], place: str) -> None:
    with pytest.raises(Malformed, match=place):
        read(changed(**keys))


def test_an_id_of_128_characters_is_read() -> None:
    assert read(changed(id="n" * 128)).id == "n" * 128


def test_of_a_repeated_key_the_last_counts() -> None:
    body = samples.body(TOPIC).replace(b'"links": {}', b'"topic": "ping"')

    assert read(body).topic == TOPIC
