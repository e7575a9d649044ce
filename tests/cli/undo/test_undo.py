"""`autotagger undo`, after a worker did what the rule says: only what nobody else has touched, and never twice."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from redis.asyncio import Redis

from cli.fleet import redis_url
from facts.target import Target
from simulator.faults import Fault
from simulator.workspace.tags import Applied
from state import keys
from state.circuit import Circuit, Circuits
from state.ledger import Ledger
from state.pauses import Pauses
from tests.cli.inbox import Inbox
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.hydration.events import COMPANY, CONTACT, CONVERSATION, TICKET
from tests.workers.office import ADMIN_ID, APP_ID, Office, at_work

RULES = """
version: 1
rules:
- id: refund
  applies_to: [conversation, ticket]
  if: {message.text: {mentions_any: [refund]}}
  then: {add: [refund], remove: [unsorted]}
- id: angry
  if: {message.text: {mentions_any: [furious]}}
  then: {add: [refund]}
- id: elsewhere
  if: {message.text: {mentions_any: [chargeback]}}
  then: {contact: {add: [vip]}, company: {add: [beta]}}
"""
UNDO = ("undo", "--rule", "refund", "--since", "1h")


def variables(office: Office) -> dict[str, str]:
    workspace = office.settings.workspaces[0]
    return {
        "REDIS_URL": redis_url(office.settings.redis),
        "AUTOTAGGER_APP_ID": APP_ID,
        "AUTOTAGGER_ACCESS_TOKEN": "test-token",
        "AUTOTAGGER_ADMIN_ID": ADMIN_ID,
        "AUTOTAGGER_INTERCOM_URL": workspace.base_url,
        "AUTOTAGGER_RULES": str(workspace.rules),
        "AUTOTAGGER_WINDOW": "1",
        "AUTOTAGGER_CALL_TIMEOUT": "20",
    }


async def autotagger(office: Office, *arguments: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(Inbox._run, arguments, variables(office), None)


async def begin(office: Office, *arguments: str) -> asyncio.subprocess.Process:
    """The command, on its way."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOTAGGER_", "REDIS_"))}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", *arguments),
        env=bare | variables(office),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def killed_within_calls(office: Office, calls: int) -> None:
    """Undo is killed after so many calls have landed, and before it hears of one."""
    slow = office.simulator.faults.add(Fault("slow", when="after", method="DELETE", delay=20))
    running = await begin(office, *UNDO, "--yes")
    await eventually(lambda: slow.fired == calls, timeout=20)
    running.kill()
    await running.wait()
    office.simulator.faults.clear()
    # They would run out in a minute and a half.
    await end_leases(office.redis)


async def end_leases(redis: Redis) -> None:
    """Whatever undo holds is nobody's any more."""
    await redis.delete(*[key async for key in redis.scan_iter(f"{keys.LEASE}{APP_ID}:undo:*")])


async def tagged(office: Office, numbers: range, text: str = "A refund, please") -> None:
    """The rules have decided on conversations that carried `unsorted`."""
    unsorted = (tag_id(office, "unsorted"), "unsorted")
    for number in numbers:
        office.place("conversation", str(number), "unsorted")
    for number in numbers:
        await office.say("conversation", str(number), text, unsorted)
    await office.done()


def tag_id(office: Office, name: str) -> str:
    return office.simulator.workspace.find_or_create_tag(name)[0].id


def carried(office: Office, *numbers: int) -> list[set[str]]:
    return [office.tags("conversation", str(number)) for number in numbers]


def taken_off(office: Office) -> Counter[str]:
    """How often the tag `refund` came off each conversation."""
    paths = [path for method, path, status in office.changes() if method == "DELETE" and status == 200]
    return Counter(path.split("/")[2] for path in paths if path.endswith(f"/{tag_id(office, 'refund')}"))


async def test_it_shows_first_and_changes_nothing_in_a_dry_run(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 8))
        before = office.changes()

        dry = await autotagger(office, *UNDO, "--dry-run")

        assert dry.returncode == 0, dry.stderr
        lines = dry.stdout.splitlines()
        assert lines[0].startswith("rule refund since ")
        assert lines[0].endswith(": 7 objects to undo it on")
        assert lines[1:4] == ["takes off refund (7)", "puts back unsorted (7)", "takes at least 28 calls to Intercom"]
        assert lines[4].startswith("  conversation:")
        assert lines[4].endswith("  -refund  +unsorted")
        assert lines[9] == "  and 2 more"
        assert "`autotagger rules pause refund` stops it" in dry.stderr
        assert office.changes() == before


