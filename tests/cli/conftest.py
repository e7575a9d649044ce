"""An inbox for the commands that talk to Intercom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from cli.fleet import running
from tests.cli.inbox import Inbox, opened
from tests.redis_server import RedisServer


@pytest_asyncio.fixture(scope="session", name="intercom_url", loop_scope="session")
async def start_intercom_once() -> AsyncIterator[str]:
    async with running("simulator", "--port", "0", variables={}) as intercom:
        yield intercom.urls[0]


@pytest_asyncio.fixture
async def inbox(intercom_url: str, redis_server: RedisServer, tmp_path: Path) -> AsyncIterator[Inbox]:
    """A workspace with no tags, whose rules want `vip` and `bug`."""
    async with opened(intercom_url, redis_server, tmp_path) as open_inbox:
        yield open_inbox
