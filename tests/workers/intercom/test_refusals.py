"""Every refusal that Intercom documents for a call, as the error that says what to do about it.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags and its neighbours; `tests/contract`
takes the same from Intercom's description, where that is at hand.
"""

from collections.abc import AsyncIterator

import pytest

from tests.workers.intercom.calls import COMPANY_ID, CONTACT_ID, EXAMPLES, Call, Example
from tests.workers.intercom.server import Server, reply, serving
from workers.intercom.client import Intercom
from workers.intercom.errors import (
    AdminGone,
    Forbidden,
    IntercomError,
    RateLimited,
    Rejected,
    TagGone,
    TagInUse,
    TargetGone,
    Unauthorized,
    Unavailable,
)

NO_CONTACT = (404, "not_found", "User Not Found")
NO_CONVERSATION = (404, "not_found", "Conversation not found")
NO_TICKET = (404, "ticket_not_found", "Ticket not found")
NO_COMPANY = (404, "company_not_found", "Company Not Found")
NO_ADMIN = (404, "admin_not_found", "Admin not found")
NO_RESOURCE = (404, "not_found", "Resource Not Found")
NO_TAG = (404, "tag_not_found", "Tag not found")
INVALID = (400, "parameter_invalid", "invalid tag parameters")
IN_USE = (400, "tag_has_dependent_objects", "Unable to delete Tag with dependent objects. Segments: Seg 1.")
IN_NOBODYS_NAME = (400, "parameter_not_found", "admin_id is a required parameter")

Refusal = tuple[int, str, str]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(reply(500)) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Intercom]:
    async with Intercom(server.url, "test-token") as opened:
        yield opened


def refuse(server: Server, refusal: Refusal) -> None:
    status, code, message = refusal
    error = {"code": code, "message": message}
    server.handler = reply(status, {"type": "error.list", "request_id": "b68959ea", "errors": [error]})


async def raised(client: Intercom, call: Call) -> IntercomError:
    with pytest.raises(IntercomError) as caught:
        await call(client)
    return caught.value