async def test_it_takes_back_both_and_the_rule_leaves_it_alone_from_then_on(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 13))
        await Pauses(redis).pause("ada")

        undone = await autotagger(office, *UNDO, "--yes", "--as", "Ada")

        assert undone.returncode == 0, undone.stderr
        assert undone.stdout.splitlines()[-1] == "12 tags taken off, 12 tags put back"
        assert carried(office, *range(1, 13)) == [{"unsorted"}] * 12
        (action, *_) = json.loads((await autotagger(office, "actions", "--json")).stdout)
        assert action["action"] == "undo"
        assert action["by"].startswith("Ada (")
        assert action["what"].startswith("undoes what rule refund did since ")
        assert action["what"].endswith(": 24 changes on 12 objects")
        await Pauses(redis).resume("ada")
        await office.say("conversation", "1", "A refund, I said", (tag_id(office, "unsorted"), "unsorted"))
        await office.done()
        assert carried(office, 1) == [{"unsorted"}]
        assert [step.outcome for step in (await office.feed())[-1].steps] == ["vetoed", "kept"]


async def test_what_others_have_to_do_with_is_left_alone(redis_server: RedisServer, tmp_path: Path) -> None:
    later = 0
    async with at_work(redis_server.settings, tmp_path, rules=RULES, clock=lambda: time.time() + later) as office:
        await tagged(office, range(1, 5))
        await tagged(office, range(5, 6), "A refund, I am furious")
        later = 60
        workspace, refund = office.simulator.workspace, tag_id(office, "refund")
        one, two, three, *_ = (workspace.objects["conversation", str(number)] for number in range(1, 5))
        workspace.detach(one, refund)
        workspace.detach(two, refund)
        workspace.attach(two, refund, Applied(int(time.time()) + 30, "5017002"))
        workspace.attach(three, tag_id(office, "unsorted"), Applied(int(time.time()) + 30, "5017002"))

        undone = await autotagger(office, *UNDO, "--yes")

        assert undone.returncode == 0, undone.stderr
        assert "1 tag left alone: rule angry wants it so, too" in undone.stderr
        assert "3 tags left alone: it was changed since, by a person or an earlier undo" in undone.stderr
        assert undone.stdout.splitlines()[-1] == "2 tags taken off, 4 tags put back"
        assert carried(office, *range(1, 6)) == [
            {"unsorted"},
            {"refund", "unsorted"},
            {"unsorted"},
            {"unsorted"},
            {"refund", "unsorted"},
        ]
        both = await autotagger(office, *UNDO, "--rule", "angry", "--yes")
        assert both.stdout.splitlines()[-1] == "1 tag taken off, 0 tags put back"
        assert carried(office, 5) == [{"unsorted"}]


async def test_given_again_it_finds_nothing_left(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 4))
        await autotagger(office, *UNDO, "--yes")
        changes = office.changes()

        again = await autotagger(office, *UNDO, "--yes", "--json")

        assert again.returncode == 0, again.stderr
        document = json.loads(again.stdout)
        assert (document["objects"], document["done"]) == (0, None)
        assert document["left_alone"] == {"it was changed since, by a person or an earlier undo": 6}
        assert office.changes() == changes


async def test_a_rule_that_there_is_no_more_can_be_undone(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 3))
        (tmp_path / "rules.yaml").write_text(RULES.replace("id: refund", "id: another"))

        undone = await autotagger(office, *UNDO, "--yes", "--json")

        assert undone.returncode == 0, undone.stderr
        document = json.loads(undone.stdout)
        assert (document["objects"], document["remove"], document["add"]) == (2, {"refund": 2}, {"unsorted": 2})
        assert document["done"] == {"removed": 2, "added": 2, "left_alone": {}, "refused": 0, "not_reached": 0}


