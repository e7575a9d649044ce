"""Slow, wordy and too many clients, and the good ones beside them."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cli.listener import listening
from service.punctuality import Door, Limits
from tests.waiting import eventually

SOON = 0.3
LONG = "x" * 16_000_000
HEAD = b"POST / HTTP/1.1\r\nHost: a.example\r\n"


@dataclass
class Site:
    """A small app on a port, behind a door."""

    url: str
    door: Door
    reasons: Counter[str]
    calls: list[bytes] = field(default_factory=list)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        host, port = self.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield reader, writer
        finally:
            writer.close()


@asynccontextmanager
async def site(**limits: float) -> AsyncIterator[Site]:
    reasons: Counter[str] = Counter()
    door = Door(Limits(**limits), cut=lambda reason: reasons.update([reason]))  # type: ignore[arg-type]
    calls: list[bytes] = []

    async def answer(request: Request) -> Response:
        if "hasty" in request.headers:
            return PlainTextResponse("enough", 413)
        if "wordy" in request.headers:
            return PlainTextResponse(LONG)
        calls.append(await request.body())
        return PlainTextResponse("good")

    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    async with listening(app, "127.0.0.1", 0, graceful=1, door=door) as url:
        yield Site(url, door, reasons, calls)


async def until_cut(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side ends the connection, however rudely."""
    got = bytearray()
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65_536):
                got += piece
    return bytes(got)