@pytest.mark.parametrize(
    ("call", "refusal", "family"),
    [
        pytest.param(lambda client: client.find_tag("81"), NO_RESOURCE, TagGone, id="find_tag: tag"),
        pytest.param(lambda client: client.create_tag(""), INVALID, Rejected, id="create_tag: name"),
        pytest.param(lambda client: client.rename_tag("81", "a"), NO_RESOURCE, TagGone, id="rename_tag: tag"),
        pytest.param(lambda client: client.rename_tag("81", "a"), INVALID, Rejected, id="rename_tag: name"),
        pytest.param(lambda client: client.delete_tag("81"), NO_RESOURCE, TagGone, id="delete_tag: tag"),
        pytest.param(lambda client: client.delete_tag("81"), IN_USE, TagInUse, id="delete_tag: in use"),
        pytest.param(
            lambda client: client.tag_companies("a", [COMPANY_ID]), NO_COMPANY, TargetGone, id="tag_companies: company"
        ),
        pytest.param(
            lambda client: client.untag_companies("a", [COMPANY_ID]),
            NO_COMPANY,
            TargetGone,
            id="untag_companies: company",
        ),
        pytest.param(
            lambda client: client.tag_users("a", [CONTACT_ID]), NO_CONTACT, TargetGone, id="tag_users: contact"
        ),
        pytest.param(
            lambda client: client.attach("conversation", "215", "81", "1"),
            NO_CONVERSATION,
            TargetGone,
            id="attach: target",
        ),
        pytest.param(
            lambda client: client.attach("conversation", "215", "81", "1"),
            NO_RESOURCE,
            TagGone,
            id="attach: tag (guessed)",
        ),
        pytest.param(
            lambda client: client.attach("conversation", "215", "81", "1"),
            NO_ADMIN,
            AdminGone,
            id="attach: admin (guessed)",
        ),
        pytest.param(
            lambda client: client.attach("conversation", "215", "81", "1"),
            IN_NOBODYS_NAME,
            Unauthorized,
            id="attach: admin missing (2.1)",
        ),
        pytest.param(
            lambda client: client.detach("conversation", "215", "81", "1"),
            NO_CONVERSATION,
            TargetGone,
            id="detach: target",
        ),
        pytest.param(
            lambda client: client.attach("ticket", "494", "81", "1"), NO_TICKET, TargetGone, id="attach: ticket"
        ),
        pytest.param(
            lambda client: client.detach("ticket", "494", "81", "1"), NO_TICKET, TargetGone, id="detach: ticket"
        ),
        pytest.param(
            lambda client: client.attach("contact", CONTACT_ID, "81"), NO_CONTACT, TargetGone, id="attach: contact"
        ),
        pytest.param(
            lambda client: client.attach("contact", CONTACT_ID, "81"), NO_RESOURCE, TagGone, id="attach: contact's tag"
        ),
        pytest.param(
            lambda client: client.detach("contact", CONTACT_ID, "81"), NO_CONTACT, TargetGone, id="detach: contact"
        ),
        pytest.param(lambda client: client.tags_of_contact(CONTACT_ID), NO_CONTACT, TargetGone, id="tags_of_contact"),
        pytest.param(lambda client: client.find_admin("1"), NO_ADMIN, AdminGone, id="find_admin"),
        pytest.param(lambda client: client.find_conversation("215"), NO_RESOURCE, TargetGone, id="find_conversation"),
        pytest.param(lambda client: client.find_ticket("494"), NO_RESOURCE, TargetGone, id="find_ticket (guessed)"),
        pytest.param(
            lambda client: client.find_contact(CONTACT_ID), NO_CONTACT, TargetGone, id="find_contact (guessed)"
        ),
        pytest.param(
            lambda client: client.companies_of_contact(CONTACT_ID), NO_CONTACT, TargetGone, id="companies_of_contact"
        ),
        pytest.param(
            lambda client: client.segments_of_contact(CONTACT_ID), NO_CONTACT, TargetGone, id="segments_of_contact"
        ),
        pytest.param(lambda client: client.find_company(COMPANY_ID), NO_COMPANY, TargetGone, id="find_company"),
        pytest.param(lambda client: client.list_tags(), NO_RESOURCE, Rejected, id="list_tags: no such call"),
    ],
)
async def test_a_documented_refusal_says_what_to_do(
    server: Server, client: Intercom, call: Call, refusal: Refusal, family: type[IntercomError]
) -> None:
    refuse(server, refusal)

    error = await raised(client, call)

    assert type(error) is family
    assert (error.status, error.code, error.message) == refusal
    assert error.request_id == "b68959ea"
    assert not error.maybe_applied


@pytest.mark.parametrize(
    ("refusal", "family"),
    [
        pytest.param((401, "unauthorized", "Access Token Invalid"), Unauthorized, id="401"),
        pytest.param((403, "api_plan_restricted", "Active subscription needed."), Forbidden, id="403"),
        pytest.param(
            (429, "rate_limit_exceeded", "The rate limit for the App has been exceeded"), RateLimited, id="429"
        ),
        pytest.param((500, "server_error", "Server error"), Unavailable, id="500"),
    ],
)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
async def test_what_any_call_may_be_told(
    server: Server, client: Intercom, example: Example, refusal: Refusal, family: type[IntercomError]
) -> None:
    refuse(server, refusal)

    assert type(await raised(client, example.call)) is family


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        pytest.param(lambda client: client.detach("conversation", "215", "81", "1"), NO_TAG, id="conversation"),
        pytest.param(lambda client: client.detach("ticket", "494", "81", "1"), NO_TAG, id="ticket"),
        pytest.param(lambda client: client.detach("contact", CONTACT_ID, "81"), NO_RESOURCE, id="contact"),
    ],
)
async def test_a_tag_that_is_not_there_is_as_good_as_taken_off(
    server: Server, client: Intercom, call: Call, refusal: Refusal
) -> None:
    refuse(server, refusal)

    answer = await call(client)

    assert answer.value is None
    assert answer.sent_at <= answer.received_at