async def test_contacts_companies_and_tickets_are_undone_too(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("company", COMPANY)
        office.place("contact", CONTACT, companies=(COMPANY,))
        office.place("conversation", CONVERSATION)
        office.place("ticket", TICKET)
        await office.tell(*events.reply("a chargeback"))
        await office.tell(*events.ticket())
        await office.done()
        assert (office.tags("contact", CONTACT), office.tags("company", COMPANY)) == ({"vip"}, {"beta"})

        elsewhere = await autotagger(office, "undo", "--rule", "elsewhere", "--since", "1h", "--yes")
        ticket = await autotagger(office, *UNDO, "--kind", "ticket", "--yes")

        assert elsewhere.returncode == 0, elsewhere.stderr
        assert ticket.returncode == 0, ticket.stderr
        assert "1 ticket: what people did there since cannot be seen" in ticket.stdout
        assert office.tags("contact", CONTACT) == office.tags("ticket", TICKET) == set()


@pytest.mark.alone
async def test_ended_by_ctrl_c_it_goes_on_and_touches_nothing_twice(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 21))
        slow = office.simulator.faults.add(Fault("slow", method="DELETE", delay=0.3))
        running = await begin(office, *UNDO, "--yes")
        await eventually(lambda: slow.fired > 2, timeout=20)

        running.send_signal(signal.SIGINT)
        stdout, stderr = (one.decode() for one in await running.communicate())

        assert running.returncode == 1
        assert "autotagger: ended" in stderr
        assert "objects left: `autotagger undo --rule refund --since 20" in stderr
        done = int(stdout.splitlines()[-1].split()[0])
        assert 0 < done < 20
        assert sum("refund" not in tags for tags in carried(office, *range(1, 21))) == done
        office.simulator.faults.clear()
        again = await autotagger(office, *UNDO, "--yes")
        assert again.returncode == 0, again.stderr
        assert again.stdout.splitlines()[-1] == f"{20 - done} tags taken off, {20 - done} tags put back"
        assert taken_off(office) == Counter(map(str, range(1, 21)))


@pytest.mark.alone
async def test_killed_within_a_call_it_goes_on_and_touches_nothing_twice(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 4))
        await killed_within_calls(office, 3)

        again = await autotagger(office, *UNDO, "--yes")

        assert again.returncode == 0, again.stderr
        assert again.stdout.splitlines()[-1] == "3 tags taken off, 3 tags put back"
        assert carried(office, 1, 2, 3) == [{"unsorted"}] * 3
        off = [
            path
            for method, path, _ in office.changes()
            if method == "DELETE" and path.endswith(tag_id(office, "refund"))
        ]
        assert len(off) == 3


@pytest.mark.alone
async def test_killed_within_calls_that_landed_it_has_undone_them_whatever_comes_next(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 3))
        office.place("ticket", TICKET, "unsorted")
        await office.say("ticket", TICKET, "A refund, please")
        await office.done()
        await killed_within_calls(office, 3)

        for number in (1, 2):
            await office.say("conversation", str(number), "A refund, I said")
        await office.say("ticket", TICKET, "A refund, I said")
        await office.done()

        assert carried(office, 1, 2) == [set(), set()]
        assert office.tags("ticket", TICKET) == set()
        entry = (await Ledger(redis).entries(Target(APP_ID, "conversation", "1")))[tag_id(office, "refund")]
        assert (entry.standing, entry.pending) == ("vetoed", None)


@pytest.mark.alone
async def test_what_it_could_not_write_down_it_looks_at_again(
    redis_server: RedisServer, redis: Redis, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 3))
        slow = office.simulator.faults.add(Fault("slow", when="after", method="DELETE", delay=1))
        running = await begin(office, *UNDO, "--yes")
        await eventually(lambda: slow.fired == 2, timeout=20)
        # As if the calls had outlasted the leases.
        await end_leases(redis)

        stdout, stderr = (one.decode() for one in await running.communicate())

        assert running.returncode == 0, stderr
        assert stdout.splitlines()[-1] == "2 tags taken off, 2 tags put back"
        assert taken_off(office) == Counter(("1", "2"))
        for number in ("1", "2"):
            entries = await Ledger(redis).entries(Target(APP_ID, "conversation", number))
            assert [entry.pending for entry in entries.values()] == [None, None]
        await office.say("conversation", "1", "A refund, I said", (tag_id(office, "unsorted"), "unsorted"))
        await office.done()
        assert carried(office, 1, 2) == [{"unsorted"}] * 2


