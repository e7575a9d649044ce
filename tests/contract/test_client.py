"""What our client sends, and what it makes of answers, against Intercom's own description and the examples in it."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.contract.description import Description, Operation, described
from tests.workers.intercom.calls import EXAMPLES, Example
from tests.workers.intercom.server import Request, Server, reply, serving
from workers.intercom.client import Intercom
from workers.intercom.errors import (
    AdminGone,
    Forbidden,
    IntercomError,
    Rejected,
    TagGone,
    TagInUse,
    TargetGone,
    Unauthorized,
)

OK = range(200, 300)

MEANING: Mapping[tuple[int, str, str], type[IntercomError]] = {
    (404, "not_found", "User Not Found"): TargetGone,
    (404, "not_found", "Conversation not found"): TargetGone,
    (404, "ticket_not_found", "Ticket not found"): TargetGone,
    (404, "company_not_found", "Company Not Found"): TargetGone,
    (404, "tag_not_found", "Tag not found"): TagGone,
    (404, "admin_not_found", "Admin not found"): AdminGone,
    (401, "unauthorized", "Access Token Invalid"): Unauthorized,
    (403, "api_plan_restricted", "Active subscription needed."): Forbidden,
    (400, "parameter_invalid", "invalid tag parameters"): Rejected,
    (
        400,
        "tag_has_dependent_objects",
        "Unable to delete Tag with dependent objects. Segments: Seg 1.",
    ): TagInUse,
}
"""What each error of the description means, wherever it comes."""

RESOURCE: Mapping[str, type[IntercomError]] = {
    "retrieveConversation": TargetGone,
    "findTag": TagGone,
    "deleteTag": TagGone,
    "attachTagToContact": TagGone,
    "detachTagFromContact": TagGone,
}
"""What is missing where the description has no more to say than "Resource Not Found"."""


@pytest.fixture
def intercom() -> Description:
    return described()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving(reply(500)) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Intercom]:
    async with Intercom(server.url, "test-token") as opened:
        yield opened


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
async def test_a_request_is_one_that_intercom_describes(
    example: Example, server: Server, client: Intercom, intercom: Description
) -> None:
    server.handler = reply(200, _body(example))

    await example.call(client)

    [request] = server.requests
    assert _problems(intercom, request) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_the_answers_that_our_tests_believe_in_are_described(example: Example, intercom: Description) -> None:
    method, path = example.request.split()

    assert intercom.answer_problems(method, path, 200, _body(example)) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
async def test_each_answer_of_the_description_is_read(
    example: Example, server: Server, client: Intercom, intercom: Description
) -> None:
    for status, document in _answers(intercom, example):
        if status in OK:
            server.handler = reply(status, document)

            answer = await example.call(client)

            assert answer.value is not None, document


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
async def test_each_error_of_the_description_means_what_it_should(
    example: Example, server: Server, client: Intercom, intercom: Description
) -> None:
    for status, document in _answers(intercom, example):
        if status not in OK:
            server.handler = reply(status, document)
            meaning = _meaning(_operation(intercom, example), status, document["errors"])

            if meaning is None:
                assert (await example.call(client)).value is None
            else:
                await _assert_raised(meaning, example, client, status, document)


async def _assert_raised(
    meaning: type[IntercomError], example: Example, client: Intercom, status: int, document: Any
) -> None:
    with pytest.raises(IntercomError) as caught:
        await example.call(client)

    [error] = document["errors"]
    assert type(caught.value) is meaning, document
    assert (caught.value.status, caught.value.code) == (status, error["code"])
    assert (caught.value.message, caught.value.request_id) == (error["message"], document["request_id"])
    assert not caught.value.maybe_applied


def _meaning(operation: Operation, status: int, errors: list[Mapping[str, str]]) -> type[IntercomError] | None:
    """The error that an answer of the description should become; None for one that is as good as success."""
    [error] = errors
    said = (status, error["code"], error["message"])
    meaning = RESOURCE[operation.id] if said == (404, "not_found", "Resource Not Found") else MEANING[said]
    return None if meaning is TagGone and operation.id.startswith("detach") else meaning


def _operation(intercom: Description, example: Example) -> Operation:
    operation = intercom.operation(*example.request.split())
    assert operation is not None
    return operation


def _answers(intercom: Description, example: Example) -> Iterator[tuple[int, Any]]:
    """The description's own answers to the call of `example`."""
    for status, described_answer in _operation(intercom, example).document["responses"].items():
        for content in described_answer.get("content", {}).values():
            for found in content.get("examples", {}).values():
                yield int(status), found["value"]


def _problems(intercom: Description, request: Request) -> list[str]:
    url = urlsplit(request.path)
    sent = {"body": json.loads(request.body)} if request.body else {}
    return intercom.request_problems(request.method, url.path, query=dict(parse_qsl(url.query)), **sent)


def _body(example: Example) -> bytes:
    return b"" if example.answer is None else json.dumps(example.answer).encode()
