"""`autotagger why`: each tag with who put it there, and what was decided and not done."""

import re
import time
from pathlib import Path
from typing import Any

from facts.target import Target
from simulator.faults import Fault
from simulator.workspace.objects import Kind
from simulator.workspace.tags import Applied
from state import gone, keys
from state.actions import Action, Actions
from state.gone import Gone
from state.pauses import Pauses
from tests.cli.why.asking import told, why
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.hydration.events import COMPANY, CONTACT, TICKET
from tests.workers.office import ADMIN_ID, APP_ID, Office, at_work

RULES = """
version: 1
defaults: {applies_to: [conversation, ticket]}
rules:
- {id: refund, if: {message.text: {mentions_any: [money back, refund]}}, then: {add: [vip], contact: {add: [beta]}}}
- {id: never, if: {message.text: {mentions_any: [never]}}, then: {remove: [vip]}}
- {id: angry, if: {message.text: {mentions_any: [furious]}}, then: {add: [angry]}}
- {id: quiet, mode: shadow, if: {message.text: {mentions_any: [psst]}}, then: {add: [quiet]}}
- {id: tie, if: {message.text: {mentions_any: [tie]}}, then: {add: [unsorted]}}
- {id: break, if: {message.text: {mentions_any: [tie]}}, then: {remove: [unsorted]}}
- {id: company, applies_to: company, if: {company.name: {exists: yes}}, then: {add: [vip]}}
"""
COLLEAGUE = "5017002"
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"


async def writes(office: Office, text: str, *tags: str, after: int = 0) -> str:
    """A customer writes in conversation 7, which shows these tags."""
    shown = [{"id": tag_id(office, name), "name": name} for name in tags]
    job = await office.tell(*events.reply(text, tags={"tags": shown}), after=after)
    await office.done()
    return job.removeprefix(f"{APP_ID}:")


def tag_id(office: Office, name: str) -> str:
    return office.simulator.workspace.find_or_create_tag(name)[0].id


def by_person(office: Office, name: str, kind: Kind = "conversation", object_id: str = "7", *, on: bool) -> None:
    workspace = office.simulator.workspace
    tagged = workspace.objects[kind, object_id]
    if on:
        workspace.attach(tagged, tag_id(office, name), Applied(int(time.time()) + 60, COLLEAGUE))
    else:
        workspace.detach(tagged, tag_id(office, name))


def place(office: Office, *tags: str) -> None:
    office.place("conversation", "7", *tags)
    office.place("ticket", TICKET)
    office.place("contact", CONTACT)
    office.place("company", COMPANY)


async def of(office: Office, name: str, *arguments: str) -> dict[str, Any]:
    """What programs are told of one tag of the conversation."""
    document = await told(office, "conversation:7", *arguments)
    return next(tag for tag in document["tags"] if tag["name"] == name)


