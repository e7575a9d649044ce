"""Each method: what it sends, to the byte, and what it makes of the answer."""

from collections.abc import AsyncIterator

import pytest

from tests.workers.intercom.calls import EXAMPLES, Example, methods
from tests.workers.intercom.server import Server, reply, serving
from workers.intercom.client import Intercom


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(reply(500)) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Intercom]:
    async with Intercom(server.url, "test-token") as opened:
        yield opened


def test_every_call_has_its_example() -> None:
    assert {example.method for example in EXAMPLES} == methods()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
async def test_a_call_is_sent_as_the_api_wants_it(server: Server, client: Intercom, example: Example) -> None:
    server.handler = reply(200, b"" if example.answer is None else example.answer, Date="Thu, 01 Aug 2024 08:15:00 GMT")

    answer = await example.call(client)

    [request] = server.requests
    assert f"{request.method} {request.path}" == example.request
    assert request.body == example.body
    assert request.headers["authorization"] == "Bearer test-token"
    assert request.headers["intercom-version"] == "2.10"
    assert request.headers["accept"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["user-agent"].startswith("autotagger/")
    assert request.headers.get("content-type") == ("application/json" if example.body else None)
    assert request.headers.get("content-length", "0") == str(len(example.body))
    assert answer.value == example.value
    assert answer.date == 1722500100
