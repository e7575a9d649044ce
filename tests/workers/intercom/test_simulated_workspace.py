"""The client in a whole workspace that the simulator remembers: what one call changes, another one reads."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rules.language.values import Kind
from simulator.app import Simulator
from simulator.program import create_simulator, running
from simulator.settings import SimulatorSettings
from tests.contract.scene import (
    APPLIED_TAG,
    COMPANY,
    CONTACT,
    CONVERSATION,
    FREE_TAG,
    NOOR,
    SEGMENT,
    TEAM,
    TICKET,
    USED_TAG,
    set_scene,
)
from workers.intercom.client import Intercom
from workers.intercom.errors import AdminGone, TagGone, TagInUse, TargetGone
from workers.intercom.moments import since_day, since_second
from workers.intercom.query import Filter, all_of
from workers.intercom.workspace import Segment

DAY = 86_400
NOON = int(datetime(2024, 8, 1, 12, tzinfo=UTC).timestamp())


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    created = create_simulator(SimulatorSettings(port=0))
    set_scene(created)
    yield created
    await created.aclose()


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[Intercom]:
    async with running(simulator) as url, Intercom(url, "test-token") as opened:
        yield opened


def names_on(simulator: Simulator, kind: Kind, object_id: str) -> list[str]:
    return simulator.workspace.names_on(simulator.workspace.find(kind, object_id))


@pytest.mark.parametrize(
    ("kind", "target_id"), [("conversation", CONVERSATION), ("ticket", TICKET), ("contact", CONTACT)]
)
async def test_what_is_attached_is_there_until_it_is_detached(
    simulator: Simulator, client: Intercom, kind: Kind, target_id: str
) -> None:
    attached = await client.attach(kind, target_id, FREE_TAG, NOOR)
    before = names_on(simulator, kind, target_id)
    detached = await client.detach(kind, target_id, FREE_TAG, NOOR)
    again = await client.detach(kind, target_id, FREE_TAG, NOOR)

    assert before == ["applied", "free"]
    assert names_on(simulator, kind, target_id) == ["applied"]
    assert (attached.value.name, attached.value.applied_by) == ("free", NOOR)
    assert detached.value is not None
    assert again.value is None


async def test_tags_are_read_where_they_were_put(client: Intercom) -> None:
    await client.attach("conversation", CONVERSATION, FREE_TAG, NOOR)
    await client.attach("contact", CONTACT, FREE_TAG)
    await client.tag_companies("free", company_ids=["acme-42"])

    conversation = (await client.find_conversation(CONVERSATION)).value
    contact = (await client.find_contact(CONTACT)).value
    company = (await client.find_company(COMPANY)).value
    of_contact = (await client.tags_of_contact(CONTACT)).value

    assert [tag.id for tag in conversation.tags or ()] == [APPLIED_TAG, FREE_TAG]
    assert (contact.tag_ids, contact.more_tags) == ((APPLIED_TAG, FREE_TAG), False)
    assert [tag.name for tag in company.tags or ()] == ["applied", "free"]
    assert [tag.name for tag in of_contact] == ["applied", "free"]


async def test_companies_and_users_are_tagged_by_name_and_untagged(simulator: Simulator, client: Intercom) -> None:
    made = await client.tag_companies("VIP", [COMPANY])
    known = await client.tag_users("vip", [CONTACT])
    await client.untag_companies("applied", [COMPANY])

    assert made.value.tag.id == known.value.tag.id
    assert names_on(simulator, "company", COMPANY) == ["VIP"]
    assert names_on(simulator, "contact", CONTACT) == ["applied", "VIP"]


async def test_a_tag_from_its_creation_to_its_end(client: Intercom) -> None:
    created = (await client.create_tag("new")).value
    renamed = (await client.rename_tag(created.id, "newer")).value
    found = (await client.find_tag(created.id)).value
    await client.delete_tag(created.id)

    assert (renamed.id, found.name) == (created.id, "newer")
    for call in (client.find_tag, client.delete_tag):
        with pytest.raises(TagGone):
            await call(created.id)
    with pytest.raises(TagGone):
        await client.rename_tag(created.id, "newest")


async def test_a_tag_that_a_segment_needs_stays(client: Intercom) -> None:
    with pytest.raises(TagInUse) as caught:
        await client.delete_tag(USED_TAG)

    assert caught.value.message == "Unable to delete Tag with dependent objects. Segments: Seg 1."
    assert (await client.find_tag(USED_TAG)).value.name == "used"


async def test_what_is_not_there_is_gone(client: Intercom) -> None:
    for call in (
        lambda: client.find_conversation("1"),
        lambda: client.find_ticket("1"),
        lambda: client.find_contact("1"),
        lambda: client.find_company("1"),
        lambda: client.tags_of_contact("1"),
        lambda: client.companies_of_contact("1"),
        lambda: client.segments_of_contact("1"),
        lambda: client.attach("contact", "1", FREE_TAG),
        lambda: client.detach("contact", "1", FREE_TAG),
        lambda: client.tag_companies("free", ["1"]),
        lambda: client.untag_companies("free", ["1"]),
        lambda: client.tag_users("free", ["1"]),
    ):
        with pytest.raises(TargetGone):
            await call()
    with pytest.raises(AdminGone):
        await client.find_admin("1")
    with pytest.raises(TagGone):
        await client.attach("contact", CONTACT, "1")


async def test_who_is_who(client: Intercom) -> None:
    me = (await client.me()).value
    admins = (await client.list_admins()).value
    noor = (await client.find_admin(me.admin_id)).value
    teams = (await client.list_teams()).value

    assert (me.admin_id, me.app_id, me.timezone) == (NOOR, "q4mx81zt", "Europe/Paris")
    assert noor in admins
    assert TEAM in [team.id for team in teams]


async def test_what_belongs_to_a_contact(client: Intercom) -> None:
    companies = (await client.companies_of_contact(CONTACT)).value
    in_segments = (await client.segments_of_contact(CONTACT)).value
    all_segments = (await client.list_segments()).value

    assert [company.company_id for company in companies.items] == ["acme-42"]
    assert (companies.total, companies.complete) == (1, True)
    assert in_segments.items == all_segments.items == (Segment(SEGMENT, "Seg 1", "user"),)


async def test_the_companies_of_a_contact_say_when_they_are_not_all(simulator: Simulator, client: Intercom) -> None:
    for number in range(51):
        simulator.workspace.put("company", f"c{number}", {"type": "company", "id": f"c{number}"})
    simulator.workspace.find("contact", CONTACT).companies = tuple(f"c{number}" for number in range(51))

    page = (await client.companies_of_contact(CONTACT)).value

    assert (len(page.items), page.total, page.next, page.complete) == (50, 51, None, False)


@pytest.mark.parametrize("per_page", [1, 3, 150])
async def test_a_search_finds_each_conversation_once(simulator: Simulator, client: Intercom, per_page: int) -> None:
    for number in range(7):
        item = {"id": str(number), "open": True, "updated_at": NOON + number}
        simulator.workspace.put("conversation", str(number), item)
    query = all_of(since_second("updated_at", NOON + 2), Filter("updated_at", "<", NOON + 7))

    pages = [(await client.search_conversations(query, per_page=per_page)).value]
    while not pages[-1].complete:
        pages.append((await client.search_conversations(query, per_page=per_page, starting_after=pages[-1].next)).value)

    found = [conversation.id for page in pages for conversation in page.items]
    assert set("23456") <= set(found) <= set("123456")
    assert len(found) == len(set(found)) == pages[0].total
    assert len(pages) == -(-len(found) // per_page)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Los_Angeles", "Pacific/Auckland"])
@pytest.mark.parametrize("days", [0.01, 1, 3, 20])
async def test_contacts_of_some_days_are_found_by_day(
    simulator: Simulator, client: Intercom, zone: str, days: float
) -> None:
    simulator.workspace.timezone = zone
    for hour in range(0, 24 * 30, 5):
        at = NOON - hour * 3600
        simulator.workspace.put("contact", f"h{hour}", {"id": f"h{hour}", "created_at": at, "updated_at": at})
    since = NOON - days * DAY
    timezone = ZoneInfo((await client.me()).value.timezone or "")

    found = (await client.search_contacts(since_day("updated_at", since, now=NOON, timezone=timezone))).value

    of_the_day = {contact.id for contact in found.items} - {CONTACT}
    midnight = datetime.fromtimestamp(since, timezone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    assert found.complete
    assert of_the_day == {f"h{hour}" for hour in range(0, 24 * 30, 5) if NOON - hour * 3600 >= midnight}
