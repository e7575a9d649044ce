"""What was written, where each topic says it is."""

from typing import Any

import pytest

from rules.language.values import Absent
from rules.words.html import LONGEST
from tests.facts import samples

PARCEL = "<p>My parcel never came, can I have my money back?</p>"


@pytest.mark.parametrize(
    ("topic", "side", "text"),
    [
        ("conversation.user.created", "customer", PARCEL),
        ("conversation.admin.single.created", "teammate", "<p>Hi Mina, does Tuesday work for you?</p>"),
        ("conversation.admin.replied", "teammate", '<p class="no-margin">Sorry about that, we will refund you.</p>'),
        ("conversation.admin.noted", "teammate", '<p class="no-margin">Depot confirmed the loss.</p>'),
        ("conversation.operator.replied", "bot", "<p>A teammate will be with you soon.</p>"),
        ("ticket.contact.replied", "customer", "<p>The other parcel is lost, too.</p>"),
        ("ticket.admin.replied", "teammate", "<p>We are looking for it.</p>"),
        ("ticket.note.created", "teammate", '<p class="no-margin">Seen at the depot.</p>'),
    ],
)
def test_the_message_and_who_wrote_it(topic: str, side: str, text: str) -> None:
    found = samples.facts(topic)

    assert found.get("message.from") == side
    assert found.get("message.text") == found.get("message.full_text") == text


@pytest.mark.parametrize(
    "topic",
    [
        "conversation.read",
        "conversation.rating.added",
        "conversation.priority.updated",
        "conversation.admin.assigned",
        "conversation.admin.open.assigned",
        "conversation.admin.closed",
        "conversation.admin.opened",
        "conversation.admin.snoozed",
        "conversation_part.tag.created",
        "conversation_part.redacted",
        "ticket.state.updated",
        "ticket.attribute.updated",
        "ticket.admin.assigned",
        "ticket.closed",
        "contact.user.updated",
        "company.updated",
    ],
)
def test_nothing_was_written(topic: str) -> None:
    assert not [path for path in samples.facts(topic).values if path.startswith("message.")]


def test_a_conversation_closed_with_a_text_has_a_message() -> None:
    item = samples.item_of("conversation.admin.closed")
    item["conversation_parts"]["conversation_parts"][0]["body"] = "<p>Glad to help!</p>"

    found = samples.facts_with("conversation.admin.closed", item)

    assert found.get("message.from") == "teammate"
    assert found.get("message.text") == "<p>Glad to help!</p>"


def reply(**changed: Any) -> Any:
    """The item of a customer's reply whose part is changed."""
    item = samples.item_of("conversation.user.replied")
    item["conversation_parts"]["conversation_parts"][0].update(changed)
    return item


@pytest.mark.parametrize(
    ("author", "side"),
    [
        ({"type": "user", "id": "1"}, "customer"),
        ({"type": "lead", "id": "1"}, "customer"),
        ({"type": "contact", "id": "1"}, "customer"),
        ({"type": "admin", "id": "1"}, "teammate"),
        ({"type": "team", "id": "1"}, "teammate"),
        ({"type": "bot", "id": "1"}, "bot"),
        ({"type": "ghost", "id": "1"}, Absent.MISSING),
        ({"type": ["user"]}, Absent.MISSING),
        ({}, Absent.MISSING),
        (None, Absent.MISSING),
        ("user", Absent.MISSING),
    ],
    ids=repr,
)
def test_the_type_of_the_author_says_which_side_wrote(author: Any, side: object) -> None:
    assert samples.facts_with("conversation.user.replied", reply(author=author)).get("message.from") == side


@pytest.mark.parametrize("left", [{}, {"body": None, "attachments": []}], ids=["the rest as it was", "nothing left"])
def test_of_a_redacted_part_only_the_writer_is_known(left: dict[str, Any]) -> None:
    found = samples.facts_with("conversation.user.replied", reply(redacted=True, **left))

    assert {path for path in found.values if path.startswith("message.")} == {"message.from"}


