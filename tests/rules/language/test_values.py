import pytest

from rules.language.values import Absent, Facts, Value, attribute_name

FACTS = Facts(
    "conversation",
    {"conversation.open": False, "conversation.title": "", "conversation.tags": (), "contact.email": "a@example.com"},
    frozenset({"contact", "company.attributes"}),
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("conversation.open", False),
        ("conversation.title", Absent.MISSING),
        ("conversation.tags", Absent.MISSING),
        ("conversation.rating", Absent.MISSING),
        ("contact.email", "a@example.com"),
        ("contact.name", Absent.NOT_FETCHED),
        ("contact.attributes.plan", Absent.NOT_FETCHED),
        ("company.attributes.tier", Absent.NOT_FETCHED),
        ("company.name", Absent.MISSING),
    ],
)
def test_a_value_is_there_or_missing_or_not_fetched(path: str, value: Value | Absent) -> None:
    assert FACTS.get(path) == value


def test_names_of_attributes_are_compared_without_case_and_spaces() -> None:
    assert attribute_name("  Billing   COUNTRY ") == "billing country"
