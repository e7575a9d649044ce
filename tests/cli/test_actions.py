"""What operators do is kept, with who and when."""

import getpass
import json
import socket
import time
from typing import Any

from redis.asyncio import Redis

from state import keys
from state.actions import LENGTH, Action, Actions, add
from state.backfill import Backfill, Backfills
from state.dead import DeadLetters
from tests.cli.inbox import APP_ID, Inbox
from tests.state.letters import bury

LOGIN = f"{getpass.getuser()}@{socket.gethostname()}"


async def noted(inbox: Inbox) -> list[dict[str, Any]]:
    listed = await inbox.run("actions", "--json")
    assert listed.returncode == 0, listed.stderr
    return list(json.loads(listed.stdout))


async def test_changes_of_tags_are_kept_with_who_and_when(inbox: Inbox) -> None:
    await inbox.put("conversation", "7")
    vip = await inbox.tag("vip")

    await inbox.run("tags", "create", "new")
    await inbox.run("tags", "add", "conversation:7", "vip", "--as", "Ada")
    await inbox.run("tags", "remove", "conversation:7", "vip", AUTOTAGGER_OPERATOR="Grace")
    await inbox.run("tags", "rename", "vip", "key", "--yes")
    await inbox.run("tags", "delete", "key", "--yes")
    found = await noted(inbox)

    assert [(one["action"], one["by"], one["what"], one["workspace"]) for one in reversed(found)] == [
        ("tags create", LOGIN, '"new"', APP_ID),
        ("tags add", f"Ada ({LOGIN})", f'"vip" (id {vip}) on conversation:7', APP_ID),
        ("tags remove", f"Grace ({LOGIN})", f'"vip" (id {vip}) on conversation:7', APP_ID),
        ("tags rename", LOGIN, f'"vip" (id {vip}) to "key"', APP_ID),
        ("tags delete", LOGIN, f'"key" (id {vip})', APP_ID),
    ]
    assert all(one["at"] <= time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) for one in found)


async def test_what_nobody_agreed_to_is_no_action(inbox: Inbox, redis: Redis) -> None:
    await inbox.tag("vip")
    await bury(redis, f"{APP_ID}:1")

    await inbox.answering("n", "tags", "delete", "vip")
    await inbox.answering("n", "dead", "drop", "--all")

    assert await noted(inbox) == []
    assert (await inbox.run("actions")).stderr == "autotagger: nobody has done anything yet\n"


async def test_retries_and_drops_are_kept_with_what_they_were_about(inbox: Inbox, redis: Redis) -> None:
    await bury(redis, f"{APP_ID}:1")
    await bury(redis, f"{APP_ID}:2", reason="gave up")

    await inbox.run("dead", "retry", "--reason", "gave up", "--workspace", APP_ID, "--yes")
    await inbox.run("dead", "drop", f"{APP_ID}:1", "--yes")

    assert await DeadLetters(redis).count() == 0
    assert [(one["action"], one["what"], one["workspace"]) for one in await noted(inbox)] == [
        ("dead drop", f"{APP_ID}:1: 1 dead letter (1 not_found)", None),
        ("dead retry", f"--reason gave up --workspace {APP_ID}: 1 dead letter (1 gave up)", APP_ID),
    ]


async def test_a_backfill_that_is_dropped_is_kept_and_one_that_is_none_is_not(inbox: Inbox, redis: Redis) -> None:
    run = await Backfills(redis).begin(Backfill(APP_ID, "conversation", 1_700_000_000))

    dropped = await inbox.run("backfill", "--drop", run)
    again = await inbox.run("backfill", "--drop", run)

    assert (dropped.returncode, again.returncode) == (0, 1)
    assert [(one["action"], one["what"], one["workspace"]) for one in await noted(inbox)] == [
        ("backfill drop", run, APP_ID)
    ]


async def test_the_newest_are_kept(redis: Redis) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        for number in range(LENGTH + 500):
            add(pipe, Action("ada", "dead drop", str(number)))
        await pipe.execute()

    assert LENGTH <= await redis.xlen(keys.ACTIONS) < LENGTH + 500
    (newest,) = await Actions(redis).newest(1)
    assert newest.action.what == str(LENGTH + 499)
    assert await Actions(redis).newest(10, since=time.time() + 60) == ()


async def test_a_name_that_cannot_be_shown_is_refused(inbox: Inbox) -> None:
    refused = await inbox.run("dead", "drop", "--all", "--yes", "--as", "a\nb")

    assert refused.returncode == 2
    assert "is no name" in refused.stderr
