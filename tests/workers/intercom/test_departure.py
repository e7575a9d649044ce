"""What a call asks in the last moment before it leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.waiting import eventually
from tests.workers.intercom.server import Request, reply, serving
from workers.intercom.answers import Answer
from workers.intercom.client import Intercom
from workers.intercom.departure import Missed, checked

TAG = {"type": "tag", "id": "7", "name": "billing/refund"}
LIST = {"type": "list", "data": []}


def missed() -> None:
    raise Missed


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda client: client.attach("conversation", "215", "7", "991"), id="with a body"),
        pytest.param(lambda client: client.list_tags(), id="without a body"),
    ],
)
async def test_what_may_not_leave_does_not(call: Callable[[Intercom], Awaitable[Answer[Any]]]) -> None:
    async with serving(reply(200, {**TAG, **LIST})) as server, Intercom(server.url, "test-token") as client:
        with checked(missed), pytest.raises(Missed):
            await call(client)
        with checked(missed), pytest.raises(Missed):
            await call(client)

        assert server.requests == []
        await call(client)
        assert len(server.requests) == 1


async def test_it_is_asked_when_there_is_a_connection() -> None:
    answer, late = asyncio.Event(), False

    async def slow(request: Request, writer: asyncio.StreamWriter) -> None:
        await answer.wait()
        await reply(200, TAG)(request, writer)

    def in_time() -> None:
        if late:
            raise Missed

    async with serving(slow) as server, Intercom(server.url, "test-token", connections=1) as client:
        first = asyncio.create_task(client.attach("conversation", "1", "7", "991"))
        await eventually(lambda: len(server.requests) == 1)
        with checked(in_time):
            second = asyncio.create_task(client.attach("conversation", "2", "7", "991"))
            # The only connection is taken, so the second call waits for it.
            await asyncio.sleep(0)
        late = True
        answer.set()

        await first
        with pytest.raises(Missed):
            await second
        assert [request.path for request in server.requests] == ["/conversations/1/tags"]
