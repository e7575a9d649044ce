"""`autotagger pause`, `resume` and `rules pause|resume|status`."""

import json

import msgspec
from redis.asyncio import Redis

from state import keys
from state.pauses import Pause, Pauses
from tests.cli.inbox import APP_ID, Inbox
from tests.state.letters import bury


async def test_all_is_paused_and_goes_on(inbox: Inbox, redis: Redis) -> None:
    paused = await inbox.run("pause", "--as", "Ada")
    again = await inbox.run("pause", "--as", "Grace", "--json")
    resumed = await inbox.run("resume")

    assert paused.stdout.startswith("tagging is paused in all workspaces, by Ada (")
    assert json.loads(again.stdout)["workspaces"]["*"]["by"].startswith("Ada (")
    assert (resumed.returncode, resumed.stdout) == (0, "tagging is not paused in any workspace\n")
    assert (await Pauses(redis).read()).workspaces == {}
    actions = json.loads((await inbox.run("actions", "--json")).stdout)
    assert [(one["action"], one["what"]) for one in actions] == [
        ("resume", "all workspaces"),
        ("pause", "all workspaces"),
        ("pause", "all workspaces"),
    ]


async def test_the_pause_of_one_workspace_outlasts_that_of_all_and_is_told(inbox: Inbox, redis: Redis) -> None:
    await inbox.run("pause", "--workspace", APP_ID)
    await inbox.run("pause")

    resumed = await inbox.run("resume")

    assert resumed.stdout == "tagging is paused in single workspaces only\n"
    assert f"autotagger: paused in workspace {APP_ID} by " in resumed.stderr
    assert (await Pauses(redis).read()).tagging(APP_ID) is not None


async def test_a_workspace_is_not_said_to_go_on_while_all_stand_still(inbox: Inbox) -> None:
    await inbox.run("pause")

    resumed = await inbox.run("resume", "--workspace", APP_ID)

    assert resumed.stdout.startswith(f"tagging stays paused in workspace {APP_ID}, for it is in all: ")
    assert "autotagger: paused in all workspaces by " in resumed.stderr


async def test_who_paused_a_rule_first_is_told_to_the_next_and_to_who_resumes(inbox: Inbox, redis: Redis) -> None:
    await inbox.run("rules", "pause", "important", "--as", "Ada")
    at = (await Pauses(redis).read()).of(APP_ID)["important"]

    again = await inbox.run("rules", "pause", "important", "--as", "Grace")
    resumed = await inbox.run("rules", "resume", "important")
    once_more = await inbox.run("rules", "resume", "important")

    assert at.by.startswith("Ada (")
    assert again.stdout == (
        f"workspace {APP_ID}: rule important is paused by {at}, and stays so: it acts as in shadow mode\n"
    )
    assert resumed.stdout == (
        f"workspace {APP_ID}: rule important acts as it is written again (paused until now: by {at})\n"
    )
    assert once_more.stdout == f"workspace {APP_ID}: rule important was not paused\n"


async def test_a_workspace_that_there_is_not_is_no_pause(inbox: Inbox, redis: Redis) -> None:
    typo = await inbox.run("pause", "--workspace", APP_ID[:-1])

    assert typo.returncode == 2
    assert f"did you mean {APP_ID}?" in typo.stderr
    assert (await Pauses(redis).read()).workspaces == {}


async def test_a_retry_while_paused_says_that_it_waits(inbox: Inbox, redis: Redis) -> None:
    await bury(redis, f"{APP_ID}:1")
    await inbox.run("pause")

    retried = await inbox.run("dead", "retry", "--all", "--yes")

    assert (retried.returncode, retried.stdout) == (0, "1 dead letter queued again\n")
    assert f"autotagger: tagging in workspace {APP_ID} is paused by " in retried.stderr


async def test_a_rule_is_paused_and_listed_with_by_whom(inbox: Inbox) -> None:
    paused = await inbox.run("rules", "pause", "important", "--as", "Ada")
    listed = await inbox.run("rules", "status", "--json")
    lines = await inbox.run("rules", "status")

    assert (paused.returncode, paused.stdout) == (
        0,
        f"workspace {APP_ID}: rule important is paused: it acts as in shadow mode\n",
    )
    one, two = json.loads(listed.stdout)
    assert (one["rule"], one["mode"]) == ("important", "live")
    assert one["paused"]["by"].startswith("Ada (")
    assert two == {"rule": "broken", "mode": "live", "paused": None, "tripped": None}
    assert "important  live  by Ada (" in lines.stdout


async def test_a_rule_that_is_paused_already_stays_with_who_paused_it_first(inbox: Inbox, redis: Redis) -> None:
    await Pauses(redis).pause_rule("ada", APP_ID, "important")
    tripped = msgspec.msgpack.encode(Pause("its limit", 1_700_000_000.0, 50))
    await redis.hset(keys.PAUSED_RULES, f"{APP_ID}:broken", tripped)  # type: ignore[misc,arg-type]

    again = await inbox.run("rules", "pause", "important", "--as", "Bob")
    by_hand = await inbox.run("rules", "pause", "broken")

    assert (again.returncode, by_hand.returncode) == (0, 0)
    assert again.stdout.startswith(f"workspace {APP_ID}: rule important is paused by ada at 20")
    assert again.stdout.endswith(" UTC, and stays so: it acts as in shadow mode\n")
    assert by_hand.stdout == (
        f"workspace {APP_ID}: rule broken has tripped: 50 objects within an hour, since "
        "2023-11-14 22:13:20 UTC, and stays so: it acts as in shadow mode\n"
    )


async def test_an_unknown_rule_is_told_with_what_may_have_been_meant(inbox: Inbox, redis: Redis) -> None:
    paused = await inbox.run("rules", "pause", "importent")
    resumed = await inbox.run("rules", "resume", "importent")

    assert (paused.returncode, resumed.returncode) == (2, 2)
    assert 'did you mean "important"?' in paused.stderr
    assert 'did you mean "important"?' in resumed.stderr
    assert (await Pauses(redis).read()).rules == {}


async def test_a_paused_rule_that_is_gone_is_listed_and_can_be_resumed(inbox: Inbox, redis: Redis) -> None:
    await Pauses(redis).pause_rule("ada", APP_ID, "old")

    listed = await inbox.run("rules", "status")
    resumed = await inbox.run("rules", "resume", "old")

    assert "old        gone  by ada at " in listed.stdout
    assert resumed.returncode == 0
    assert (await Pauses(redis).read()).rules == {}