def test_of_a_redacted_source_only_the_writer_is_known() -> None:
    item = samples.item_of("conversation.user.created")
    item["source"] |= {"redacted": True, "subject": "A secret"}

    found = samples.facts_with("conversation.user.created", item)

    assert {path for path in found.values if path.startswith("message.")} == {"message.from"}


@pytest.mark.parametrize("topic", ["conversation.user.created", "conversation.user.replied"])
def test_what_intercom_says_in_place_of_a_tweet_is_not_a_message(topic: str) -> None:
    item = samples.item_of(topic)
    item["source"] |= {"type": "twitter", "subject": "This is not shown"}

    found = samples.facts_with(topic, item)

    assert found.get("message.from") == "customer"
    for path in ("message.text", "message.full_text", "message.subject", "message.links", "conversation.subject"):
        assert found.get(path) is Absent.MISSING
    assert found.get("conversation.source") == "twitter"


def test_the_subject_is_that_of_the_source() -> None:
    assert samples.facts("conversation.admin.single.created").get("message.subject") == "Your order"


@pytest.mark.parametrize("empty", [None, "", 5, []], ids=repr)
def test_a_reply_may_be_a_file_alone(empty: object) -> None:
    found = samples.facts_with("conversation.user.replied", reply(body=empty))

    assert found.get("message.from") == "customer"
    assert found.get("message.attachments") == ("application/pdf",)
    assert found.get("message.text") is Absent.MISSING


@pytest.mark.parametrize("odd", [None, {}, "pdf", ["pdf"], [{}], [{"content_type": 5}]], ids=repr)
def test_odd_attachments_are_missing(odd: object) -> None:
    found = samples.facts_with("conversation.user.replied", reply(attachments=odd))

    assert found.get("message.attachments") is Absent.MISSING
    assert found.get("message.from") == "customer"


def test_a_long_message_is_cut() -> None:
    found = samples.facts_with("conversation.user.replied", reply(body="x" * (LONGEST + 1)))

    assert found.get("message.text") == "x" * LONGEST


def test_a_long_description_is_cut() -> None:
    item = samples.item_of("ticket.created")
    item["ticket_attributes"]["_default_description_"] = "x" * LONGEST

    found = samples.facts_with("ticket.created", item)

    assert found.get("message.text") == "Parcel lost\n" + "x" * (LONGEST - len("Parcel lost\n"))


@pytest.mark.parametrize("parts", [[], None, "none", {"0": {}}, [None]], ids=repr)
def test_without_a_part_nothing_was_written(parts: object) -> None:
    item = samples.item_of("conversation.user.replied")
    item["conversation_parts"]["conversation_parts"] = parts

    found = samples.facts_with("conversation.user.replied", item)

    assert not [path for path in found.values if path.startswith("message.")]


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({"_default_title_": "Lost", "_default_description_": None}, "Lost"),
        ({"_default_title_": "", "_default_description_": "Since May"}, "Since May"),
        ({"_default_title_": 5}, Absent.MISSING),
        ({}, Absent.MISSING),
        (None, Absent.MISSING),
    ],
    ids=repr,
)
def test_a_new_ticket_says_its_title_and_description(attributes: object, text: object) -> None:
    item = samples.item_of("ticket.created") | {"ticket_attributes": attributes}

    assert samples.facts_with("ticket.created", item).get("message.text") == text


@pytest.mark.parametrize(
    ("categories", "side"),
    [
        ({"category": "Customer"}, "customer"),
        ({"category": "Back-office"}, "teammate"),
        ({"category": "Tracker"}, "teammate"),
        ({"category": None, "ticket_type": {"category": "Tracker"}}, "teammate"),
        ({"category": None, "ticket_type": None}, "customer"),
    ],
    ids=repr,
)
def test_the_category_of_a_new_ticket_says_which_side_wrote_it(categories: dict[str, Any], side: str) -> None:
    item = samples.item_of("ticket.created") | categories

    assert samples.facts_with("ticket.created", item).get("message.from") == side
