"""A house with nothing to complain of."""

import pytest_asyncio

from tests.cli.doctor.examination import SECRETS
from tests.cli.inbox import Inbox


@pytest_asyncio.fixture
async def healthy(inbox: Inbox) -> Inbox:
    """An inbox with nothing to complain of."""
    await inbox.tag("vip")
    await inbox.tag("bug")
    inbox.variables |= SECRETS
    return inbox
