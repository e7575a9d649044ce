"""Intercom's own client believes the simulator: it goes through all operations on tags, and reads what came of them."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from intercom import AsyncIntercom
from intercom.errors import BadRequestError, NotFoundError
from intercom.types import (
    CreateOrUpdateTagRequest,
    SingleFilterSearchRequest,
    StartingAfterPaging,
    TagCompanyRequest,
    TagCompanyRequestCompaniesItem,
    TagMultipleUsersRequest,
    TagMultipleUsersRequestUsersItem,
    UntagCompanyRequest,
    UntagCompanyRequestCompaniesItem,
)

from simulator.app import Simulator
from simulator.workspace.objects import Kind
from tests.contract.scene import APPLIED_TAG, COMPANY, CONTACT, CONVERSATION, FREE_TAG, NOOR, TICKET, USED_TAG

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def sdk(simulator: Simulator, started: tuple[Simulator, str]) -> AsyncIterator[AsyncIntercom]:
    assert simulator is started[0]
    async with httpx.AsyncClient(trust_env=False) as client:
        yield AsyncIntercom(token="test-token", base_url=started[1], httpx_client=client)


def names(simulator: Simulator, kind: Kind, object_id: str) -> list[str]:
    return simulator.workspace.names_on(simulator.workspace.find(kind, object_id))


async def test_conversations(sdk: AsyncIntercom, simulator: Simulator) -> None:
    attached = await sdk.tags.tag_conversation(CONVERSATION, tag_id=FREE_TAG, admin_id=NOOR)
    detached = await sdk.tags.untag_conversation(CONVERSATION, APPLIED_TAG, admin_id=NOOR)

    conversation = await sdk.conversations.find(CONVERSATION)
    assert conversation.tags is not None
    assert [(tag.id, tag.name) for tag in conversation.tags.tags or ()] == [(FREE_TAG, "free")]
    assert (attached.name, detached.name) == ("free", "applied")
    assert names(simulator, "conversation", CONVERSATION) == ["free"]


async def test_tickets(sdk: AsyncIntercom, simulator: Simulator) -> None:
    attached = await sdk.tags.tag_ticket(TICKET, tag_id=FREE_TAG, admin_id=NOOR)
    detached = await sdk.tags.untag_ticket(TICKET, APPLIED_TAG, admin_id=NOOR)

    ticket = await sdk.tickets.get(TICKET)
    assert ticket is not None
    assert ticket.id == TICKET
    assert (attached.name, detached.name) == ("free", "applied")
    assert names(simulator, "ticket", TICKET) == ["free"]


async def test_contacts(sdk: AsyncIntercom, simulator: Simulator) -> None:
    attached = await sdk.tags.tag_contact(CONTACT, tag_id=FREE_TAG)
    detached = await sdk.tags.untag_contact(CONTACT, APPLIED_TAG)

    listed = await sdk.contacts.list_attached_tags(CONTACT)
    found = await sdk.contacts.find(CONTACT)
    assert [tag.name for tag in listed.data or ()] == ["free"]
    assert found.tags is not None
    assert [tag.id for tag in found.tags.data or ()] == [FREE_TAG]
    assert (attached.name, detached.name) == ("free", "applied")
    assert names(simulator, "contact", CONTACT) == ["free"]


async def test_companies_by_name(sdk: AsyncIntercom, simulator: Simulator) -> None:
    wanted = TagCompanyRequest(name="VIP", companies=[TagCompanyRequestCompaniesItem(company_id="acme-42")])
    unwanted = UntagCompanyRequest(name="applied", companies=[UntagCompanyRequestCompaniesItem(id=COMPANY, untag=True)])

    attached = await sdk.tags.create(request=wanted)
    detached = await sdk.tags.create(request=unwanted)

    company = await sdk.companies.find(COMPANY)
    assert company.tags is not None
    assert [(tag["id"], tag["name"]) for tag in company.tags.tags or ()] == [(attached.id, "VIP")]
    assert detached.id == APPLIED_TAG
    assert names(simulator, "company", COMPANY) == ["VIP"]


async def test_contacts_by_name(sdk: AsyncIntercom, simulator: Simulator) -> None:
    users = [TagMultipleUsersRequestUsersItem(id=CONTACT)]

    tag = await sdk.tags.create(request=TagMultipleUsersRequest(name="Free", users=users))

    assert tag.id == FREE_TAG
    assert names(simulator, "contact", CONTACT) == ["applied", "free"]


async def test_a_tag_from_its_creation_to_its_end(sdk: AsyncIntercom) -> None:
    created = await sdk.tags.create(request=CreateOrUpdateTagRequest(name="new"))
    renamed = await sdk.tags.create(request=CreateOrUpdateTagRequest(name="newer", id=created.id))
    found = await sdk.tags.find(created.id)
    listed = await sdk.tags.list()
    await sdk.tags.delete(created.id)

    assert created.id == renamed.id
    assert found.name == "newer"
    assert "newer" in [tag.name for tag in listed.data or ()]
    with pytest.raises(NotFoundError):
        await sdk.tags.find(created.id)


async def test_a_tag_that_a_segment_needs_is_not_deleted(sdk: AsyncIntercom) -> None:
    with pytest.raises(BadRequestError) as refused:
        await sdk.tags.delete(USED_TAG)

    assert "tag_has_dependent_objects" in str(refused.value.body)


async def test_a_search_goes_through_all_its_pages(sdk: AsyncIntercom, simulator: Simulator) -> None:
    for number in range(7):
        simulator.workspace.put("conversation", str(number), {"type": "conversation", "id": str(number), "open": True})
    query = SingleFilterSearchRequest(field="open", operator="=", value="true")
    found: list[str | None] = []
    cursor = None

    # The client's own pager asks for the first page for ever, so the cursor is passed on by hand.
    for _ in range(3):
        pagination = StartingAfterPaging(per_page=3, starting_after=cursor)
        page = (await sdk.conversations.search(query=query, pagination=pagination)).response
        found += [conversation.id for conversation in page.conversations or ()]
        cursor = page.pages.next.starting_after if page.pages is not None and page.pages.next is not None else None

    assert cursor is None
    assert sorted(map(str, found)) == sorted([*map(str, range(7)), CONVERSATION])
