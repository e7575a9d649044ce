"""From objects to fields by a table."""

import pytest

from facts import leaf, record
from facts.record import Reading, row

ROWS = (
    row("ticket.title", leaf.text, "title"),
    row("ticket.category", leaf.text, "category"),
    row("ticket.category", leaf.text, "type", "category"),
    row("ticket.open", leaf.flag, "open"),
)


def test_a_key_that_was_not_sent_is_not_fetched() -> None:
    found = record.read({"title": "Lost"}, ROWS)

    assert found == Reading({"ticket.title": "Lost"}, {"ticket.category", "ticket.open"})


@pytest.mark.parametrize("odd", [None, "", "yes", 1, {}, []], ids=repr)
def test_a_key_without_a_usable_value_is_missing(odd: object) -> None:
    found = record.read({"title": "Lost", "open": odd, "category": None}, ROWS)

    assert found == Reading({"ticket.title": "Lost"}, set())


def test_the_second_row_of_a_field_counts_if_the_first_finds_nothing() -> None:
    assert record.read({"category": None, "type": {"category": "B"}}, ROWS).values == {"ticket.category": "B"}
    assert record.read({"type": {"category": "B"}}, ROWS).not_fetched == {"ticket.title", "ticket.open"}
    assert record.read({"category": "A", "type": {"category": "B"}}, ROWS).values == {"ticket.category": "A"}


def test_what_is_known_to_be_missing_is_empty() -> None:
    assert record.known({"title": "Lost", "open": None}, ROWS) == {"ticket.title": "Lost", "ticket.open": ""}


def test_attributes_are_named_as_they_are_compared() -> None:
    found = record.attributes(
        "company", {"custom_attributes": {" Contract  Tier": "gold", "Ünit": 2}}, "custom_attributes"
    )

    assert found == Reading({"company.attributes.contract tier": "gold", "company.attributes.ünit": 2})


def test_an_attribute_without_a_value_is_missing() -> None:
    found = record.attributes(
        "company", {"custom_attributes": {"a": None, "b": {"c": 1}, "d": ""}}, "custom_attributes"
    )

    assert found == Reading()


@pytest.mark.parametrize("odd", [None, [], "x", 5], ids=repr)
def test_attributes_of_another_type_are_missing(odd: object) -> None:
    assert record.attributes("company", {"custom_attributes": odd}, "custom_attributes") == Reading()


def test_attributes_that_were_not_sent_are_not_fetched() -> None:
    assert record.attributes("ticket", {}, "ticket_attributes") == Reading({}, {"ticket.attributes"})


def test_attributes_that_are_fields_are_left_out() -> None:
    found = record.attributes("ticket", {"a": {"_default_title_": "x", "b": "y"}}, "a", without=("_default_title_",))

    assert found == Reading({"ticket.attributes.b": "y"})


def test_readings_are_merged_in_order() -> None:
    merged = record.merged([Reading({"a": 1, "b": 1}, {"x"}), Reading({"b": 2}, {"y"})])

    assert merged == Reading({"a": 1, "b": 2}, {"x", "y"})
