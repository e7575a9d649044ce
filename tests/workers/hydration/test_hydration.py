"""What cannot be fetched is waited for, what is gone is an answer, and nothing is asked twice."""

from pathlib import Path

import pytest

from simulator.faults import Fault
from tests.redis_server import RedisServer
from tests.waiting import eventually
from tests.workers.hydration import events
from tests.workers.hydration.events import COMPANY, CONTACT, CONVERSATION, rule
from tests.workers.office import Office, at_work

REPLY = events.reply()
SPENDS, CALLABLE = "company.monthly_spend: {at_least: 500}", "contact.phone: {exists: yes}"
NOT_RICH = "message.text: {mentions_any: [refund]}, company.monthly_spend: {below: 500}"
NOT_FREE = "message.text: {mentions_any: [refund]}, company.plan: {is_not: free}"
FIND_CONTACT, LIST_COMPANIES = f"/contacts/{CONTACT}", f"/contacts/{CONTACT}/companies"


def furnish(office: Office, spend: int = 1200) -> None:
    office.place("company", COMPANY, monthly_spend=spend)
    office.place("contact", CONTACT, companies=(COMPANY,), phone="+4512345678")
    office.place("conversation", CONVERSATION)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=500, count=2, path=LIST_COMPANIES),
        Fault("status", status=408, count=1, path=LIST_COMPANIES),
        Fault("status", status=400, code="parameter_invalid", count=1, path=LIST_COMPANIES),
        Fault("reset", count=2, path=LIST_COMPANIES),
        Fault("hang", count=1, path=LIST_COMPANIES),
        Fault("garbage", garbage="html", count=1, path=LIST_COMPANIES),
        Fault("garbage", garbage="truncated", count=1, path=LIST_COMPANIES),
        Fault("rate_limit", count=2, path=LIST_COMPANIES),
        Fault("status", status=401, code="unauthorized", count=1, path=LIST_COMPANIES),
        Fault("status", status=404, body="<html>", count=1, path=LIST_COMPANIES),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status if fault.kind == 'status' else fault.garbage}",
)
@pytest.mark.parametrize(("condition", "tagged"), [(NOT_FREE, True), (NOT_RICH, False)], ids=["not free", "not rich"])
async def test_a_failure_never_counts_as_no_value(
    redis_server: RedisServer, tmp_path: Path, fault: Fault, condition: str, tagged: bool
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(condition)) as office:
        furnish(office)
        office.simulator.faults.add(fault)

        await office.tell(*REPLY)
        await office.done(within=20)

        assert office.reads().count(LIST_COMPANIES) > 1
        assert office.tags("conversation", CONVERSATION) == ({"vip"} if tagged else set())
        assert await office.letters() == ()


async def test_a_contact_that_is_gone_has_no_values(redis_server: RedisServer, tmp_path: Path) -> None:
    condition = f"message.text: {{mentions_any: [refund]}}, contact.phone: {{exists: no}}, none: [{{{SPENDS}}}]"
    async with at_work(redis_server.settings, tmp_path, rules=rule(condition)) as office:
        office.place("conversation", CONVERSATION)

        await office.tell(*REPLY)
        await office.done()

        assert office.tags("conversation", CONVERSATION) == {"vip"}
        (entry,) = await office.feed()
        assert entry.gone == ("contact",)
        assert office.count("autotagger_hydration_gone_total", kind="contact") == 1
        assert len(office.reads()) == 2


async def test_a_company_that_is_gone_has_no_values(redis_server: RedisServer, tmp_path: Path) -> None:
    condition = "contact.phone: {exists: yes}, company.plan: {is_not: free}"
    async with at_work(redis_server.settings, tmp_path, rules=rule(condition, kind="contact")) as office:
        office.place("contact", CONTACT)

        await office.tell(*events.contact())
        await office.done()

        assert office.tags("contact", CONTACT) == {"vip"}
        (entry,) = await office.feed()
        assert entry.gone == ("company",)


@pytest.mark.parametrize(
    ("condition", "kind", "event"),
    [
        ("conversation.state: open", "conversation", events.detached()),
        ("contact.segments: {has_any: [a]}", "contact", events.contact()),
        ("company.segments: {has_any: [a]}", "company", events.company()),
        (
            "ticket.state: resolved",
            "ticket",
            ("ticket.contact.detached", {"ticket": {"id": "8"}, "contact": {}}),
        ),
    ],
)
async def test_an_event_about_what_is_gone_is_over(
    redis_server: RedisServer, tmp_path: Path, condition: str, kind: str, event: tuple[str, dict[str, object]]
) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(condition, kind=kind)) as office:
        await office.tell(*event)
        await office.done()

        (entry,) = await office.feed()
        assert (entry.gone, entry.steps) == ((kind,), ())
        assert await office.letters() == ()
        assert len(office.reads()) == 1


async def test_a_read_that_never_comes_ends_as_a_dead_letter(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(NOT_FREE), retry_limit=0.05) as office:
        furnish(office)
        office.simulator.faults.add(Fault("status", status=500, path=LIST_COMPANIES))

        await office.tell(*REPLY)
        await office.done()

        (letter,) = await office.letters()
        assert letter.reason == "gave up"
        assert LIST_COMPANIES in letter.last_error
        assert office.changes() == []


