"""A worker for what backfills hand over."""

from collections.abc import AsyncIterator

import pytest_asyncio

from cli.fleet import running
from tests.cli.inbox import Inbox


@pytest_asyncio.fixture
async def worker(inbox: Inbox) -> AsyncIterator[Inbox]:
    """The inbox, with its tags and a worker."""
    await inbox.tag("vip")
    await inbox.tag("bug")
    variables = inbox.variables | {"AUTOTAGGER_HOST": "127.0.0.1", "AUTOTAGGER_OPS_PORT": "0"}
    async with running("worker", variables=variables):
        yield inbox
