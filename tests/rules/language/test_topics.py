"""The rules' list of topics and the table by which notifications are read are kept apart; they must say the same."""

from facts.topics import TOPICS as READ
from rules.language.topics import TOPICS as NAMED


def test_rules_may_name_just_the_topics_that_lead_to_something_to_tag() -> None:
    taggable = {name: topic.shape.kind for name, topic in READ.items() if topic.shape and not topic.ignored}

    assert {name: kind for kind, names in NAMED.items() for name in names} == taggable
