"""Whatever stands in an item, nothing is raised, and what is kept of it means the same as the whole."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts import item, notification, routing, tags, topics
from facts.notification import Malformed, Notification
from facts.routing import Ignored
from facts.target import Target
from facts.view import view
from rules.language.values import Kind
from tests.facts import samples

TOPICS = sorted(name for name, topic in topics.TOPICS.items() if topic.shape is not None)
KINDS: tuple[Kind, ...] = ("conversation", "ticket", "contact", "company")

SHORT = settings(
    max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
TEXTS = st.sampled_from(["", "5", "user", "admin", "twitter", "<p>Hi</p>", "a@b.example", "2025-08-11T08:15:00Z", "é"])
NUMBERS = st.sampled_from([0, 1, -1, 5, 2**63, 2**64, 10**19, 1754900100, 1.5, 1e300])
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS


def keys_of(document: Any) -> set[str]:
    if isinstance(document, dict):
        return set(document).union(*map(keys_of, document.values()))
    return set().union(*map(keys_of, document)) if isinstance(document, list) else set()


KEYS = st.sampled_from(sorted(set().union(*(keys_of(samples.item_of(topic)) for topic in samples.topics()))))
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=20
)


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything inside a document."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        inside = list(document.items())
    elif isinstance(document, list):
        inside = list(enumerate(document))
    return [deeper for key, value in inside for deeper in [(*path, key), *places(value, (*path, key))]]


@st.composite
def nearly_right(draw: st.DrawFn) -> tuple[str, Any]:
    """A topic, and its item with something odd in a place or two."""
    topic = draw(st.sampled_from(samples.topics()))
    document = samples.item_of(topic)
    for _ in range(draw(st.integers(1, 2))):
        *way, last = draw(st.sampled_from(places(document) or [("id",)]))
        holder = document
        for key in way:
            holder = holder[key]
        holder[last] = draw(ANYTHING)
    return topic, document


def of(topic: str, document: object) -> Notification:
    envelope = {"type": "notification_event", "app_id": "w", "topic": topic, "created_at": 1754900100}
    return notification.read(json.dumps(envelope | {"data": {"item": document}}).encode())


def routed(found: Notification) -> str:
    """The id of the target, or why there is none."""
    try:
        return routing.find(found).id
    except (Ignored, Malformed) as refused:
        return str(refused)


def as_read(body: bytes) -> str:
    """The topic of the notification, or why it is none."""
    try:
        return notification.read(body).topic
    except Malformed as malformed:
        return str(malformed)


def kept_and_whole_mean_the_same(found: Notification, kind: Kind) -> bool:
    kept, whole = item.load(item.trim(found)), json.loads(found.item)
    target = Target("w", kind, "1")
    seen, expected = (view(found.topic, target, one, found.created_at, 1) for one in (kept, whole))
    return seen == expected


@SHORT
@given(topic=st.sampled_from(TOPICS), kind=st.sampled_from(KINDS), odd=st.dictionaries(KEYS, ANYTHING, max_size=8))
def test_an_item_of_anything_is_read_as_far_as_it_goes(topic: str, kind: Kind, odd: dict[str, Any]) -> None:
    assert kept_and_whole_mean_the_same(of(topic, odd), kind)


@SHORT
@given(nearly_right())
def test_an_item_with_something_odd_is_read_as_far_as_it_goes(case: tuple[str, Any]) -> None:
    topic, document = case
    shape = topics.lookup(topic).shape

    assert kept_and_whole_mean_the_same(of(topic, document), shape.kind if shape else "contact")


@SHORT
@given(nearly_right())
def test_routing_finds_a_target_or_says_why_not(case: tuple[str, Any]) -> None:
    assert routed(of(*case))


@SHORT
@given(kind=st.sampled_from(KINDS), odd=st.dictionaries(KEYS, ANYTHING, max_size=8))
def test_tags_of_an_odd_item_are_texts_or_unknown(kind: Kind, odd: dict[str, Any]) -> None:
    assert all(isinstance(tag, str) for tag in tags.present(kind, odd) or ())


@SHORT
@given(st.binary(max_size=300) | ANYTHING.map(lambda document: json.dumps(document).encode()))
def test_a_body_of_anything_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        notification.read(body)


@SHORT
@given(
    st.sampled_from(samples.topics()), st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=4)
)
def test_a_damaged_body_is_a_notification_or_malformed(topic: str, damage: list[tuple[int, int]]) -> None:
    body = bytearray(samples.body(topic))
    for place, byte in damage:
        body[place % len(body)] = byte

    assert as_read(bytes(body))
