from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.workers.intercom.server import Server, reply, serving
from workers.intercom.answers import Answer, Tag, Tagged
from workers.intercom.client import Intercom
from workers.intercom.errors import Unsendable

TAG = {"type": "tag", "id": "81", "name": "vip"}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(reply(200, TAG)) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Intercom]:
    async with Intercom(server.url, "test-token") as opened:
        yield opened


@pytest.mark.parametrize(
    ("fields", "reached"),
    [
        pytest.param({}, None, id="2.10"),
        pytest.param({"users": None, "companies": [{"id": "66ab", "tagged": True}]}, ("66ab",), id="2.16"),
        pytest.param({"users": [], "companies": []}, (), id="2.16: there is no such company"),
        pytest.param({"users": [{"id": "5f", "tagged": False}]}, ("5f",), id="2.16: a user"),
        pytest.param({"users": "x", "companies": [3.5, {}, {"id": None}]}, (), id="odd"),
    ],
)
async def test_who_was_reached_is_told_from_2_16_on(
    server: Server, client: Intercom, fields: dict[str, Any], reached: tuple[str, ...] | None
) -> None:
    server.handler = reply(200, {**TAG, **fields})

    answer = await client.tag_companies("vip", ["66ab"])

    assert answer.value == Tagged(Tag("81", "vip"), reached)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda client: client.tag_companies("vip"), id="no company to tag"),
        pytest.param(lambda client: client.untag_companies("vip", [], company_ids=[]), id="no company to untag"),
        pytest.param(lambda client: client.tag_users("vip", []), id="no user"),
    ],
)
async def test_tagging_nobody_does_not_make_a_tag(
    server: Server, client: Intercom, call: Callable[[Intercom], Awaitable[Answer[Any]]]
) -> None:
    with pytest.raises(Unsendable):
        await call(client)

    assert server.requests == []


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda client, bad: client.find_tag(bad), id="find_tag"),
        pytest.param(lambda client, bad: client.rename_tag(bad, "vip"), id="rename_tag"),
        pytest.param(lambda client, bad: client.delete_tag(bad), id="delete_tag"),
        pytest.param(lambda client, bad: client.tag_companies("vip", [bad]), id="tag_companies"),
        pytest.param(lambda client, bad: client.untag_companies("vip", ["66ab", bad]), id="untag_companies"),
        pytest.param(lambda client, bad: client.tag_users("vip", [bad]), id="tag_users"),
        pytest.param(lambda client, bad: client.attach("contact", bad, "81"), id="attach to"),
        pytest.param(lambda client, bad: client.attach("contact", "66ab", bad), id="attach"),
        pytest.param(lambda client, bad: client.attach("ticket", "494", "81", bad), id="attach in the name of"),
        pytest.param(lambda client, bad: client.detach("contact", "66ab", bad), id="detach"),
        pytest.param(lambda client, bad: client.tags_of_contact(bad), id="tags_of_contact"),
        pytest.param(lambda client, bad: client.find_admin(bad), id="find_admin"),
        pytest.param(lambda client, bad: client.find_conversation(bad), id="find_conversation"),
        pytest.param(lambda client, bad: client.find_ticket(bad), id="find_ticket"),
        pytest.param(lambda client, bad: client.find_contact(bad), id="find_contact"),
        pytest.param(lambda client, bad: client.companies_of_contact(bad), id="companies_of_contact"),
        pytest.param(lambda client, bad: client.segments_of_contact(bad), id="segments_of_contact"),
        pytest.param(lambda client, bad: client.find_company(bad), id="find_company"),
    ],
)
@pytest.mark.parametrize("bad", ["", "a/b", "..", "1?x", "1#", "a\r\nX: y", "%2e", "x" * 65])
async def test_an_id_that_leads_elsewhere_is_never_sent(
    server: Server, client: Intercom, call: Callable[[Intercom, str], Awaitable[Answer[Any]]], bad: str
) -> None:
    with pytest.raises(Unsendable):
        await call(client, bad)

    assert server.requests == []


@pytest.mark.parametrize("kind", ["conversation", "ticket"])
async def test_nobody_tags_a_conversation_or_ticket_in_nobodys_name(
    server: Server, client: Intercom, kind: Any
) -> None:
    with pytest.raises(Unsendable, match=f"cannot tag a {kind} in nobody's name: wanted the id of an admin"):
        await client.attach(kind, "215", "81")

    assert server.requests == []


async def test_a_name_that_is_no_unicode_is_never_sent(server: Server, client: Intercom) -> None:
    with pytest.raises(Unsendable, match="POST /tags: the body cannot be written as JSON: UnicodeEncodeError"):
        await client.create_tag("\ud800")

    assert server.requests == []
