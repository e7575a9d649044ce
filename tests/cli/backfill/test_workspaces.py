"""Several workspaces: each has backfills, rules and a budget of its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio
from redis.asyncio import Redis

from cli.fleet import redis_url, running
from state.backfill import Backfills
from tests.cli.backfill.conversing import attached, converse
from tests.cli.inbox import ADMIN_ID, APP_ID, TOKEN, Inbox, opened
from tests.redis_server import RedisServer

OTHER = "w7wx52ab"
COMMAND = ("backfill", "--since", "3h", "--kind", "conversation")


@pytest_asyncio.fixture
async def both(intercom_url: str, redis_server: RedisServer, tmp_path: Path) -> AsyncIterator[tuple[Inbox, Inbox]]:
    """Two inboxes with the same settings and one worker, each on an Intercom of its own."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (tmp_path / "token").write_text(TOKEN)
    async with (
        running("simulator", "--port", "0", variables={}) as other,
        opened(intercom_url, redis_server, here) as one,
        opened(other.urls[0], redis_server, there) as two,
    ):
        places = ((APP_ID, intercom_url, one), (OTHER, other.urls[0], two))
        file = tmp_path / "workspaces.yaml"
        file.write_text("".join(_section(*place) for place in places))
        variables = {"REDIS_URL": redis_url(redis_server.settings), "AUTOTAGGER_WORKSPACES": str(file)}
        for inbox in (one, two):
            await inbox.tag("vip")
            await inbox.tag("bug")
        worker = variables | {"AUTOTAGGER_HOST": "127.0.0.1", "AUTOTAGGER_OPS_PORT": "0"}
        async with running("worker", variables=worker):
            yield replace(one, variables=variables), replace(two, variables=variables)


async def test_a_backfill_is_of_one_workspace(both: tuple[Inbox, Inbox], redis: Redis) -> None:
    one, two = both
    for inbox in both:
        await converse(inbox, 11, "I am a vip")

    neither = await one.run(*COMMAND, "--yes")
    kept = await one.answering("n", *COMMAND, "--workspace", APP_ID)
    done = await one.run(*COMMAND, "--workspace", OTHER, "--yes")

    assert neither.returncode == 2
    assert "--workspace is missing" in neither.stderr
    assert kept.returncode == 1
    assert (done.returncode, done.stderr) == (0, "autotagger: 1 job done\n")
    assert (await attached(one), await attached(two)) == ({}, {"11": 1})
    assert [asked.app_id for asked in (await Backfills(redis).running()).values()] == [APP_ID]


def _section(app_id: str, url: str, inbox: Inbox) -> str:
    return (
        f"{app_id}:\n  access_token_file: token\n  admin_id: {ADMIN_ID}\n"
        f"  intercom_url: {url}\n  rules: {inbox.rules}\n"
    )
