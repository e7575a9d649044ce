"""The topic table."""

import pytest

from facts import topics
from facts.topics import Place, Shape, Topic
from rules.language.topics import ALL
from tests.facts import samples


def test_there_is_a_sample_of_every_topic_with_an_item() -> None:
    described = {name for name, topic in topics.TOPICS.items() if topic.shape is not None}

    assert described <= set(samples.topics())


def test_every_topic_that_rules_may_name_is_in_the_table() -> None:
    assert set(ALL) <= topics.TOPICS.keys()


@pytest.mark.parametrize("name", [name for name, topic in topics.TOPICS.items() if topic.shape is None])
def test_a_topic_about_nothing_that_has_tags_says_why_it_is_ignored(name: str) -> None:
    assert topics.lookup(name).ignored in {"ping", "not supported", "no tagging", "older than API version 2.5"}


@pytest.mark.parametrize(
    "name",
    ["admin.activity_log_event.created", "article.published", "content_stat.email.bounced", "call.ended", "granular.x"],
)
def test_families_without_tagging_are_known(name: str) -> None:
    assert topics.lookup(name) == Topic(None, ignored="no tagging")


@pytest.mark.parametrize("name", ["", ".", "conversation", "conversation.user.created ", "PING", "administrator.x"])
def test_other_names_are_unknown_topics(name: str) -> None:
    assert topics.lookup(name).ignored == "unknown topic"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("conversation.user.created", Place.SOURCE),
        ("conversation.admin.single.created", Place.SOURCE),
        ("conversation.user.replied", Place.PART),
        ("conversation.admin.noted", Place.PART),
        ("conversation.admin.closed", Place.PART),
        ("conversation.admin.assigned", Place.NOWHERE),
        ("conversation.read", Place.NOWHERE),
        ("conversation.rating.added", Place.NOWHERE),
        ("conversation_part.tag.created", Place.NOWHERE),
        ("ticket.created", Place.TITLE_AND_DESCRIPTION),
        ("ticket.contact.replied", Place.TICKET_PART),
        ("ticket.note.created", Place.TICKET_PART),
        ("ticket.state.updated", Place.NOWHERE),
    ],
)
def test_the_table_says_where_the_message_is(name: str, place: Place) -> None:
    assert topics.lookup(name).message is place


def test_no_two_shapes_are_one() -> None:
    assert len(list(Shape)) == len(Shape.__members__)
