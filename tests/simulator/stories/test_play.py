import json
import re
from collections import Counter
from typing import Any

import pytest

from simulator.stories.conversations import RATINGS, TRAITS
from simulator.stories.event import About, Event
from simulator.stories.messages import CANCELLATIONS, PROBLEMS, SHARED_MESSAGES
from simulator.stories.play import SPAN, TAGS, Play, expected_end_state, invent
from simulator.stories.tickets import WEIGHTS

NOW = 1_795_355_110
APP_ID = "q4mx81zt"


@pytest.fixture(scope="module", name="play")
def a_long_play() -> Play:
    return invent(2_000, seed=7, now=NOW, app_id=APP_ID)


def bodies(play: Play, topic: str) -> list[dict[str, Any]]:
    return [json.loads(event.body(APP_ID)) for event in play.events if event.topic == topic]


def items(play: Play, topic: str) -> list[dict[str, Any]]:
    return [body["data"]["item"] for body in bodies(play, topic)]


def test_the_same_seed_invents_the_same() -> None:
    first = invent(300, seed=1, now=NOW, app_id=APP_ID)
    second = invent(300, seed=1, now=NOW, app_id=APP_ID)
    other = invent(300, seed=2, now=NOW, app_id=APP_ID)

    assert [event.body(APP_ID) for event in first.events] == [event.body(APP_ID) for event in second.events]
    assert first.sendings == second.sendings
    assert {event.about for event in first.events if event.about} & {event.about for event in other.events} == set()


def test_as_many_events_as_wanted_are_invented() -> None:
    assert [len(invent(count, seed=3, now=NOW, app_id=APP_ID).events) for count in (1, 2, 17, 200)] == [1, 2, 17, 200]


def test_many_topics_occur(play: Play) -> None:
    topics = {event.topic for event in play.events}

    assert topics >= {
        "conversation.user.created",
        "conversation.user.replied",
        "conversation.admin.replied",
        "conversation.admin.noted",
        "conversation.admin.assigned",
        "conversation.admin.open.assigned",
        "conversation.admin.closed",
        "conversation.admin.opened",
        "conversation.admin.snoozed",
        "conversation.admin.single.created",
        "conversation.rating.added",
        "conversation.read",
        "conversation.priority.updated",
        "conversation.deleted",
        "contact.user.created",
        "contact.user.updated",
        "contact.user.tag.created",
        "contact.user.tag.deleted",
        "company.created",
        "company.updated",
        "ticket.admin.assigned",
        "ticket.attribute.updated",
        "ticket.contact.attached",
        "ticket.created",
        "ticket.contact.replied",
        "ticket.admin.replied",
        "ticket.note.created",
        "ticket.state.updated",
        "ticket.closed",
        "ping",
        "workspace.hunch.created",
    }


