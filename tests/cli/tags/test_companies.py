"""Companies are tagged by name: what if the name is another tag's by then, or nobody's."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.cli.inbox import Inbox

TAGS = {"type": "list", "data": [{"type": "tag", "id": "1", "name": "vip"}]}


@contextlib.asynccontextmanager
async def answering(**answers: dict[str, Any]) -> AsyncIterator[str]:
    """A server that has one answer for each method; its URL."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[0].decode()
        body = json.dumps(answers[method]).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("action", ["add", "remove"])
async def test_a_tag_that_was_made_by_accident_is_told(inbox: Inbox, action: str) -> None:
    async with answering(GET=TAGS, POST={"type": "tag", "id": "2", "name": "vip"}) as url:
        refused = await inbox.run("tags", action, "company:5f4d", "vip", AUTOTAGGER_INTERCOM_URL=url)

    assert refused.returncode == 1
    assert refused.stderr == (
        'autotagger: the tag "vip" (id 1) was renamed or deleted meanwhile, and Intercom made another one of that name '
        "(id 2): see which of them you want\n"
    )


async def test_a_company_that_a_newer_api_passes_over_is_told(inbox: Inbox) -> None:
    passed_over = {"type": "tag", "id": "1", "name": "vip", "companies": []}
    async with answering(GET=TAGS, POST=passed_over) as url:
        refused = await inbox.run("tags", "add", "company:5f4d", "vip", AUTOTAGGER_INTERCOM_URL=url)

    assert refused.returncode == 1
    assert refused.stderr == (
        "autotagger: Intercom passed company:5f4d over: there is no such company in this workspace\n"
    )