async def test_what_intercom_refuses_is_told_with_1(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 3))
        office.simulator.faults.add(Fault("status", status=401, code="unauthorized"))

        refused = await autotagger(office, *UNDO, "--yes")

        assert refused.returncode == 1
        assert "0 tags taken off, 0 tags put back" in refused.stdout
        assert "2 objects left: `autotagger undo" in refused.stderr
        assert "unauthorized" in refused.stderr
        assert carried(office, 1, 2) == [{"refund"}] * 2


async def test_objects_and_tags_that_are_gone_are_left_alone(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 4))
        workspace = office.simulator.workspace
        del workspace.objects["conversation", "1"]
        workspace.delete_tag(tag_id(office, "unsorted"))

        undone = await autotagger(office, *UNDO, "--yes")

        assert undone.returncode == 0, undone.stderr
        assert "1 tag left alone: it is gone from Intercom" in undone.stderr
        assert "2 tags left alone: the tag is gone from Intercom" in undone.stderr
        assert carried(office, 2, 3) == [set(), set()]


async def test_what_fails_once_is_tried_again(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 3))
        office.simulator.faults.add(Fault("status", method="POST", status=503, count=1))
        office.simulator.faults.add(Fault("reset", when="after", method="DELETE", count=1))

        undone = await autotagger(office, *UNDO, "--yes")

        assert undone.returncode == 0, undone.stderr
        assert undone.stdout.splitlines()[-1] == "2 tags taken off, 2 tags put back"
        assert carried(office, 1, 2) == [{"unsorted"}] * 2


async def test_it_says_what_it_waits_for(redis_server: RedisServer, redis: Redis, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 3))
        circuits, stopped = Circuits(redis), Circuit(f"workspace:{APP_ID}", 60, 60)
        passage = await circuits.ask([stopped])
        await circuits.failed(stopped, passage, by="a job", reason="401 unauthorized")

        running = await begin(office, *UNDO, "--yes")
        assert running.stderr is not None
        async with asyncio.timeout(30):
            said = ""
            while "waiting" not in said:
                said = (await running.stderr.readline()).decode()
                assert said, "it has ended"
        running.send_signal(signal.SIGINT)
        stdout, _ = (one.decode() for one in await running.communicate())

        assert said == (
            "autotagger: waiting, for 5 min at most without any progress, for a circuit to close: workspace "
            f"{APP_ID}: Intercom refuses the access token (401 unauthorized); `autotagger status` tells when it is "
            "tried again\n"
        )
        assert stdout.splitlines()[-1] == "0 tags taken off, 0 tags put back"


async def test_it_asks_and_takes_no_for_an_answer(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        await tagged(office, range(1, 3))

        refused = await asyncio.to_thread(Inbox._run, UNDO, variables(office), "n")

        assert refused.returncode == 1
        assert "4 changes on 2 objects\nGo on?" in refused.stderr
        assert carried(office, 1, 2) == [{"refund"}] * 2
        assert json.loads((await autotagger(office, "actions", "--json")).stdout) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--since", "1h", "--yes"), "Missing option '--rule'"),
        (("--rule", "important", "--yes"), "Missing option '--since'"),
        (("--rule", "important", "--since", "soon", "--yes"), '"soon" is no time'),
        (("--rule", "importent", "--since", "1h", "--yes"), 'did you mean "important"?'),
        (("--rule", "important", "--since", "1h", "--kind", "letter", "--yes"), "'letter' is not one of"),
        (("--rule", "important", "--since", "1h"), "add --yes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_a_wrong_call_ends_with_2(inbox: Inbox, arguments: tuple[str, ...], sentence: str) -> None:
    finished = await inbox.run("undo", *arguments)

    assert finished.returncode == 2, finished.stderr
    assert sentence in " ".join(finished.stderr.split())
    assert await inbox.calls() == []


async def test_of_a_rule_that_did_nothing_there_is_nothing_to_undo(inbox: Inbox) -> None:
    finished = await inbox.run("undo", "--rule", "important", "--since", "1h", "--yes")

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("there is nothing to undo of what rule important did since ")