def test_every_id_is_unique_but_that_of_pings(play: Play) -> None:
    ids = Counter(event.id for event in play.events)

    assert ids.pop(None) == sum(event.topic == "ping" for event in play.events)
    assert set(ids.values()) == {1}
    assert all(re.fullmatch(r"notif_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(notif)) for notif in ids)


def test_everything_happened_shortly_before_it_is_sent(play: Play) -> None:
    assert all(NOW - SPAN <= event.created_at <= NOW for event in play.events)


def test_about_a_tenth_is_sent_twice_and_nothing_is_forgotten(play: Play) -> None:
    sent = Counter(play.sendings)

    assert set(sent) == set(range(2_000))
    assert set(sent.values()) == {1, 2}
    assert 120 <= sum(times == 2 for times in sent.values()) <= 280


def test_duplicates_can_be_left_out() -> None:
    play = invent(200, seed=1, now=NOW, app_id=APP_ID, duplicates=0)

    assert sorted(play.sendings) == list(range(200))


def test_some_events_overtake_others(play: Play) -> None:
    assert list(play.sendings) != sorted(play.sendings)


def test_every_expectation_names_known_tags(play: Play) -> None:
    wanted = {name for event in play.events for name in event.expect.adds | event.expect.removes}

    assert wanted <= set(TAGS)


def test_every_tag_is_wanted_somewhere_and_nearly_half_of_the_events_want_none(play: Play) -> None:
    wanted = Counter(name for event in play.events for name in event.expect.adds | event.expect.removes)
    wanting = sum(bool(event.expect.adds or event.expect.removes) for event in play.events)

    beside = {name for event in play.events if event.beside for name in event.beside[1].adds}
    assert set(TAGS) - set(wanted) - beside == {"newsletter"}
    assert 0.3 < wanting / len(play.events) < 0.8


def test_only_conversations_and_tickets_expect_anything(play: Play) -> None:
    expecting = {event.about.kind for event in play.events if event.about and event.expect.adds}

    assert expecting == {"conversation", "ticket"}


def test_the_events_of_one_object_never_contradict_one_another(play: Play) -> None:
    for placed in play.placed:
        events = [event for event in play.events if event.about == placed.about]
        added = frozenset[str]().union(*(event.expect.adds for event in events))
        removed = frozenset[str]().union(*(event.expect.removes for event in events))
        assert not added & removed


def test_the_end_state_is_what_was_there_and_what_the_labels_say(play: Play) -> None:
    expected = expected_end_state(play)

    writers = {About("contact", writer.id) for writer in play.writers}
    assert set(expected) == {placed.about for placed in play.placed} | writers
    at_risk = {event.beside[0] for event in play.events if event.beside}
    assert at_risk
    assert all(expected[writer] == ({"churn/at-risk"} if writer in at_risk else set()) for writer in writers)
    for placed in play.placed:
        events = [event.expect for event in play.events if event.about == placed.about]
        tags = set(placed.tags)
        for expect in events:
            tags |= expect.adds
        for expect in events:
            tags -= expect.removes
        assert expected[placed.about] == tags


def test_objects_begin_with_tags_that_must_go_stay_or_are_wanted_anyway(play: Play) -> None:
    expected = expected_end_state(play)

    gone = [placed for placed in play.placed if set(placed.tags) - expected[placed.about]]
    stayed = [placed for placed in play.placed if "newsletter" in expected[placed.about]]

    assert gone
    assert stayed
    assert all(set(placed.tags) - expected[placed.about] == {"triage/unsorted"} for placed in gone)


def test_near_misses_expect_nothing() -> None:
    for messages in (SHARED_MESSAGES, CANCELLATIONS, PROBLEMS):
        labelled = sum(bool(message.expect.adds) for message in messages)
        assert 0 < labelled < len(messages)
    html = {message.html: message.expect for message in SHARED_MESSAGES}
    assert not html["<p>re</p><p>fund</p>"].adds
    assert html["<p>I would like a re<b>fund</b>, please.</p>"].adds == {"billing/refund"}


def test_no_message_is_told_twice() -> None:
    html = [message.html for message in SHARED_MESSAGES + CANCELLATIONS]

    assert len(set(html)) == len(html)


def test_what_an_object_is_like_counts_in_each_of_its_events(play: Play) -> None:
    channel = {trait.channel: trait.expect.adds for trait in TRAITS}
    severity = {weight.severity: weight.expect.adds for weight in WEIGHTS}

    for event in play.events:
        if event.topic.startswith("conversation.") and event.topic != "conversation.deleted":
            assert ("channel/email" in event.expect.adds) == (event.item["source"]["type"] == "email")
        if event.topic == "ticket.created":
            assert ("urgent/p1" in event.expect.adds) == (event.item["ticket_attributes"].get("Severity") == "High")
    assert channel["whatsapp"] == severity["Low"] == frozenset()


def test_the_lower_two_ratings_are_low() -> None:
    assert {rating for rating, _, expect in RATINGS if expect.adds == {"csat/low"}} == {1, 2}


@pytest.mark.parametrize(
    ("topic", "part_type"),
    [
        ("conversation.user.replied", "comment"),
        ("conversation.admin.replied", "comment"),
        ("conversation.admin.noted", "note"),
        ("conversation.admin.assigned", "assignment"),
        ("conversation.admin.open.assigned", "assignment"),
        ("conversation.admin.closed", "close"),
        ("conversation.admin.opened", "open"),
        ("conversation.admin.snoozed", "snoozed"),
        ("conversation.priority.updated", "priority_changed"),
    ],
)
def test_a_conversation_carries_only_the_part_that_caused_the_event(topic: str, part_type: str, play: Play) -> None:
    for item in items(play, topic):
        (part,) = item["conversation_parts"]["conversation_parts"]
        assert (item["type"], part["part_type"], item["conversation_parts"]["total_count"]) == (
            "conversation",
            part_type,
            1,
        )


@pytest.mark.parametrize(
    "topic", ["conversation.user.created", "conversation.admin.single.created", "conversation.rating.added"]
)
def test_a_beginning_and_a_rating_carry_no_part(topic: str, play: Play) -> None:
    for item in items(play, topic):
        assert item["conversation_parts"] == {
            "type": "conversation_part.list",
            "conversation_parts": [],
            "total_count": 0,
        }


def test_a_read_conversation_carries_all_parts(play: Play) -> None:
    assert all(
        item["conversation_parts"]["total_count"] == 1 and item["read"] for item in items(play, "conversation.read")
    )


def test_a_conversation_has_the_keys_of_2_10_in_order(play: Play) -> None:
    keys = (
        "type id created_at updated_at waiting_since snoozed_until source contacts first_contact_reply "
        "admin_assignee_id team_assignee_id open state read tags priority sla_applied statistics conversation_rating "
        "teammates title custom_attributes topics ticket linked_objects ai_agent ai_agent_participated "
        "conversation_parts"
    )

    assert {tuple(item) for item in items(play, "conversation.user.replied")} == {tuple(keys.split())}


def test_the_times_of_a_conversations_statistics_are_iso(play: Play) -> None:
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z"

    for item in items(play, "conversation.user.created"):
        assert re.fullmatch(pattern, item["statistics"]["first_contact_reply_at"])
        assert isinstance(item["created_at"], int)


def test_assigned_twins_tell_of_the_same_part(play: Play) -> None:
    first = {item["id"]: item["conversation_parts"] for item in items(play, "conversation.admin.assigned")}
    second = {item["id"]: item["conversation_parts"] for item in items(play, "conversation.admin.open.assigned")}

    shared = first.keys() & second.keys()
    assert shared
    assert all(first[conversation] == second[conversation] for conversation in shared)


def test_a_conversation_shows_the_tags_of_the_moment() -> None:
    tags = [{"type": "tag", "id": "1", "name": "a"}]
    play = invent(200, seed=7, now=NOW, app_id=APP_ID)
    event = next(event for event in play.events if event.topic == "conversation.user.created")

    shown = json.loads(event.body(APP_ID, tags))["data"]["item"]

    assert shown["tags"] == {"type": "tag.list", "tags": tags}
    assert list(shown) == list(event.item)


@pytest.mark.parametrize("topic", ["ticket.created", "ticket.state.updated", "ticket.closed", "ticket.note.created"])
def test_a_ticket_never_shows_its_tags(topic: str, play: Play) -> None:
    tags = [{"type": "tag", "id": "1", "name": "a"}]
    event = next(event for event in play.events if event.topic == topic)

    assert b'"tags"' not in event.body(APP_ID, tags)


@pytest.mark.parametrize(
    ("topic", "part_type"),
    [("ticket.contact.replied", "comment"), ("ticket.admin.replied", "comment"), ("ticket.note.created", "note")],
)
def test_a_ticket_part_comes_wrapped_with_its_ticket(topic: str, part_type: str, play: Play) -> None:
    for item in items(play, topic):
        assert list(item) == ["type", "ticket", "ticket_part"]
        assert item["type"] == "ticket_ticket_part"
        assert item["ticket_part"]["part_type"] == part_type
        assert item["ticket"]["ticket_parts"]["ticket_parts"][-1] == item["ticket_part"]
        assert "snoozed_until" not in item["ticket"]


def test_a_ticket_carries_all_its_parts_and_its_state_as_text(play: Play) -> None:
    for item in items(play, "ticket.state.updated"):
        parts = item["ticket_parts"]["ticket_parts"]
        assert item["ticket_state"] == parts[-1]["ticket_state"]
        assert item["ticket_state_internal_label"].lower().replace(" ", "_") == item["ticket_state"]
        assert len(parts) >= 2
        assert "body" not in parts[-1]
        assert item["admin_assignee_id"] == "0"


def test_a_closed_ticket_knows_its_contacts_by_id_and_role(play: Play) -> None:
    for item in items(play, "ticket.closed"):
        (contact,) = item["contacts"]["contacts"]
        assert list(contact) == ["id", "role"]
        assert (item["open"], item["ticket_state"]) == (False, "resolved")


def test_contacts_and_companies_have_iso_times(play: Play) -> None:
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00"

    for topic in ("contact.user.created", "company.created"):
        assert all(re.fullmatch(pattern, item["created_at"]) for item in items(play, topic))


def test_a_tagged_contact_shows_tag_ids_only(play: Play) -> None:
    for item in items(play, "contact.user.tag.created"):
        assert list(item) == ["type", "tag", "contact"]
        (shown,) = item["contact"]["tags"]["data"]
        assert shown == {"id": item["tag"]["id"], "type": "tag", "url": f"/tags/{item['tag']['id']}"}


def test_a_deleted_conversation_is_only_an_id(play: Play) -> None:
    assert {tuple(item) for item in items(play, "conversation.deleted")} == {("type", "conversation_id")}


def test_pings_have_no_id(play: Play) -> None:
    for body in bodies(play, "ping"):
        assert (body["id"], body["delivery_status"]) == (None, None)
        assert body["data"]["item"] == {"type": "ping", "message": "something something interzen"}


def test_everybody_lives_at_example_com(play: Play) -> None:
    text = b"".join(event.body(APP_ID) for event in play.events)

    addresses = set(re.findall(rb'"email":"([^"]+)"', text))
    assert addresses
    assert all(address.endswith(b".example.com") for address in addresses)


def test_an_event_becomes_mail_that_asks_for_tags_when_it_goes_out(play: Play) -> None:
    event = next(event for event in play.events if event.topic == "conversation.user.created")
    asked: list[About] = []

    def present(about: About) -> list[dict[str, Any]]:
        asked.append(about)
        return []

    mail = event.mail(APP_ID, present)

    before = list(asked)
    body = mail.body(1, float(NOW))

    assert before == []
    assert asked == [event.about]
    assert json.loads(body)["id"] == event.id


def test_events_are_values() -> None:
    assert Event("notif_1", "ping", 1, None, {}) == Event("notif_1", "ping", 1, None, {})
