import asyncio
import gzip
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.workers.intercom.server import Handler, Request, Server, reply, serving
from workers.intercom.answers import Answer, Tag
from workers.intercom.client import LARGEST_ANSWER, Intercom
from workers.intercom.errors import (
    IntercomError,
    RateLimited,
    Rejected,
    TagGone,
    TargetGone,
    Unauthorized,
    Unavailable,
    Unsendable,
)
from workers.intercom.workspace import Me

TAG = {"type": "tag", "id": "7", "name": "billing/refund"}
Call = Callable[[Intercom], Awaitable[Answer[Any]]]


def attach(client: Intercom) -> Awaitable[Answer[Tag]]:
    return client.attach("conversation", "215", "7", "991")


def detach(client: Intercom) -> Awaitable[Answer[Tag | None]]:
    return client.detach("ticket", "494", "7", "991")


def refusal(code: str, message: str) -> dict[str, Any]:
    return {"type": "error.list", "request_id": "r-1", "errors": [{"code": code, "message": message}]}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(reply(200, TAG)) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Intercom]:
    async with Intercom(server.url, "test-token") as opened:
        yield opened


@pytest.mark.parametrize(
    ("call", "method", "path", "body"),
    [
        pytest.param(attach, "POST", "/conversations/215/tags", {"id": "7", "admin_id": "991"}, id="attach"),
        pytest.param(detach, "DELETE", "/tickets/494/tags/7", {"admin_id": "991"}, id="detach"),
        pytest.param(
            lambda client: client.attach("ticket", "494", "7", "991"),
            "POST",
            "/tickets/494/tags",
            {"id": "7", "admin_id": "991"},
            id="attach to a ticket",
        ),
        pytest.param(
            lambda client: client.create_tag("Überfällig/€"), "POST", "/tags", {"name": "Überfällig/€"}, id="create"
        ),
    ],
)
async def test_a_change_is_sent_as_the_api_wants_it(
    server: Server, client: Intercom, call: Call, method: str, path: str, body: dict[str, str]
) -> None:
    answer = await call(client)

    [request] = server.requests
    assert (request.method, request.path, request.json) == (method, path, body)
    assert answer.value == Tag("7", "billing/refund")