async def drip(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """Send the same again and again, as long as somebody listens."""
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(SOON / 20)


async def piece_by_piece(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send in pieces that arrive one by one, until nobody listens."""
    with contextlib.suppress(ConnectionError):
        for start in range(0, len(data), 1_000):
            writer.write(data[start : start + 1_000])
            await writer.drain()
            await asyncio.sleep(0.002)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", b""),
        (b"", b"\r\n"),
        (HEAD, b"X: y\r\n"),
        (HEAD + b"X: ", b"y"),
        (HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (HEAD + b"Hasty: yes\r\nContent-Length: 100000\r\n\r\n", b"x"),
    ],
    ids=["silent", "empty lines", "headers", "a header", "a body", "chunks", "a body after its answer"],
)
async def test_a_slow_client_is_cut(first: bytes, then: bytes) -> None:
    async with site(reading=SOON) as here, here.connected() as (reader, writer):
        writer.write(first)
        dripping = asyncio.create_task(drip(writer, then)) if then else None

        await until_cut(reader)

        await eventually(lambda: here.reasons["too slow"] == 1)
        assert here.calls == []
        if dripping:
            await dripping


WORDY = HEAD + b"Wordy: yes\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


async def test_a_client_that_does_not_listen_is_cut() -> None:
    async with site(reading=SOON) as here, here.connected() as (reader, writer):
        writer.write(WORDY)

        await eventually(lambda: here.reasons["too slow"] == 1)

        assert len(await until_cut(reader)) < len(LONG)
        await eventually(lambda: here.door.connections == 0)


async def test_a_client_that_takes_its_time_to_listen_hears_all() -> None:
    async with site(reading=30) as here, here.connected() as (reader, writer):
        writer.write(WORDY)

        got = await until_cut(reader)

        assert len(got) > len(LONG)
        assert here.reasons == {}


async def test_a_second_request_has_a_deadline_of_its_own() -> None:
    async with site(reading=SOON) as here, here.connected() as (reader, writer):
        request = HEAD + b"Content-Length: 1\r\n\r\nx"
        writer.write(request)
        await reader.readuntil(b"good")
        await asyncio.sleep(0)
        assert here.reasons == {}

        writer.write(request[:-1])

        await until_cut(reader)
        await eventually(lambda: here.reasons["too slow"] == 1)
        assert here.calls == [b"x"]


async def test_the_rest_of_a_pipelined_request_has_a_deadline_too() -> None:
    async with site(reading=SOON) as here, here.connected() as (reader, writer):
        request = HEAD + b"Content-Length: 1\r\n\r\nx"
        writer.write(request + request[:10])

        got = await until_cut(reader)

        assert got.endswith(b"good")
        await eventually(lambda: here.reasons["too slow"] == 1)


async def test_pipelined_requests_are_all_answered() -> None:
    async with site(reading=5) as here, here.connected() as (reader, writer):
        request = HEAD + b"Content-Length: 1\r\n\r\n"
        writer.write(b"".join(request + body for body in (b"a", b"b", b"c")))

        for _ in range(3):
            await reader.readuntil(b"good")

        assert here.calls == [b"a", b"b", b"c"]
        assert here.reasons == {}


@pytest.mark.parametrize(
    "headers",
    [
        b"X: " + b"y" * 20_000,
        b"".join(b"X%d: y\r\n" % number for number in range(2_000)),
        b"X: " + b"y" * 5_000 + b"\r\n\r\n",
    ],
    ids=["one that does not end", "many", "one that ends"],
)
async def test_large_headers_are_refused(headers: bytes) -> None:
    async with site(reading=5, head=4_096) as here, here.connected() as (reader, writer):
        sending = asyncio.create_task(piece_by_piece(writer, HEAD + headers))

        answer = await until_cut(reader)
        await sending

        assert answer.startswith(b"HTTP/1.1 431 ")
        assert here.reasons == {"large headers": 1}
        assert here.calls == []


async def test_a_large_body_behind_a_small_head_is_no_large_head() -> None:
    async with site(reading=5, head=4_096) as here, httpx.AsyncClient(base_url=here.url, trust_env=False) as client:
        for _ in range(3):
            answer = await client.post("/", content=b"x" * 200_000)
            assert answer.text == "good"

    assert here.reasons == {}


async def test_slow_clients_do_not_keep_good_ones_out() -> None:
    async with site(reading=60, connections=20) as here:
        host, port = here.url.removeprefix("http://").split(":")
        slow = [await asyncio.open_connection(host, int(port)) for _ in range(50)]
        for _, writer in slow:
            writer.write(HEAD)

        async with httpx.AsyncClient(base_url=here.url, trust_env=False) as client:
            answers = await asyncio.gather(*(client.post("/", content=b"x") for _ in range(10)))

        assert {answer.status_code for answer in answers} == {200}
        assert here.reasons["too many connections"] >= 30
        assert here.door.connections <= 20
        for _, writer in slow:
            writer.close()


async def test_nothing_is_kept_of_connections_that_are_gone() -> None:
    async with site(reading=60) as here:
        async with httpx.AsyncClient(base_url=here.url, trust_env=False) as client:
            await client.post("/", content=b"x")
        async with here.connected() as (_, writer):
            writer.write(HEAD)
            await eventually(lambda: here.door.connections == 1)

        await eventually(lambda: here.door.connections == 0)
        assert here.door.waiting == {}


# When the port closes

ASKED = HEAD + b"Content-Length: 0\r\n\r\n"


@asynccontextmanager
async def closing(**limits: float) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that has had an answer, and then its port closes; at the end that is waited for."""
    async with contextlib.AsyncExitStack() as stack:
        here = await stack.enter_async_context(site(**limits))
        async with here.connected() as (reader, writer):
            writer.write(ASKED)
            assert b"connection: close" not in await reader.readuntil(b"good")
            ending = asyncio.create_task(stack.aclose())
            await eventually(lambda: here.door.closing)
            yield reader, writer
            async with asyncio.timeout(10):
                await ending


@pytest.mark.parametrize("number", [1, 2], ids=["one request", "two at once"])
async def test_who_keeps_a_connection_is_answered_once_more_and_told_to_leave(number: int) -> None:
    async with closing(leaving=60) as (reader, writer):
        writer.write(ASKED * number)

        last = await until_cut(reader)

    assert last.count(b"HTTP/1.1 200 OK") == last.count(b"good") == number
    assert [b"connection: close" in answer for answer in last.split(b"good")[:-1]] == [False] * (number - 1) + [True]


async def test_who_keeps_a_connection_and_is_silent_is_not_waited_for() -> None:
    async with closing(leaving=SOON) as (reader, _):
        assert await until_cut(reader) == b""


async def test_bodies_that_do_not_end_do_not_fill_the_memory() -> None:
    half = HEAD + b"Content-Length: 200000\r\n\r\n" + b"x" * 100_000
    async with site(reading=60, bodies=1_000_000) as here, contextlib.AsyncExitStack() as stack:
        slow = [await stack.enter_async_context(here.connected()) for _ in range(30)]
        for _, writer in slow:
            writer.write(half)
        await eventually(lambda: here.reasons["too many bodies"] >= 20)
        async with httpx.AsyncClient(base_url=here.url, trust_env=False) as client:
            good = [await client.post("/", content=b"y" * 50_000) for _ in range(5)]

        assert [answer.status_code for answer in good] == [200] * 5
        assert here.calls == [b"y" * 50_000] * 5
        assert here.door.held == sum(here.door.bodies.values()) <= 1_000_000
        assert set(here.reasons) == {"too many bodies"}
        for _, writer in slow:
            writer.close()
        await eventually(lambda: here.door.connections <= 1)
        assert (here.door.held, here.door.bodies) == (0, {})


async def test_one_body_alone_may_be_as_large_as_its_own_limit() -> None:
    async with site(bodies=100_000) as here, httpx.AsyncClient(base_url=here.url, trust_env=False) as client:
        answer = await client.post("/", content=b"x" * 900_000)

        assert (answer.status_code, here.calls) == (200, [b"x" * 900_000])
        assert here.door.held == 0
