import pytest

from rules.language import fields
from rules.language.fields import KINDS
from rules.language.values import Kind
from rules.telling.origin import MEANINGS, origin


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("message.text", "conversation", "payload"),
        ("contact.email", "ticket", "payload"),
        ("contact.phone", "ticket", "1 GET"),
        ("contact.phone", "contact", "payload"),
        ("contact.tags", "conversation", "1 GET"),
        ("contact.tags", "contact", "cached list"),
        ("contact.segments", "contact", "1 GET"),
        ("company.id", "contact", "payload"),
        ("company.plan", "conversation", "1 GET"),
        ("company.tags", "company", "cached list"),
        ("company.segments", "company", "1 GET"),
        ("ticket.tags", "ticket", "ledger"),
        ("conversation.attributes.Plan", "conversation", "payload"),
    ],
)
def test_where_a_field_comes_from(path: str, kind: Kind, words: str) -> None:
    field = fields.find(path)
    assert field is not None
    found = origin(field, kind)

    assert found is not None
    assert found.words == words


@pytest.mark.parametrize(("path", "kind"), [("ticket.id", "conversation"), ("message.text", "contact")])
def test_what_cannot_be_asked_comes_from_nowhere(path: str, kind: Kind) -> None:
    assert origin(fields.FIELDS[path], kind) is None


def test_every_word_is_explained() -> None:
    said = {found.words for field in fields.table() for kind in KINDS if (found := origin(field, kind))}

    assert said <= {word for words, _ in MEANINGS for word in words.split(", ")}
