from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.workers.intercom.calls import CONVERSATION
from tests.workers.intercom.server import Server, reply, serving
from workers.intercom.client import Intercom
from workers.intercom.errors import Unavailable, Unsendable
from workers.intercom.query import Filter

OPEN = Filter("open", "=", value=True)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(reply(500)) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Intercom]:
    async with Intercom(server.url, "test-token") as opened:
        yield opened


def found(after: Any = None, **fields: Any) -> dict[str, Any]:
    pages = {"type": "pages", "next": {"starting_after": after}} if after is not None else {"type": "pages"}
    return {"type": "conversation.list", "conversations": [CONVERSATION], "pages": pages, **fields}


async def test_a_caller_goes_from_page_to_page(server: Server, client: Intercom) -> None:
    cursors: list[str | None] = []
    after: str | None = None
    for answer in (found("b"), found("c"), found()):
        server.handler = reply(200, answer)
        page = (await client.search_conversations(OPEN, starting_after=after)).value
        cursors.append(after := page.next)

    assert cursors == ["b", "c", None]
    assert [request.json["pagination"].get("starting_after") for request in server.requests] == [None, "b", "c"]
    assert {request.path for request in server.requests} == {"/conversations/search"}


@pytest.mark.parametrize(
    ("answer", "after", "complete"),
    [
        pytest.param(found("b"), "b", False, id="more"),
        pytest.param(found(), None, True, id="no more"),
        pytest.param(found(pages=None), None, True, id="null as pages"),
        pytest.param(found(pages={"next": None}), None, True, id="null as next"),
        pytest.param(found(""), None, False, id="more, but an empty cursor"),
        pytest.param(found([1]), None, False, id="more, but an odd cursor"),
    ],
)
async def test_the_end_is_where_nothing_comes_next(
    server: Server, client: Intercom, answer: Any, after: str | None, *, complete: bool
) -> None:
    server.handler = reply(200, answer)

    page = (await client.search_conversations(OPEN)).value

    assert (page.next, page.complete) == (after, complete)


@pytest.mark.parametrize("total", [None, "5", 5.0, True])
async def test_an_odd_total_is_not_known(server: Server, client: Intercom, total: Any) -> None:
    server.handler = reply(200, found(total_count=total))

    assert (await client.search_conversations(OPEN)).value.total is None


async def test_a_page_that_leads_to_itself_ends_the_search(server: Server, client: Intercom) -> None:
    server.handler = reply(200, found("b"))

    with pytest.raises(Unavailable, match="the next page is this page again"):
        await client.search_conversations(OPEN, starting_after="b")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        found(conversations=None),
        found(conversations={}),
        found(conversations=[{"id": None}]),
        found(conversations=[3]),
    ],
)
async def test_a_page_that_cannot_be_read_is_not_an_empty_one(server: Server, client: Intercom, answer: Any) -> None:
    server.handler = reply(200, answer)

    with pytest.raises(Unavailable):
        await client.search_conversations(OPEN)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"per_page": 0}, "results on a page: found 0, wanted 1 to 150"),
        ({"per_page": 151}, "results on a page: found 151, wanted 1 to 150"),
        ({"starting_after": ""}, "cursor: found 0 characters, wanted 1 to 4096"),
        ({"starting_after": "x" * 5000}, "cursor: found 5000 characters, wanted 1 to 4096"),
        (
            {"starting_after": "\ud800"},
            "POST /conversations/search: the body cannot be written as JSON: UnicodeEncodeError",
        ),
    ],
)
async def test_what_intercom_would_refuse_is_never_sent(
    server: Server, client: Intercom, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(Unsendable) as caught:
        await client.search_conversations(OPEN, **options)

    assert str(caught.value) == message
    assert server.requests == []


async def test_only_contacts_are_searched_by_the_rules_for_contacts(server: Server, client: Intercom) -> None:
    server.handler = reply(200, {"type": "ticket.list", "tickets": []})
    by_seconds = Filter("created_at", ">=", 1722500000)

    await client.search_tickets(by_seconds)
    with pytest.raises(Unsendable):
        await client.search_contacts(by_seconds)

    assert len(server.requests) == 1
