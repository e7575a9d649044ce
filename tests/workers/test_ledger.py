"""The rules of the ledger, with a worker, Redis and a simulator: nothing twice, and people win."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facts.target import Target
from simulator.faults import Fault
from simulator.workspace.objects import Kind
from simulator.workspace.tags import Applied
from state import keys, ledger
from state.entry import Entry, Order
from state.feed import Proof, Reply
from state.ledger import Ledger
from tests.redis_server import RedisServer
from tests.workers.hydration import events
from tests.workers.hydration.events import CONTACT, CONVERSATION, TICKET
from tests.workers.office import ADMIN_ID, APP_ID, Office, at_work

RULES = """
version: 1
defaults: {applies_to: [conversation, ticket]}
rules:
- {id: a, if: {message.text: {mentions_any: [refund]}}, then: {add: [vip]}}
- {id: r, if: {message.text: {mentions_any: [never]}}, then: {remove: [vip]}}
"""
TAKEN_BACK = RULES.replace("{add: [vip]}", "{add: [vip]}, if_unmatched: remove")
WITHOUT = "".join(line for line in RULES.splitlines(keepends=True) if "id: a" not in line)

CONVERSED = Target(APP_ID, "conversation", CONVERSATION)
COLLEAGUE = "5017002"


def vip(office: Office) -> str:
    return office.simulator.workspace.find_or_create_tag("vip")[0].id


async def writes(
    office: Office, text: str, after: int, *, shows: bool | None = None, kind: Kind = "conversation"
) -> None:
    """A customer writes, and the notification shows the tag as it is now, unless told otherwise."""
    there = "vip" in office.tags(kind, CONVERSATION if kind == "conversation" else TICKET) if shows is None else shows
    tags = {"tags": [{"id": vip(office), "name": "vip"}] if there else []}
    if kind == "conversation":
        await office.tell(*events.reply(text, tags=tags), after=after)
    else:
        topic, item = events.ticket()
        item["ticket_part"]["body"] = f"<p>{text}</p>"
        await office.tell(topic, item, after=after)
    await office.done()


async def outcomes(office: Office) -> list[str]:
    return [step.outcome for entry in await office.feed() for step in entry.steps]


def by_person(office: Office, *, on: bool) -> None:
    """A colleague puts the tag on the conversation, or takes it off."""
    workspace = office.simulator.workspace
    tagged = workspace.objects["conversation", CONVERSATION]
    if on:
        workspace.attach(tagged, vip(office), Applied(int(time.time()) + 60, COLLEAGUE))
    else:
        workspace.detach(tagged, vip(office))


@pytest.mark.parametrize("kind", ["conversation", "ticket"])
@pytest.mark.parametrize(("first", "then", "there"), [("refund", "never", True), ("never", "refund", False)])
async def test_the_newest_event_wins_whatever_the_arrival_order(
    redis_server: RedisServer, tmp_path: Path, kind: Kind, first: str, then: str, there: bool
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        office.place("ticket", TICKET)

        await writes(office, first, 20, kind=kind)
        await writes(office, then, 10, kind=kind)

        assert ("vip" in office.tags(kind, CONVERSATION if kind == "conversation" else TICKET)) is there
        assert (await outcomes(office))[-1] == "overruled"


async def test_a_payload_as_young_as_our_call_says_nothing(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)

        await writes(office, "refund", 0, shows=False)
        await writes(office, "refund", 0, shows=False)

        assert len(office.changes()) == 1
        assert await outcomes(office) == ["made", "already so"]


READS = """
version: 1
defaults: {applies_to: %s}
rules:
- {id: a, if: {%s: {exists: yes}}, then: {add: [vip]}}
- {id: b, if: {%s.tags: {has_any: [vip]}}, then: {add: [angry]}}
"""


@pytest.mark.parametrize(
    ("kind", "told", "read"),
    [
        ("conversation", events.reply, f"/conversations/{CONVERSATION}"),
        ("contact", events.contact, f"/contacts/{CONTACT}/tags"),
        ("company", events.company, f"/companies/{events.COMPANY}"),
    ],
)
async def test_a_condition_on_tags_that_the_payload_may_show_as_they_were_is_settled_by_one_read(
    redis_server: RedisServer, tmp_path: Path, kind: Kind, told: Callable[[], tuple[str, dict[str, Any]]], read: str
) -> None:
    rules = READS % (kind, f"{kind}.id", kind)
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", CONTACT)
        office.place("company", events.COMPANY)
        office.place("conversation", CONVERSATION)
        about = {"conversation": CONVERSATION, "contact": CONTACT, "company": events.COMPANY}[kind]
        topic, item = told()
        await office.tell(topic, item)
        await office.done()
        assert office.tags(kind, about) == {"vip"}
        before = office.reads().count(read)

        # It was made before the tag was put on, and shows none.
        await office.tell(topic, item)
        await office.done()

        assert office.tags(kind, about) == {"vip", "angry"}
        assert office.reads().count(read) == before + 1


async def test_a_condition_on_tags_costs_no_read_where_the_payload_is_young_enough(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    rules = READS % ("conversation", "conversation.id", "conversation")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("conversation", CONVERSATION)
        await office.tell(*events.reply())
        await office.done()

        await office.tell(*events.reply(tags={"tags": [{"id": vip(office), "name": "vip"}]}), after=10)
        await office.done()

        assert office.tags("conversation", CONVERSATION) == {"vip", "angry"}
        assert f"/conversations/{CONVERSATION}" not in office.reads()


async def test_what_a_person_took_off_is_not_added_until_a_person_adds_it(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "refund", 0)

        by_person(office, on=False)
        await writes(office, "refund", 10)
        await writes(office, "refund", 20)
        assert office.tags("conversation", CONVERSATION) == set()
        by_person(office, on=True)
        await writes(office, "refund", 30)

        assert await outcomes(office) == ["made", "vetoed", "vetoed", "already so"]
        assert len(office.changes()) == 1


async def test_what_a_person_put_back_is_not_removed_again(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION, "vip")

        await writes(office, "never", 0)
        assert office.tags("conversation", CONVERSATION) == set()
        by_person(office, on=True)
        await writes(office, "never", 10)

        assert office.tags("conversation", CONVERSATION) == {"vip"}
        assert await outcomes(office) == ["made", "kept"]


async def test_what_no_rule_claims_any_more_is_taken_back(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK) as office:
        office.place("conversation", CONVERSATION)

        await writes(office, "refund", 0)
        assert office.tags("conversation", CONVERSATION) == {"vip"}
        await writes(office, "thanks", 10)

        assert office.tags("conversation", CONVERSATION) == set()
        assert [method for method, _, _ in office.changes()] == ["POST", "DELETE"]
        assert await outcomes(office) == ["made", "made"]


async def test_an_event_that_gives_up_a_claim_counts_for_older_ones_that_come_later(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK) as office:
        office.place("conversation", CONVERSATION)

        await writes(office, "thanks", 20)
        await writes(office, "refund", 10)

        assert office.changes() == []
        assert await outcomes(office) == ["overruled"]


@pytest.mark.parametrize("shows", [True, False], ids=["shown", "put on since"])
async def test_what_a_person_had_put_on_is_not_taken_back(
    redis_server: RedisServer, tmp_path: Path, shows: bool
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK) as office:
        office.place("conversation", CONVERSATION)
        by_person(office, on=True)

        await writes(office, "refund", 0, shows=shows)
        await writes(office, "thanks", 10)

        assert office.tags("conversation", CONVERSATION) == {"vip"}


async def test_what_a_person_took_off_and_put_on_between_two_events_is_not_taken_back(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "refund", 0)

        by_person(office, on=False)
        by_person(office, on=True)
        await writes(office, "thanks", 10)

        assert office.tags("conversation", CONVERSATION) == {"vip"}


async def test_a_rule_that_is_gone_takes_nothing_back(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "refund", 0)

        (tmp_path / "rules.yaml").write_text(WITHOUT)
        await office.another_worker()
        await writes(office, "thanks", 10)

        assert office.tags("conversation", CONVERSATION) == {"vip"}


async def test_a_tag_stays_as_long_as_one_rule_claims_it(redis_server: RedisServer, tmp_path: Path) -> None:
    other = "- {id: b, if: {message.text: {mentions_any: [money]}}, then: {add: [vip]}, if_unmatched: remove}\n"
    async with at_work(redis_server.settings, tmp_path, rules=f"{TAKEN_BACK}{other}") as office:
        office.place("conversation", CONVERSATION)

        await writes(office, "refund my money", 0)
        await writes(office, "the money", 10)
        assert office.tags("conversation", CONVERSATION) == {"vip"}
        await writes(office, "refund", 20)
        assert office.tags("conversation", CONVERSATION) == {"vip"}
        await writes(office, "thanks", 30)

        assert office.tags("conversation", CONVERSATION) == set()


async def test_after_a_crash_a_call_that_landed_is_found_and_not_repeated(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        pending = Entry("vip").asked("add", time.time())
        await office.redis.hset(ledger.key(CONVERSED), vip(office), pending.encode())  # type: ignore[misc, arg-type]
        tagged = office.simulator.workspace.objects["conversation", CONVERSATION]
        office.simulator.workspace.attach(tagged, vip(office), Applied(int(time.time()), ADMIN_ID))

        await writes(office, "refund", 0, shows=False)

        assert office.changes() == []
        (entry,) = (await Ledger(office.redis).entries(CONVERSED)).values()
        assert (entry.standing, entry.pending, entry.claiming) == ("ours", None, ("a",))


@pytest.mark.parametrize("off", [7_200.0, -7_200.0], ids=["ahead", "behind"])
async def test_a_call_that_landed_is_found_to_be_ours_whatever_the_hosts_clock_says(
    redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, off: float
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        real, now = time.time, int(time.time())
        monkeypatch.setattr(time, "time", lambda: real() + off)
        office.simulator.faults.add(Fault("status", status=503, count=1, method="POST", when="after"))

        await office.tell(*events.reply("refund", tags={"tags": []}), at=now)
        await office.done()

        (entry,) = (await Ledger(office.redis).entries(CONVERSED)).values()
        assert (entry.standing, entry.pending) == ("ours", None)
        assert entry.at == pytest.approx(now, abs=10)


async def test_a_payload_from_between_a_call_and_its_discovery_says_nothing(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        # Begun a minute ago; that it landed, nobody has heard.
        order = Order(int(time.time()) - 60, "notif_1")
        pending = Entry("vip").taken_off(("r",), order, "hash").asked("remove", time.time() - 60)
        await office.redis.hset(ledger.key(CONVERSED), vip(office), pending.encode())  # type: ignore[misc, arg-type]
        await writes(office, "never", 0)

        await writes(office, "never", -30, shows=True)
        await writes(office, "refund", 10)

        assert office.tags("conversation", CONVERSATION) == {"vip"}


async def test_after_a_crash_a_ticket_is_tagged_once_more(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("ticket", TICKET)
        pending = Entry("vip").asked("add", time.time())
        key = ledger.key(Target(APP_ID, "ticket", TICKET))
        await office.redis.hset(key, vip(office), pending.encode())  # type: ignore[misc, arg-type]

        await writes(office, "refund", 0, kind="ticket")

        assert office.tags("ticket", TICKET) == {"vip"}


async def test_a_failure_for_good_leaves_what_was_known(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "refund", 0)
        before = await Ledger(office.redis).entries(CONVERSED)
        office.simulator.faults.add(Fault("status", status=400, code="parameter_invalid", count=1, method="DELETE"))

        await writes(office, "never", 10)

        assert await Ledger(office.redis).entries(CONVERSED) == before
        assert len(await office.letters()) == 1


async def test_what_was_given_up_and_has_landed_is_found_to_be_ours(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=TAKEN_BACK, retry_limit=0.05) as office:
        office.place("conversation", CONVERSATION)
        office.simulator.faults.add(Fault("status", status=500, method="POST", when="after"))
        office.simulator.faults.add(Fault("status", status=500, method="GET", path=f"/conversations/{CONVERSATION}"))
        await writes(office, "refund", 0)
        assert [letter.reason for letter in await office.letters()] == ["gave up"]
        (given_up,) = (await Ledger(office.redis).entries(CONVERSED)).values()
        assert given_up.pending is not None
        assert office.tags("conversation", CONVERSATION) == {"vip"}
        office.simulator.faults.clear()

        await writes(office, "never mind", 10)

        assert office.tags("conversation", CONVERSATION) == set()
        (entry,) = (await Ledger(office.redis).entries(CONVERSED)).values()
        assert (entry.pending, entry.standing) == (None, "removed")


async def test_what_goes_to_and_fro_stops(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)

        for number in range(6):
            await writes(office, "never" if number % 2 else "refund", 10 * number)

        assert await outcomes(office) == ["made"] * 4 + ["stopped", "already so"]
        assert office.count("autotagger_tags_stopped_total") == 1
        assert "goes to and fro on conversation:7" in caplog.text


async def test_an_object_in_other_hands_is_waited_for_at_no_cost(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        await office.redis.set(f"{keys.LOCK}{ledger.place(CONVERSED)}", "other:1 another job")
        await office.redis.set(keys.LEASE + "another job", "other:1", px=1_500)

        await writes(office, "refund", 0)

        assert office.tags("conversation", CONVERSATION) == {"vip"}
        assert office.count("autotagger_jobs_total", outcome="postponed", reason="") >= 1
        assert office.count("autotagger_jobs_total", outcome="retried", reason="error") == 0


async def test_events_of_one_object_at_once_make_one_call(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = "version: 1\nrules:\n- {id: a, if: {message.text: {exists: yes}}, then: {contact: {add: [vip]}}}\n"
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", CONTACT)
        for number in range(20):
            office.place("conversation", str(number))
            await office.tell(*events.reply(id=str(number)))
        await office.done(within=30)

        assert office.changes() == [("POST", f"/contacts/{CONTACT}/tags", 200)]
        assert await office.letters() == ()


async def test_what_had_us_tag_is_kept_without_the_customers_words(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        await writes(office, "I sail for a refund", 0)

        (entry,) = (await Ledger(office.redis).entries(CONVERSED)).values()
        (told,) = await office.feed()

        assert entry.origin is not None
        assert (entry.origin.rules, entry.origin.order) == (("a",), Order(told.created_at, told.notification_id))
        assert (entry.origin.topic, entry.origin.rule_set) == (told.topic, told.rule_set)
        assert (entry.origin.field, entry.origin.phrase, entry.origin.span) == ("message.text", "refund", (13, 19))
        assert entry.origin.by == ADMIN_ID
        assert told.steps[0].proofs == (Proof("a", "message.text", "mentions_any", "refund", (13, 19)),)
        assert told.steps[0].reply == Reply(200, int(entry.at), ADMIN_ID)
        assert b"sail" not in told.encode() + entry.encode()
