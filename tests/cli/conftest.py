"""An inbox for the commands that talk to Intercom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.cli.inbox import Inbox, opened
from tests.redis_server import RedisServer


@pytest_asyncio.fixture
async def inbox(redis_server: RedisServer, tmp_path: Path) -> AsyncIterator[Inbox]:
    """A workspace with no tags, whose rules want `vip` and `bug`."""
    async with opened(redis_server, tmp_path) as open_inbox:
        yield open_inbox
