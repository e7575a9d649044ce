"""Objects in the shapes of the API's versions from 2.10 to 2.16, and in odd ones."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.workers.intercom.calls import (
    COMPANY,
    CONTACT,
    CONVERSATION,
    READ_COMPANY,
    READ_CONTACT,
    READ_CONVERSATION,
    READ_TICKET,
    TICKET,
)
from workers.intercom import objects
from workers.intercom.fields import Unreadable

STATE = {"type": "ticket_state", "id": "12", "category": "in_progress", "internal_label": "With us"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, ("in_progress", None, "814865"), id="2.10"),
        pytest.param({"ticket_state": STATE}, ("in_progress", None, "814865"), id="2.12: an object as state"),
        pytest.param({"admin_assignee_id": 0, "team_assignee_id": 814865}, ("in_progress", None, "814865"), id="2.16"),
        pytest.param({"admin_assignee_id": "5017001"}, ("in_progress", "5017001", "814865"), id="assigned"),
        pytest.param({"ticket_state": {"category": 5}}, (None, None, "814865"), id="odd category"),
        pytest.param({"ticket_state": None, "team_assignee_id": []}, (None, None, None), id="odd"),
    ],
)
def test_a_ticket_is_the_same_in_all_versions(fields: dict[str, Any], expected: tuple[str | None, ...]) -> None:
    ticket = objects.ticket({**TICKET, **fields})

    assert (ticket.state, ticket.admin_assignee_id, ticket.team_assignee_id) == expected


@pytest.mark.parametrize(
    ("fields", "owner_id"),
    [
        pytest.param({}, "5017001", id="2.10: a number"),
        pytest.param({"owner_id": "5017001"}, "5017001", id="2.16: text"),
        pytest.param({"owner_id": None}, None, id="nobody"),
        pytest.param({"owner_id": True}, None, id="odd"),
    ],
)
def test_the_owner_of_a_contact_is_the_same_in_all_versions(fields: dict[str, Any], owner_id: str | None) -> None:
    assert objects.contact({**CONTACT, **fields}).owner_id == owner_id


@pytest.mark.parametrize(
    ("fields", "company_id"),
    [
        pytest.param({}, None, id="2.10"),
        pytest.param({"company": {"type": "company", "id": "66ab"}}, "66ab", id="2.15"),
        pytest.param({"company": None}, None, id="2.15, without one"),
        pytest.param({"company": "66ab"}, None, id="odd"),
    ],
)
def test_the_company_of_a_conversation_is_there_from_2_15(fields: dict[str, Any], company_id: str | None) -> None:
    assert objects.conversation({**CONVERSATION, **fields}).company_id == company_id


@pytest.mark.parametrize("body", [pytest.param("<p>Hi</p>", id="HTML"), pytest.param("Hi", id="2.15: plain")])
def test_a_document_is_kept_as_it_came(body: str) -> None:
    found = {**CONVERSATION, "source": {"body": body}, "nobody_knows": {"this": [1, None]}}

    assert objects.conversation(found).document == found


@pytest.mark.parametrize(
    ("read", "found", "expected"),
    [
        pytest.param(objects.conversation, CONVERSATION, READ_CONVERSATION, id="conversation"),
        pytest.param(objects.ticket, TICKET, READ_TICKET, id="ticket"),
        pytest.param(objects.contact, CONTACT, READ_CONTACT, id="contact"),
        pytest.param(objects.company, COMPANY, READ_COMPANY, id="company"),
    ],
)
def test_ids_that_are_numbers_become_text_and_iso_times_seconds(
    read: Callable[[object], Any], found: dict[str, Any], expected: Any
) -> None:
    odd = read({**found, "id": 494, "updated_at": "2024-08-01T08:14:20.000+00:00"})

    assert (odd.id, odd.updated_at) == ("494", expected.updated_at)


@pytest.mark.parametrize("read", [objects.conversation, objects.ticket, objects.contact, objects.company])
def test_all_but_the_id_may_be_missing(read: Callable[[object], Any]) -> None:
    found = read({"id": "1"})

    assert found.id == "1"
    assert found.updated_at is None


@pytest.mark.parametrize("read", [objects.conversation, objects.ticket, objects.contact, objects.company])
@pytest.mark.parametrize("found", [None, [], {}, {"id": None}, {"id": ""}, {"id": 1.5}, {"id": False}, {"id": {}}])
def test_an_object_without_an_id_is_unreadable(read: Callable[[object], Any], found: object) -> None:
    with pytest.raises(Unreadable):
        read(found)


@pytest.mark.parametrize("tags", [{"tags": {}}, {"tags": [{"id": "1"}]}, {"tags": [None]}])
def test_a_list_of_tags_that_cannot_be_read_is_not_taken_for_an_empty_one(tags: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        objects.conversation({**CONVERSATION, "tags": tags})


@pytest.mark.parametrize("tags", [None, [], {}, {"tags": None}])
def test_no_list_of_tags_is_not_an_empty_one(tags: object) -> None:
    assert objects.conversation({**CONVERSATION, "tags": tags}).tags is None
    assert objects.contact({**CONTACT, "tags": tags}).tag_ids is None


def test_nothing_of_a_customer_is_in_what_a_log_would_show() -> None:
    found = {**CONTACT, "email": "ada@example.com", "name": "Ada"}

    assert "ada" not in repr(objects.contact(found)).lower()
