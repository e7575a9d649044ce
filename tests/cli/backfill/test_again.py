"""The same command once more: what it goes on with, and what it begins anew."""

from redis.asyncio import Redis

from state.backfill import Backfills
from tests.cli.backfill.conversing import HOUR, converse
from tests.cli.inbox import Inbox


async def test_a_dry_run_leaves_alone_what_was_begun(inbox: Inbox, redis: Redis) -> None:
    await converse(inbox, 11, "I am a vip")
    command = ("backfill", "--since", "3h", "--kind", "conversation")
    await inbox.answering("n", *command)

    dry = await inbox.run(*command, "--dry-run")
    again = await inbox.answering("n", *command)

    assert dry.stderr == ""
    assert "going on with backfill 1" in again.stderr
    assert list(await Backfills(redis).running()) == ["1"]


async def test_another_time_is_another_backfill(inbox: Inbox) -> None:
    await converse(inbox, 11, "I am a vip")
    await converse(inbox, 12, "I am a vip", ago=5 * HOUR)
    await inbox.answering("n", "backfill", "--since", "3h", "--kind", "conversation")

    longer = await inbox.answering("n", "backfill", "--since", "7h", "--kind", "conversation")

    assert "going on" not in longer.stderr
    assert "Make 2 changes?" in longer.stderr


async def test_changed_rules_look_at_everything_anew(inbox: Inbox) -> None:
    await converse(inbox, 11, "I am a vip")
    await converse(inbox, 12, "I am important")
    command = ("backfill", "--since", "3h", "--kind", "conversation")
    await inbox.answering("n", *command)
    rules = inbox.rules / "rules.yaml"
    rules.write_text(rules.read_text().replace("[vip]}}", "[important]}}"))

    changed = await inbox.answering("n", *command)

    assert "the rules have changed since backfill 1 was begun, so everything is read anew" in changed.stderr
    assert "2 conversations read" in changed.stdout
    assert "Make 1 change?" in changed.stderr
