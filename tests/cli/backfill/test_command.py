"""`autotagger backfill`, as people and scripts call it, with a worker beside it."""

import json

import pytest
from redis.asyncio import Redis

from state import keys
from tests.cli.backfill.conversing import attached, converse
from tests.cli.inbox import APP_ID, Inbox


async def test_it_counts_first_and_changes_nothing_in_a_dry_run(inbox: Inbox) -> None:
    await converse(inbox, 11, "Hello", "I am a vip")
    await converse(inbox, 12, "A question")

    dry = await inbox.run("backfill", "--since", "3h", "--kind", "conversation", "--dry-run")

    calls = await inbox.calls()
    assert dry.returncode == 0, dry.stderr
    first, second = dry.stdout.splitlines()
    assert first.startswith(f"2 conversations read with {len(calls)} calls: 5 events since ")
    assert second == "1 change to make, which takes 1 call"
    assert not [call for call in calls if call.endswith("/tags")]
    assert (await inbox.run("backfill", "--list")).stderr == "autotagger: no backfill is under way\n"


async def test_with_yes_the_workers_do_it(worker: Inbox) -> None:
    await converse(worker, 11, "Hello", "I am a vip")
    await converse(worker, 12, "A bug", "A bug again")

    done = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--yes")
    again = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--yes", "--json")

    assert done.returncode == 0, done.stderr
    assert done.stderr == "autotagger: 2 jobs done\n"
    assert await attached(worker) == {"11": 1, "12": 1}
    found = json.loads(again.stdout)
    assert (found["changes"], found["jobs"], found["done"], found["dead"]) == (0, 0, 0, [])


async def test_it_asks_and_takes_no_for_an_answer(inbox: Inbox) -> None:
    await converse(inbox, 11, "I am a vip")

    refused = await inbox.answering("n", "backfill", "--since", "3h", "--kind", "conversation")
    listed = await inbox.run("backfill", "--list", "--json")

    assert refused.returncode == 1
    assert "Make 1 change?" in refused.stderr
    assert "nothing is changed; it is kept as backfill 1 for a week" in refused.stderr
    (kept,) = json.loads(listed.stdout)
    assert (kept["number"], kept["kind"], kept["rules"]) == ("1", "conversation", [])
    assert (await inbox.run("backfill", "--drop", "1")).returncode == 0
    assert (await inbox.run("backfill", "--drop", "1")).stderr == (
        "autotagger: there is no backfill 1: `autotagger backfill --list` shows those that there are\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--kind", "conversation", "--yes"), "Missing option '--since'"),
        (("--since", "3h", "--yes"), "Missing option"),
        (("--since", "soon", "--kind", "ticket", "--yes"), '"soon" is no time; wanted a length of time'),
        (("--since", "2199-01-01", "--kind", "ticket", "--yes"), "is not in the past"),
        (("--since", "3h", "--kind", "company", "--yes"), "'company' is not one of"),
        (("--since", "3h", "--kind", "conversation"), "add --yes"),
        (("--since", "3h", "--kind", "conversation", "--rule", "brokn", "--yes"), 'did you mean "broken"?'),
        (("--since", "3h", "--kind", "ticket", "--rule", "broken", "--yes"), '"broken" is about conversations'),
        (("--since", "8d", "--kind", "ticket", "--missed", "--yes"), "looks back 7 days at most"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_a_wrong_call_ends_with_2(inbox: Inbox, arguments: tuple[str, ...], sentence: str) -> None:
    finished = await inbox.run("backfill", *arguments)

    assert finished.returncode == 2, finished.stderr
    assert sentence in " ".join(finished.stderr.split())
    assert await inbox.calls() == []


async def test_a_rule_that_would_change_nothing_is_refused(inbox: Inbox) -> None:
    rules = inbox.rules / "rules.yaml"
    rules.write_text(rules.read_text().replace("- id: broken", "- id: broken\n    mode: shadow"))

    finished = await inbox.run("backfill", "--since", "3h", "--kind", "conversation", "--rule", "broken", "--yes")

    assert finished.returncode == 2
    assert '"broken" is in mode shadow: it would change nothing' in finished.stderr


async def test_broken_rules_decide_nothing(inbox: Inbox) -> None:
    (inbox.rules / "rules.yaml").write_text("version: 1\nrules: [{id: x}]")

    finished = await inbox.run("backfill", "--since", "3h", "--kind", "conversation", "--yes")

    assert finished.returncode == 1
    assert "the rules have errors, so nothing is decided" in finished.stderr
    assert await inbox.calls() == []


async def test_only_the_rule_that_is_named_acts(worker: Inbox) -> None:
    await converse(worker, 11, "I am a vip with a bug")

    done = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--rule", "broken", "--yes")

    assert done.returncode == 0, done.stderr
    assert await worker.names("conversation", "11") == {"bug"}


async def test_a_token_that_is_refused_is_told_and_it_goes_on_later(worker: Inbox) -> None:
    await converse(worker, 11, "I am a vip")
    command = ("backfill", "--since", "3h", "--kind", "conversation", "--yes")

    refused = await worker.run(*command, AUTOTAGGER_ACCESS_TOKEN="wrong")
    done = await worker.run(*command)

    assert refused.returncode == 1
    assert "401" in refused.stderr
    assert "going on with backfill 1" in done.stderr
    assert await worker.names("conversation", "11") == {"vip"}


async def test_an_outage_and_a_limit_on_the_way_are_waited_for(worker: Inbox) -> None:
    for number in range(10):
        await converse(worker, 100 + number, "I am a vip")
    await worker.fault(kind="status", status=503, count=2, path="/conversations/10")
    await worker.fault(kind="rate_limit", limits="real", count=1, path="/conversations/search")

    done = await worker.run("backfill", "--since", "3h", "--kind", "conversation", "--yes", AUTOTAGGER_WINDOW="1")

    assert done.returncode == 0, done.stderr
    assert await attached(worker) == {str(100 + number): 1 for number in range(10)}


async def test_only_what_was_missed_is_looked_at(worker: Inbox, redis: Redis) -> None:
    await converse(worker, 11, "I am a vip")
    await converse(worker, 12, "I am a vip")
    await redis.sadd(keys.heard_of("conversation:11", APP_ID), "1100")  # type: ignore[misc]
    command = ("backfill", "--since", "3h", "--kind", "conversation", "--missed", "--yes")

    done = await worker.run(*command)
    again = await worker.run(*command)

    assert (done.returncode, again.returncode) == (0, 0)
    assert await attached(worker) == {"12": 1}
    assert again.stdout.splitlines()[1] == "nothing would change"


async def test_where_intercom_has_to_be_asked_that_is_said(inbox: Inbox) -> None:
    rules = inbox.rules / "rules.yaml"
    rules.write_text("version: 1\nrules: [{id: r, if: {contact.phone: {exists: yes}}, then: {add: [vip]}}]\n")
    await converse(inbox, 11, "Hello")

    dry = await inbox.run("backfill", "--since", "3h", "--kind", "conversation", "--dry-run")
    asked = await inbox.answering("n", "backfill", "--since", "3h", "--kind", "conversation")

    assert dry.stdout.splitlines()[1:] == [
        "1 event to be decided with a call or more each, for what the rules ask about"
    ]
    assert "Decide 1 event?" in asked.stderr
