import pytest

from rules.language import fields
from rules.language.fields import Carried, Type
from rules.language.topics import ALL, TOPICS
from rules.language.values import Kind


def test_every_field_is_described_once() -> None:
    paths = list(fields.paths())

    assert len(paths) == len(set(paths)) == len(fields.FIELDS) + 4
    assert all(field.sentence for field in fields.table())
    assert all(field.values for field in fields.table() if field.type is Type.ENUM)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("message.text", "message.text"),
        ("conversation.attributes.Billing  Country", "conversation.attributes.billing country"),
        ("company.attributes.a.b", "company.attributes.a.b"),
        ("message.attributes.x", None),
        ("contact.attributes.", None),
        ("contact.attributes", None),
        ("", None),
        ("nothing", None),
    ],
)
def test_a_field_is_found_by_its_path(path: str, found: str | None) -> None:
    field = fields.find(path)

    assert (field.path if field else None) == found


@pytest.mark.parametrize(
    ("path", "kind", "readable"),
    [
        ("event.time", "company", True),
        ("message.text", "ticket", True),
        ("message.text", "contact", False),
        ("message.text", "company", False),
        ("ticket.state", "ticket", True),
        ("ticket.state", "conversation", False),
        ("contact.email", "conversation", True),
        ("contact.email", "company", False),
        ("company.name", "contact", True),
    ],
)
def test_not_every_kind_has_every_field(path: str, kind: Kind, readable: bool) -> None:
    field = fields.find(path)

    assert field is not None
    assert fields.readable(field, kind) is readable


@pytest.mark.parametrize(
    ("path", "kind", "carried"),
    [
        ("event.topic", "ticket", Carried.ALWAYS),
        ("conversation.tags", "conversation", Carried.SOMETIMES),
        ("message.text", "conversation", Carried.SOMETIMES),
        ("contact.email", "ticket", Carried.SOMETIMES),
        ("contact.location.city", "ticket", Carried.NEVER),
        ("contact.attributes.plan", "contact", Carried.SOMETIMES),
        ("company.name", "conversation", Carried.NEVER),
        ("contact.email", "company", Carried.NEVER),
        ("ticket.tags", "ticket", Carried.NEVER),
        ("contact.tags", "contact", Carried.NEVER),
        ("contact.segments", "contact", Carried.NEVER),
        ("company.tags", "company", Carried.NEVER),
        ("company.id", "contact", Carried.SOMETIMES),
        ("company.name", "contact", Carried.NEVER),
    ],
)
def test_not_every_notification_brings_every_field(path: str, kind: Kind, carried: Carried) -> None:
    field = fields.find(path)

    assert field is not None
    assert fields.carried(field, kind) is carried


def test_every_topic_concerns_one_kind() -> None:
    assert len(ALL) == len(set(ALL)) == sum(map(len, TOPICS.values()))
    assert all(topic.startswith((kind, f"{kind}_part")) for kind, topics in TOPICS.items() for topic in topics)


def test_an_attribute_is_one_field_in_every_spelling() -> None:
    one, other = fields.find("company.attributes.Billing  Tier"), fields.find("company.attributes.billing tier")

    assert one is not None
    assert other is not None
    assert one == other
    assert hash(one) == hash(other)
    assert (one.written, other.written) == ("company.attributes.Billing  Tier", "company.attributes.billing tier")
