"""Which contact a conversation or ticket is about, and what its notifications tell of it."""

from typing import Any

import pytest

from rules.language.values import Absent
from tests.facts import samples

OTHER = "6731aa0abb0bcc0cdd0dee0e"


def reply(author: dict[str, Any], *listed: dict[str, Any]) -> Any:
    """The item of a reply by `author` to a conversation with the listed contacts."""
    item = samples.item_of("conversation.user.replied")
    item["contacts"]["contacts"] = list(listed)
    item["conversation_parts"]["conversation_parts"][0]["author"] = author
    return item


MINA = {"type": "user", "id": samples.USER, "name": "Mina Okafor", "email": "mina@example.com"}
OTTO = {"type": "lead", "id": OTHER, "name": "Otto Berg", "email": "otto@berg.example.com"}
JONAS = {"type": "admin", "id": "7301001", "name": "Jonas Lind", "email": "jonas@support.example.com"}


def test_it_is_the_customer_who_wrote_if_another_is_listed_first() -> None:
    item = reply(OTTO, {"id": samples.USER, "external_id": "m"}, {"id": OTHER, "external_id": "o"})

    found = samples.facts_with("conversation.user.replied", item)

    assert found.get("contact.id") == OTHER
    assert found.get("contact.external_id") == "o"
    assert found.get("contact.name") == "Otto Berg"
    assert found.get("contact.email_domain") == "berg.example.com"
    assert found.get("contact.role") == "lead"


def test_it_is_the_first_listed_if_a_teammate_wrote() -> None:
    item = reply(JONAS, {"id": OTHER, "external_id": "o"}, {"id": samples.USER, "external_id": "m"})

    found = samples.facts_with("conversation.user.replied", item)

    assert found.get("contact.id") == OTHER
    assert found.get("contact.external_id") == "o"
    assert found.get("contact.name") is Absent.NOT_FETCHED
    assert found.get("contact.role") is Absent.NOT_FETCHED


def test_the_source_names_its_author_if_that_is_the_contact() -> None:
    item = reply(JONAS, {"id": samples.USER, "external_id": "m"})

    found = samples.facts_with("conversation.user.replied", item)

    assert found.get("contact.name") == "Mina Okafor"
    assert found.get("contact.email") == "mina@example.com"


def test_a_writer_who_is_not_listed_is_known_by_name_alone() -> None:
    found = samples.facts_with("conversation.user.replied", reply(OTTO, {"id": samples.USER, "external_id": "m"}))

    assert found.get("contact.id") == OTHER
    assert found.get("contact.name") == "Otto Berg"
    assert found.get("contact.external_id") is Absent.NOT_FETCHED


def test_the_message_names_its_writer_before_the_source_does() -> None:
    married = MINA | {"name": "Mina Berg"}

    found = samples.facts_with("conversation.user.replied", reply(married, {"id": samples.USER, "external_id": "m"}))

    assert found.get("contact.name") == "Mina Berg"


def test_what_was_sent_empty_is_missing() -> None:
    visitor = {"type": "lead", "id": OTHER, "name": None, "email": ""}
    item = reply(visitor, {"id": OTHER, "external_id": None})

    found = samples.facts_with("conversation.user.replied", item)

    for path in ("contact.name", "contact.email", "contact.email_domain", "contact.external_id"):
        assert found.get(path) is Absent.MISSING


def test_everything_else_is_not_fetched() -> None:
    found = samples.facts("conversation.user.created")

    for path in ("contact.phone", "contact.tags", "contact.attributes.plan", "contact.location.city", "company.id"):
        assert found.get(path) is Absent.NOT_FETCHED


def test_a_tweets_author_is_not_known_by_name() -> None:
    item = reply(MINA | {"name": "", "email": ""}, {"id": samples.USER, "external_id": "m"})
    item["source"]["type"] = "twitter"

    found = samples.facts_with("conversation.user.replied", item)

    assert found.get("contact.id") == samples.USER
    assert found.get("contact.name") is Absent.NOT_FETCHED
    assert found.get("contact.email") is Absent.NOT_FETCHED


def test_without_contacts_there_is_none() -> None:
    found = samples.facts_with("conversation.user.replied", reply(JONAS))

    assert found.get("contact.email") is Absent.MISSING
    assert found.get("company.name") is Absent.MISSING


@pytest.mark.parametrize("odd", [None, {}, [{}], [{"id": None}], "nobody"], ids=repr)
def test_of_an_odd_list_of_contacts_nothing_is_known(odd: object) -> None:
    item = samples.item_of("conversation.admin.closed")
    item["contacts"]["contacts"] = odd

    found = samples.facts_with("conversation.admin.closed", item)

    assert found.get("contact.id") is Absent.NOT_FETCHED
    assert found.get("contact.email") is Absent.NOT_FETCHED
    assert found.get("company.name") is Absent.NOT_FETCHED


def test_a_closed_ticket_lists_the_role_of_its_contact() -> None:
    found = samples.facts("ticket.closed")

    assert found.get("contact.id") == samples.USER
    assert found.get("contact.role") == "user"
    assert found.get("contact.external_id") is Absent.NOT_FETCHED


def test_a_part_of_a_ticket_names_its_author() -> None:
    assert samples.facts("ticket.contact.replied").get("contact.email") == "mina@example.com"
    assert samples.facts("ticket.admin.replied").get("contact.email") is Absent.NOT_FETCHED


@pytest.mark.parametrize(
    ("override", "browser", "language"),
    [("fr", "da", "fr"), (None, "da", "da"), ("", "da", "da"), (None, None, Absent.MISSING)],
)
def test_the_language_is_that_which_was_chosen_before_that_of_the_browser(
    override: object, browser: object, language: object
) -> None:
    item = samples.item_of("contact.user.created") | {"language_override": override, "browser_language": browser}

    assert samples.facts_with("contact.user.created", item).get("contact.language") == language
