"""The rules' list of topics and the table by which notifications are read are kept apart; they must say the same."""

import pytest

from facts import message
from facts.topics import TOPICS as READ
from rules.language.fields import FIELDS
from rules.language.topics import ALL, bringing
from rules.language.topics import TOPICS as NAMED

WRITTEN = {
    "body": '<p>A refund, see <a href="https://example.com/">this</a></p>',
    "subject": "Refund",
    "author": {"type": "user", "id": "1", "email": "anna@example.com"},
    "attachments": [{"content_type": "image/png"}],
    "created_at": 1,
}
# Whatever the topic, the message is there, in each place where one of the topics has it.
EVERYWHERE = {
    "source": WRITTEN,
    "conversation_parts": {"conversation_parts": [WRITTEN]},
    "ticket_part": WRITTEN,
    "ticket_attributes": {"_default_title_": "Refund", "_default_description_": "See https://example.com/"},
    "contacts": {"contacts": [{"id": "1"}]},
}


def test_rules_may_name_just_the_topics_that_lead_to_something_to_tag() -> None:
    taggable = {name: topic.shape.kind for name, topic in READ.items() if topic.shape and not topic.ignored}

    assert {name: kind for kind, names in NAMED.items() for name in names} == taggable


@pytest.mark.parametrize("topic", ALL)
def test_a_topic_brings_just_what_is_read_of_its_message(topic: str) -> None:
    kind = next(kind for kind, topics in NAMED.items() if topic in topics)

    found = message.read(READ[topic], EVERYWHERE).reading.values

    fields = [path for path, field in FIELDS.items() if field.group == "message"]
    assert {path for path in fields if topic in bringing(path, kind)} == set(found)


def test_what_is_no_message_may_come_with_any_topic() -> None:
    assert bringing("contact.email", "ticket") == NAMED["ticket"]
