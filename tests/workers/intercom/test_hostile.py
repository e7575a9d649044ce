"""Answers that no honest server gives, to every call: each ends as an error that says what to do, and soon."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.workers.intercom.calls import CONVERSATION, EXAMPLES, Example
from tests.workers.intercom.server import Handler, Server, reply, serving
from workers.intercom.answers import Tag
from workers.intercom.client import LARGEST_LIST, Intercom
from workers.intercom.errors import IntercomError, RateLimited, Rejected, Unauthorized, Unavailable

ONE_A_METHOD = tuple({example.method: example for example in EXAMPLES}.values())
DEEP = b'{"id":"1","name":"a","data":' + b"[" * 200 + b"]" * 200 + b"}"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(reply(500)) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Intercom]:
    async with Intercom(server.url, "test-token") as opened:
        yield opened


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>Welcome to the airport</html>", id="HTML"),
        pytest.param(b" ", id="white space"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}{}", id="two documents"),
        pytest.param(b'{"id":"1","name":"a"', id="half a document"),
        pytest.param(b'{"id":"1","name":NaN}', id="not a number"),
        pytest.param(b'{"id":"1","name":"\xff"}', id="not UTF-8"),
        pytest.param('{"id":"1"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(DEEP, id="deep"),
        pytest.param(b"[" * 1_000_000, id="bottomless"),
        pytest.param(b'{"id":"1","name":"a","x":' + b"9" * 5_000 + b"}", id="endless number"),
        pytest.param(b'{"type":"error.list"}', id="an error without errors"),
    ],
)
@pytest.mark.parametrize("example", ONE_A_METHOD, ids=lambda example: example.method)
async def test_a_success_that_cannot_be_read_is_none(
    server: Server, client: Intercom, example: Example, body: bytes
) -> None:
    server.handler = reply(200, body)

    with pytest.raises(Unavailable) as caught:
        await example.call(client)

    assert caught.value.status == 200
    assert caught.value.maybe_applied
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [{}, {"id": {}, "name": [], "data": {}, "admins": 1, "teams": "x", "segments": {}}, {"data": [{"id": None}]}],
    ids=["empty", "wrong types", "element without id"],
)
@pytest.mark.parametrize(
    "example", [one for one in ONE_A_METHOD if one.answer is not None], ids=lambda example: example.method
)
async def test_an_object_of_another_kind_is_not_taken_for_the_one_wanted(
    server: Server, client: Intercom, example: Example, answer: Any
) -> None:
    server.handler = reply(200, answer)

    with pytest.raises(Unavailable):
        await example.call(client)


@pytest.mark.parametrize(
    ("handler", "family"),
    [
        pytest.param(reply(301, b"", location="/elsewhere"), Rejected, id="redirect"),
        pytest.param(reply(307, b"{}", location="https://example.com/"), Rejected, id="redirect to another host"),
        pytest.param(reply(401, b"<html>"), Unauthorized, id="401"),
        pytest.param(reply(404, b"<html>Not here</html>"), Unavailable, id="404 by a proxy"),
        pytest.param(reply(404, b""), Unavailable, id="404 and nothing"),
        pytest.param(reply(429, b""), RateLimited, id="429"),
        pytest.param(reply(502, b"<html>"), Unavailable, id="502"),
        pytest.param(
            reply(200, {"type": "error.list", "errors": [{"code": "server_error"}]}), Unavailable, id="200 and an error"
        ),
        pytest.param(reply(200, b"{}", content_encoding="br"), Unavailable, id="packed"),
    ],
)
@pytest.mark.parametrize("example", ONE_A_METHOD, ids=lambda example: example.method)
async def test_no_call_follows_repeats_or_is_fooled(
    server: Server, client: Intercom, example: Example, handler: Handler, family: type[IntercomError]
) -> None:
    server.handler = handler

    with pytest.raises(IntercomError) as caught:
        await example.call(client)

    assert type(caught.value) is family
    assert len(server.requests) == 1


@pytest.mark.parametrize("content_type", ["text/html", "application/json; charset=utf-7", "", "x/y"])
async def test_what_the_server_calls_it_does_not_matter(server: Server, client: Intercom, content_type: str) -> None:
    server.handler = reply(200, {"id": "1", "name": "ü"}, Content_Type=content_type)

    assert (await client.find_tag("1")).value == Tag("1", "ü")


async def test_of_a_key_that_comes_twice_the_last_counts(server: Server, client: Intercom) -> None:
    server.handler = reply(200, b'{"id":"1","name":"a","id":"2"}')

    assert (await client.find_tag("1")).value == Tag("2", "a")


async def test_a_conversation_with_all_its_parts_may_be_large(server: Server, client: Intercom) -> None:
    parts = [{"type": "conversation_part", "id": str(number), "body": "x" * 10_000} for number in range(500)]
    server.handler = reply(200, {**CONVERSATION, "conversation_parts": {"conversation_parts": parts}})

    found = (await client.find_conversation("215470000112233")).value

    assert len(found.document["conversation_parts"]["conversation_parts"]) == 500


async def test_there_is_an_end_to_that(server: Server, client: Intercom) -> None:
    server.handler = reply(200, json.dumps({**CONVERSATION, "x": "x" * LARGEST_LIST}).encode())

    with pytest.raises(Unavailable, match=f"wanted at most {LARGEST_LIST} bytes, found more"):
        await client.find_conversation("215470000112233")


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_a_tag_is_deleted_whether_or_not_the_answer_has_a_body(
    server: Server, client: Intercom, status: int
) -> None:
    server.handler = reply(status, b"")
    nothing = await client.delete_tag("81")
    server.handler = reply(status, {"id": "81", "deleted": True} if status != 204 else b"")
    something = await client.delete_tag("81")

    assert (nothing.value, something.value) == (None, None)