async def test_every_call_carries_the_headers_of_the_api(server: Server, client: Intercom) -> None:
    await detach(client)

    headers = server.requests[0].headers
    assert headers["authorization"] == "Bearer test-token"
    assert headers["intercom-version"] == "2.10"
    assert headers["accept"] == "application/json"
    assert headers["content-type"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert headers["user-agent"].startswith("autotagger/")


async def test_the_tags_of_the_workspace_are_listed(server: Server, client: Intercom) -> None:
    server.handler = reply(200, {"type": "list", "data": [TAG, {"type": "tag", "id": "8", "name": "b"}]})

    answer = await client.list_tags()

    assert answer.value == (Tag("7", "billing/refund"), Tag("8", "b"))
    assert (server.requests[0].method, server.requests[0].path) == ("GET", "/tags")
    assert server.requests[0].body == b""


async def test_me_names_the_workspace(server: Server, client: Intercom) -> None:
    server.handler = reply(200, {"type": "admin", "id": "1", "app": {"id_code": "q4mx81zt", "region": "US"}})

    answer = await client.me()

    assert answer.value == Me("1", "q4mx81zt", "US")


async def test_an_answer_brings_what_the_budget_wants(server: Server, client: Intercom) -> None:
    server.handler = reply(200, TAG, X_RateLimit_Limit="1666", X_RateLimit_Remaining="1665", X_RateLimit_Reset="9e9")
    before = time.monotonic()

    answer = await attach(client)

    assert (answer.limits.limit, answer.limits.remaining, answer.limits.reset) == (1666, 1665, None)
    assert before <= answer.sent_at <= answer.received_at <= time.monotonic()


async def test_a_tag_that_was_not_there_is_detached(server: Server, client: Intercom) -> None:
    server.handler = reply(404, refusal("tag_not_found", "Tag not found"))

    answer = await detach(client)

    assert answer.value is None


@pytest.mark.parametrize(
    ("call", "handler", "family"),
    [
        pytest.param(attach, reply(404, refusal("tag_not_found", "Tag not found")), TagGone, id="tag gone"),
        pytest.param(
            attach, reply(404, refusal("not_found", "Conversation not found")), TargetGone, id="conversation gone"
        ),
        pytest.param(detach, reply(404, refusal("ticket_not_found", "Ticket not found")), TargetGone, id="ticket gone"),
        pytest.param(detach, reply(404, refusal("not_found", "Resource Not Found")), TagGone, id="undocumented 404"),
        pytest.param(attach, reply(422, refusal("data_invalid", "no")), Rejected, id="422"),
        pytest.param(attach, reply(401, refusal("unauthorized", "Access Token Invalid")), Unauthorized, id="401"),
        pytest.param(attach, reply(429, b""), RateLimited, id="429"),
        pytest.param(attach, reply(503, b"<html>"), Unavailable, id="503"),
        pytest.param(attach, reply(200, b""), Unavailable, id="200 and nothing"),
        pytest.param(attach, reply(200, b"<html>"), Unavailable, id="200 and HTML"),
        pytest.param(attach, reply(200, {"type": "list", "data": []}), Unavailable, id="200 and another object"),
        pytest.param(attach, reply(200, refusal("server_error", "oops")), Unavailable, id="200 and an error"),
        pytest.param(attach, reply(302, b"", location="/elsewhere"), Rejected, id="redirect"),
        pytest.param(attach, reply(302, b"", location="http://[bad"), Rejected, id="redirect to nowhere"),
        pytest.param(attach, reply(302, b"", location="http://\xff:99999/"), Rejected, id="redirect, bad host"),
        pytest.param(attach, reply(302, b"", location="ftp://example.com"), Rejected, id="redirect, other scheme"),
    ],
)
async def test_a_refusal_becomes_its_error(
    server: Server, client: Intercom, call: Call, handler: Handler, family: type[IntercomError]
) -> None:
    server.handler = handler

    with pytest.raises(IntercomError) as caught:
        await call(client)

    assert type(caught.value) is family
    assert len(server.requests) == 1


@pytest.mark.parametrize("bad", ["", "a/b", "../me", "a b", "a\n", "ä", "1?x", "x" * 65, "%2e"])
async def test_a_bad_id_is_never_sent(server: Server, client: Intercom, bad: str) -> None:
    with pytest.raises(Unsendable):
        await client.attach("conversation", bad, "7", "991")
    with pytest.raises(Unsendable):
        await client.detach("conversation", "215", bad, "991")

    assert server.requests == []


async def test_a_kind_without_such_a_call_is_never_sent(server: Server, client: Intercom) -> None:
    with pytest.raises(Unsendable) as caught:
        await client.attach("company", "1", "7", "991")

    assert str(caught.value) == "cannot tag a company here: wanted one of conversation, ticket, contact"
    assert server.requests == []


def raw(content: bytes, *, close: bool = False) -> Handler:
    async def handler(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        if close:
            writer.close()

    return handler


async def reset(_: Request, writer: asyncio.StreamWriter) -> None:
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.close()


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(reset, id="reset"),
        pytest.param(raw(b"", close=True), id="closed"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-", close=True), id="half a head"),
        pytest.param(raw(b"\x16\x03\x01garbage\r\n\r\n", close=True), id="not HTTP"),
        pytest.param(raw(b"HTTP/1.1 2000 OK\r\n\r\n", close=True), id="status of four digits"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", close=True), id="negative length"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", close=True), id="two"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nx: " + b"a" * 1_000_000 + b"\r\n\r\n", close=True), id="huge header"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 9_000 + b"\r\n", close=True), id="many headers"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}", close=True), id="half a body"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", close=True), id="bad chunk"
        ),
        pytest.param(raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", close=True), id="another protocol"),
        pytest.param(reply(200, b"{}", content_encoding="gzip"), id="said to be packed"),
        pytest.param(reply(200, gzip.compress(b" " * 50_000_000), content_encoding="gzip"), id="a bomb"),
    ],
)
async def test_a_broken_answer_is_unavailable_and_may_have_been_applied(
    server: Server, client: Intercom, handler: Handler
) -> None:
    server.handler = handler

    with pytest.raises(Unavailable) as caught:
        await detach(client)

    assert caught.value.maybe_applied
    assert len(server.requests) == 1


async def test_the_next_call_after_a_broken_answer_is_well(server: Server, client: Intercom) -> None:
    server.handler = reset
    with pytest.raises(Unavailable):
        await attach(client)
    server.handler = reply(200, TAG)

    answer = await attach(client)

    assert answer.value.id == "7"


async def test_a_kept_connection_that_breaks_is_not_used_for_a_silent_repeat(server: Server, client: Intercom) -> None:
    await attach(client)
    server.handler = raw(b"", close=True)

    with pytest.raises(Unavailable):
        await detach(client)

    assert [request.method for request in server.requests] == ["POST", "DELETE"]


async def test_a_server_that_is_not_there_was_never_sent_anything() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with Intercom(f"http://127.0.0.1:{taken.getsockname()[1]}", "t") as client:
            with pytest.raises(Unavailable) as caught:
                await attach(client)

    assert not caught.value.maybe_applied
    assert caught.value.status is None