async def test_what_cannot_be_asked_for_is_a_dead_letter_at_once(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(CALLABLE)) as office:
        office.place("conversation", CONVERSATION)
        author = {**events.AUTHOR, "id": "../admins"}
        part = {"type": "conversation_part", "id": "1", "part_type": "comment", "body": "<p>hi</p>", "author": author}

        await office.tell(*events.reply(conversation_parts={"conversation_parts": [part]}))
        await office.done()

        (letter,) = await office.letters()
        assert (letter.reason, letter.attempts) == ("rejected", 1)
        assert "id of a contact" in letter.last_error
        assert office.reads() == []


async def test_answers_are_shared_for_a_while(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(SPENDS)) as office:
        furnish(office)
        for number in ("71", "72", "73"):
            office.place("conversation", number)
            await office.tell("conversation.user.replied", {**REPLY[1], "id": number})
            await office.done()

        assert [office.tags("conversation", number) for number in ("71", "72", "73")] == [{"vip"}] * 3
        assert office.reads().count(LIST_COMPANIES) == 1
        # The company's id, and the company itself.
        assert office.count("autotagger_hydration_reads_total", read="contact.company", source="cache") == 2
        assert office.count("autotagger_hydration_reads_total", read="contact.company", source="call") == 1


async def test_a_colleague_finds_the_same_company(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(SPENDS, kind="contact")) as office:
        furnish(office)
        office.place("contact", "other", companies=(COMPANY,))

        for contact_id in (CONTACT, "other"):
            await office.tell(*events.contact(id=contact_id))
            await office.done()

        assert office.reads().count(f"/companies/{COMPANY}") == 1
        assert office.tags("contact", "other") == {"vip"}


async def test_jobs_that_want_the_same_at_once_share_one_call(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(SPENDS)) as office:
        furnish(office)
        office.simulator.faults.add(Fault("slow", delay=0.3, path=LIST_COMPANIES))
        for number in range(10):
            office.place("conversation", f"7{number}")
            await office.tell("conversation.user.replied", {**REPLY[1], "id": f"7{number}"})

        await office.done()

        assert office.reads().count(LIST_COMPANIES) == 1
        assert all(office.tags("conversation", f"7{number}") == {"vip"} for number in range(10))
        assert office.count("autotagger_hydration_reads_total", read="contact.company", source="shared") > 0


async def test_another_worker_finds_the_answers_too(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(SPENDS)) as office:
        furnish(office)
        await office.tell(*REPLY)
        await office.done()

        await office.another_worker()
        office.place("conversation", "72")
        await office.tell("conversation.user.replied", {**REPLY[1], "id": "72"})
        await office.done()

        assert office.tags("conversation", "72") == {"vip"}
        assert office.reads().count(LIST_COMPANIES) == 1
        assert office.count("autotagger_hydration_reads_total", read="company", source="cache") == 1


@pytest.mark.parametrize("about", ["contact", "company"])
async def test_an_event_about_it_makes_it_be_read_anew(redis_server: RedisServer, tmp_path: Path, about: str) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(f"{CALLABLE}, {SPENDS}")) as office:
        furnish(office, spend=1)
        await office.tell(*REPLY)
        await office.done()
        assert office.tags("conversation", CONVERSATION) == set()

        office.place("company", COMPANY, monthly_spend=900)
        await office.tell(*(events.contact() if about == "contact" else events.company()))
        await office.done()
        await office.tell(*REPLY)
        await office.done()

        assert office.tags("conversation", CONVERSATION) == {"vip"}


async def test_our_own_change_of_its_tags_makes_it_be_read_anew(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = (
        "version: 1\nrules:\n"
        "- {id: a, if: {message.text: {mentions_any: [refund]}, contact.phone: {exists: yes}}, "
        "then: {contact: {add: [beta]}}}\n"
        "- {id: b, if: {message.text: {mentions_any: [invoice]}, contact.tags: {has_any: [beta]}}, "
        "then: {add: [vip]}}\n"
    )
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        furnish(office)
        await office.tell(*REPLY)
        await office.done()

        await office.tell(*events.reply("my invoice"))
        await office.done()

        assert office.tags("contact", CONTACT) == {"beta"}
        assert office.tags("conversation", CONVERSATION) == {"vip"}
        assert office.reads().count(FIND_CONTACT) == 2


async def test_reads_stay_within_the_budget(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule(f"{CALLABLE}, {SPENDS}")
    few = {"calls_per_window": 20}
    async with at_work(redis_server.settings, tmp_path, rules=rules, limit=20, workspace=few) as office:
        office.place("company", COMPANY, monthly_spend=900)
        for number in range(30):
            office.place("contact", f"c{number}", companies=(COMPANY,), phone="1")
            office.place("conversation", str(number))
            listed = {"contacts": [{"type": "contact", "id": f"c{number}"}]}
            silent = {**REPLY[1], "id": str(number), "contacts": listed, "conversation_parts": {}}
            await office.tell("conversation.user.replied", silent)

        await office.done(within=40)

        assert all(office.tags("conversation", str(number)) == {"vip"} for number in range(30))
        assert max(window.accepted + window.refused for window in office.simulator.windows.seen()) <= 20


async def test_what_was_fetched_is_gone_after_its_time(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(SPENDS), fetched_max_age=0.05) as office:
        furnish(office)
        await office.tell(*REPLY)
        await office.done()

        async def forgotten() -> bool:
            return not [key async for key in office.redis.scan_iter("autotagger:fetched:*:contact.company")]

        await eventually(forgotten)
        await office.tell(*REPLY)
        await office.done()

        assert office.reads().count(LIST_COMPANIES) == 2