async def test_a_tag_is_told_with_all_that_led_to_it(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        event = await writes(office, "I sail for my money back")

        found = await why(office, "conversation:7")

        assert (found.returncode, found.stderr) == (0, "")
        lines = [re.sub(TIME, "THEN", line) for line in found.stdout.splitlines()]
        (rule_set,) = {entry.rule_set for entry in await office.feed()}
        assert lines == [
            "conversation:7 in workspace q4mx81zt: 1 tag",
            "",
            f'"vip" (id {tag_id(office, "vip")}) is on conversation:7',
            f"   put on by rule refund (rule set {rule_set}) THEN",
            '      because message.text mentions_any "money back", characters 15 to 24',
            f"      at conversation.user.replied of THEN ({event})",
            f"      Intercom answered 200, applied THEN, by admin {ADMIN_ID}",
            "",
            "History, the newest first:",
            '   THEN  conversation.user.replied: add "vip": done (rule refund)',
        ]
        assert "sail" not in found.stdout
        assert office.reads().count("/conversations/7") == 1


async def test_without_the_feed_the_ledger_tells_nearly_as_much(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        event = await writes(office, "my money back")
        await office.redis.delete(keys.FEED)

        call = (await of(office, "vip"))["last_call"]

        assert (call["rules"], call["event"], call["topic"]) == (["refund"], event, "conversation.user.replied")
        assert [(one["field"], one["phrase"], one["span"]) for one in call["because"]] == [
            ("message.text", "money back", [3, 13])
        ]
        assert call["answer"]["applied_by"] == ADMIN_ID


async def test_a_link_from_the_inbox_will_do(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        link = f"https://app.intercom.com/a/inbox/{APP_ID}/inbox/shared/all/conversation/7?view=List"

        assert (await told(office, link))["target"] == "conversation:7"

        other = await why(office, link.replace(APP_ID, "somebody1"))
        wrong = await why(office, "https://app.intercom.com/a/inbox/q4mx81zt")
        offline = await why(office, link.replace(APP_ID, "somebody1"), "--offline")
        assert (other.returncode, wrong.returncode, offline.returncode) == (2, 2, 2)
        assert other.stderr == offline.stderr
        assert other.stderr == "autotagger: there is no workspace somebody1 in the settings; there is q4mx81zt\n"
        assert "has no /conversation/ and number in its path; wanted conversation:ID" in wrong.stderr


async def test_a_persons_doing_is_a_persons(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        await writes(office, "refund")
        by_person(office, "beta", on=True)
        by_person(office, "vip", on=False)
        for what in ("refund did since today", "never did since today"):
            await Actions(office.redis).note(Action("ada", "undo", f"undoes what rule {what}", APP_ID))

        before = (await why(office, "conversation:7")).stdout
        await writes(office, "refund", "beta", after=10)
        after = (await why(office, "conversation:7")).stdout

        assert re.search(
            rf'"beta" .* is on .*\n   a person .* put it on, .* {TIME} in the name of admin 5017002', before
        )
        assert "a person or another program took it off: Intercom shows it no more" in before
        assert re.search(rf"a person took it off, which was seen {TIME}; no rule puts it on again", after)
        assert re.search(r"before that put on by rule refund", after)
        assert re.search(rf"{TIME}  ada: undo undoes what rule refund did since", after)
        assert "rule never" not in after
        assert re.search(rf'last decided {TIME}: add "vip": not done, a person had taken it off \(rule refund\)', after)


async def test_what_was_decided_and_not_done_is_told_with_its_reason(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES, missing=("angry",)) as office:
        place(office, "unsorted")
        await writes(office, "furious, psst, tie")
        await writes(office, "never", after=20)
        await writes(office, "refund", after=10)

        out = (await why(office, "conversation:7")).stdout

        assert 'add "angry": failed: there is no tag "angry" in the workspace (rule angry)' in out
        assert 'add "quiet": not done, only shadow mode (rule quiet)' in out
        assert "nothing, rules of the same priority disagreed about it" in out
        assert 'add "vip": not done, a newer event had decided otherwise (rule refund)' in out
        assert re.search(r"unknown tag: there is no tag .*; see `autotagger dead show q4mx81zt:notif_", out)


async def test_a_paused_rule_is_told_with_who_paused_it(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES, pauses_interval=0.05) as office:
        place(office)
        await Pauses(office.redis).pause_rule("ada", APP_ID, "angry")
        await eventually(lambda: _rule_is_paused(office))
        await writes(office, "furious")

        assert 'add "angry": not done, angry is paused by ada at ' in (await why(office, "conversation:7")).stdout


def _rule_is_paused(office: Office) -> bool:
    return office.count("autotagger_rule_paused", app_id=APP_ID, rule="angry") == 1


async def test_what_waits_is_told_with_its_reason(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES, retry_base=1_000.0, retry_cap=1_000.0) as office:
        place(office)
        office.simulator.faults.add(Fault("status", status=503, method="POST"))
        job = await office.tell(*events.reply())
        await eventually(lambda: office.redis.hget(keys.TRIES + job, "last_error"))

        retrying = (await told(office, "conversation:7"))["waiting"]
        await Pauses(office.redis).pause("ada")
        paused = await why(office, "conversation:7")

        assert [(one["failures"], one["running"]) for one in retrying] == [(1, False)]
        assert "503" in retrying[0]["last_error"]
        assert re.search(r"waits, tagging is paused by ada at .*, after 1 failure: POST .* 503", paused.stdout)
        assert "1 event not handled yet" in paused.stdout.splitlines()[0]


async def test_all_kinds_of_objects_are_told(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        await office.tell(*events.ticket())
        await office.tell(*events.company())
        await office.done()

        ticket, contact, company = [
            await why(office, target) for target in (f"ticket:{TICKET}", f"contact:{CONTACT}", f"company:{COMPANY}")
        ]

        assert [found.returncode for found in (ticket, contact, company)] == [0, 0, 0]
        assert "Intercom never tells the tags of a ticket" in ticket.stdout
        assert '"vip"' in ticket.stdout
        assert re.search(r'"beta" .* is on contact:', contact.stdout)
        assert f"about ticket:{TICKET}" in contact.stdout
        assert "put on by rule company" in company.stdout


async def test_offline_needs_nothing_but_redis(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        await writes(office, "refund")
        calls = len(office.simulator.calls.since(0))
        bare = {"AUTOTAGGER_ACCESS_TOKEN": "", "AUTOTAGGER_APP_ID": "", "AUTOTAGGER_ADMIN_ID": ""}
        bare |= {"AUTOTAGGER_INTERCOM_URL": "", "AUTOTAGGER_RULES": ""}

        found = await why(office, "conversation:7", "--offline", "--workspace", APP_ID, **bare)
        nameless = await why(office, "conversation:7", "--offline", **bare)

        assert (found.returncode, nameless.returncode) == (0, 2)
        assert "Intercom was not asked" in found.stdout
        assert "put on by rule refund" in found.stdout
        assert nameless.stderr == "autotagger: --workspace is missing\n"
        assert len(office.simulator.calls.since(0)) == calls


async def test_an_intercom_that_does_not_answer_keeps_nobody_from_the_rest(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        await writes(office, "refund")
        office.simulator.faults.add(Fault("status", status=401, code="unauthorized"))
        await office.tell(*events.reply("furious"), after=10)
        await eventually(lambda: office.redis.exists(f"{keys.CIRCUIT}workspace:{APP_ID}"))

        found = await why(office, "conversation:7")

        assert found.returncode == 1
        assert (
            "Intercom could not be asked, what follows is our own record: Intercom: GET /conversations/7"
            in found.stdout
        )
        assert re.search(rf"calls are stopped since {TIME} \(circuit workspace:{APP_ID}\): ", found.stdout)
        assert "`autotagger doctor` tells which" in found.stdout
        assert "put on by rule refund" in found.stdout


async def test_what_nobody_knows_is_told_so(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        unknown = await why(office, "conversation:99")
        quiet = await why(office, "conversation:7")
        offline = await why(office, "conversation:99", "--offline")
        await office.redis.set(gone.key(Target(APP_ID, "contact", CONTACT)), Gone("deleted", 1_760_000_000).encode())
        deleted = await why(office, f"contact:{CONTACT}")

        assert (unknown.returncode, quiet.returncode, offline.returncode, deleted.returncode) == (1, 0, 1, 1)
        assert "Intercom says that there is no conversation:99 in workspace q4mx81zt" in unknown.stdout
        assert all("this service has no record of it" in found.stdout for found in (unknown, quiet, offline))
        assert "it was deleted in Intercom, and with it all that was kept of it" in deleted.stdout


async def test_a_merged_contact_names_the_survivor(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        place(office)
        office.place("contact", "loser")
        topic, item = events.ticket()
        await office.tell(topic, {**item, "ticket": {**item["ticket"], "contacts": {"contacts": [{"id": "loser"}]}}})
        _, contact = events.contact(id=CONTACT)
        await office.done()
        await office.redis.rename(f"{keys.LEDGER}{APP_ID}:contact:{CONTACT}", f"{keys.LEDGER}{APP_ID}:contact:loser")
        await office.tell("contact.merged", {**contact, "merged_from": {"type": "contact", "id": "loser"}})
        await office.done()

        merged = await why(office, "contact:loser")
        survivor = await why(office, f"contact:{CONTACT}")

        assert merged.returncode == 1
        assert f"it became part of contact:{CONTACT}: ask for that one" in merged.stdout
        assert f"contact:loser became part of contact:{CONTACT}, and what was known of it went over" in survivor.stdout


async def test_a_target_that_is_none_is_a_call_gone_wrong(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        found = await why(office, "email:7")

        assert found.returncode == 2
        assert '"email:7" names nothing that has tags; wanted conversation:ID' in " ".join(found.stderr.split())