async def test_a_connection_that_is_never_accepted_was_never_sent_anything() -> None:
    with socket.socket() as listener, socket.socket() as occupant:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        occupant.connect(listener.getsockname())
        async with Intercom(f"http://127.0.0.1:{listener.getsockname()[1]}", "t", timeout=0.2) as client:
            with pytest.raises(Unavailable) as caught:
                await attach(client)

    assert not caught.value.maybe_applied


async def drip_head(_: Request, writer: asyncio.StreamWriter) -> None:
    for letter in "HTTP/1.1 200 OK\r\nx: " + "y" * 5_000:
        writer.write(letter.encode())
        await writer.drain()
        await asyncio.sleep(0.01)


async def drip_body(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    for _letter in range(5_000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def hang(_: Request, writer: asyncio.StreamWriter) -> None:
    await writer.wait_closed()


@pytest.mark.parametrize("handler", [hang, drip_head, drip_body])
async def test_a_server_that_takes_too_long_is_cut_off(server: Server, handler: Handler) -> None:
    server.handler = handler
    async with Intercom(server.url, "t", timeout=0.2) as client:
        started = time.monotonic()

        with pytest.raises(Unavailable) as caught:
            await attach(client)

        assert time.monotonic() - started < 2
        assert caught.value.maybe_applied
        assert "within 0.2 s" in str(caught.value)


async def test_hung_calls_give_their_connections_back(server: Server) -> None:
    server.handler = hang
    async with Intercom(server.url, "t", timeout=0.2, connections=2) as client:
        await asyncio.gather(*(attach(client) for _ in range(4)), return_exceptions=True)
        server.handler = reply(200, TAG)

        answers = await asyncio.gather(*(attach(client) for _ in range(4)))

    assert [answer.value.id for answer in answers] == ["7"] * 4


async def test_a_cancelled_call_gives_its_connection_back(server: Server) -> None:
    server.handler = hang
    async with Intercom(server.url, "t", connections=1) as client:
        task = asyncio.ensure_future(attach(client))
        while not server.requests:  # noqa: ASYNC110 - the server keeps a list, not an event
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        server.handler = reply(200, TAG)

        answer = await attach(client)

    assert answer.value.id == "7"


async def endless(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(reply(200, b" " * (LARGEST_ANSWER + 1)), id="announced"),
        pytest.param(endless, id="endless"),
        pytest.param(raw(b"HTTP/1.0 200 OK\r\n\r\n" + b" " * 3_000_000, close=True), id="until it closes"),
    ],
)
async def test_an_answer_over_the_cap_is_not_read_on(server: Server, client: Intercom, handler: Handler) -> None:
    server.handler = handler

    with pytest.raises(Unavailable) as caught:
        await client.me()

    assert "wanted at most 1048576 bytes, found more" in str(caught.value)


async def test_the_list_of_tags_may_be_longer(server: Server, client: Intercom) -> None:
    tags = [{"type": "tag", "id": str(number), "name": "x" * 100} for number in range(10_000)]
    server.handler = reply(200, json.dumps({"type": "list", "data": tags}).encode())

    assert len((await client.list_tags()).value) == 10_000


async def test_a_refusal_that_breaks_off_still_counts_as_its_status(server: Server, client: Intercom) -> None:
    server.handler = raw(b"HTTP/1.1 429 No\r\nX-RateLimit-Remaining: 0\r\nContent-Length: 50\r\n\r\n{", close=True)

    with pytest.raises(RateLimited) as caught:
        await attach(client)

    assert caught.value.limits.remaining == 0


async def test_one_connection_serves_call_after_call(server: Server, client: Intercom) -> None:
    for _ in range(5):
        await attach(client)
        await detach(client)

    assert server.connections == 1


async def test_a_refusal_does_not_cost_the_connection(server: Server, client: Intercom) -> None:
    server.handler = reply(404, refusal("not_found", "Conversation not found"))

    for _ in range(3):
        with pytest.raises(TargetGone):
            await attach(client)

    assert server.connections == 1


async def test_many_calls_at_once_stay_within_the_connections(server: Server) -> None:
    async with Intercom(server.url, "t", connections=4) as client:
        answers = await asyncio.gather(*(attach(client) for _ in range(50)))

    assert len(answers) == len(server.requests) == 50
    assert server.connections <= 4


async def test_cookies_are_neither_kept_nor_sent(server: Server, client: Intercom) -> None:
    server.handler = reply(200, TAG, Set_Cookie="session=1; Path=/")

    await attach(client)
    await attach(client)

    assert "cookie" not in server.requests[1].headers


async def test_a_proxy_of_the_environment_is_not_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async with Intercom(server.url, "t") as client:
        answer = await attach(client)

    assert answer.value.id == "7"


async def test_the_base_url_may_have_a_path(server: Server) -> None:
    async with Intercom(f"{server.url}/intercom/", "t") as client:
        await attach(client)

    assert server.requests[0].path == "/intercom/conversations/215/tags"
