"""Exactly which calls are made for which rules and events, and what comes of them."""

from pathlib import Path
from typing import Any

import pytest

from simulator.workspace.objects import Kind
from tests.redis_server import RedisServer
from tests.workers.hydration import events
from tests.workers.hydration.events import COMPANY, CONTACT, CONVERSATION, TICKET, rule
from tests.workers.office import Office, at_work

FIND_CONTACT = f"/contacts/{CONTACT}"
LIST_COMPANIES, LIST_SEGMENTS = f"{FIND_CONTACT}/companies", f"{FIND_CONTACT}/segments"
LIST_CONTACT_TAGS = f"{FIND_CONTACT}/tags"
FIND_COMPANY = f"/companies/{COMPANY}"
FIND_CONVERSATION, FIND_TICKET = f"/conversations/{CONVERSATION}", f"/tickets/{TICKET}"
LIST_TAGS = "/tags"
"""Asked for once by every worker that changes a tag, or wants names."""


def furnish(office: Office) -> None:
    """A customer of a paying company, with one conversation and one ticket."""
    office.place("company", COMPANY, "beta", monthly_spend=1200, custom_attributes={"tier": "gold"})
    office.place("contact", CONTACT, "beta", companies=(COMPANY,), phone="+4512345678", email="ada@example.com")
    office.place_segment("Paying", CONTACT, COMPANY)
    office.place("conversation", CONVERSATION, state="snoozed", contacts=events.LISTED)
    office.place("ticket", TICKET, ticket_state="resolved", contacts=events.LISTED)


REPLY = events.reply()
REFUND, INVOICE = "message.text: {mentions_any: [refund]}", "message.text: {mentions_any: [invoice]}"
SPENDS, CALLABLE = "company.monthly_spend: {at_least: 500}", "contact.phone: {exists: yes}"
PAYING, BETA = "contact.segments: {has_any: [Paying]}", "contact.tags: {has_any: [beta]}"


@pytest.mark.parametrize(
    ("condition", "event", "reads"),
    [
        pytest.param(REFUND, REPLY, [LIST_TAGS], id="the message alone"),
        pytest.param(f"{INVOICE}, {SPENDS}", REPLY, [], id="false without the company"),
        pytest.param(f"any: [{{{REFUND}}}, {{{SPENDS}}}]", REPLY, [LIST_TAGS], id="true without the company"),
        pytest.param("contact.email: ada@example.com", REPLY, [LIST_TAGS], id="the author's address is in the message"),
        pytest.param("contact.external_id: shop-1", REPLY, [LIST_TAGS], id="the listed contact's own id"),
        pytest.param(CALLABLE, REPLY, [FIND_CONTACT, LIST_TAGS], id="a contact"),
        pytest.param(f"{REFUND}, {SPENDS}", REPLY, [LIST_COMPANIES, LIST_TAGS], id="a company"),
        pytest.param("company.attributes.tier: gold", REPLY, [LIST_COMPANIES, LIST_TAGS], id="a company's attribute"),
        pytest.param(
            "company.tags: {has_any: [beta]}", REPLY, [LIST_COMPANIES, LIST_TAGS], id="a company's tags come by name"
        ),
        pytest.param(
            "company.segments: {has_any: [Paying]}", REPLY, [LIST_COMPANIES, LIST_TAGS], id="a company's segments"
        ),
        pytest.param(PAYING, REPLY, [LIST_SEGMENTS, LIST_TAGS], id="segments"),
        pytest.param(BETA, REPLY, [FIND_CONTACT, LIST_TAGS], id="a contact's tags are ids"),
        pytest.param(f"{CALLABLE}, {SPENDS}", REPLY, [LIST_COMPANIES, FIND_CONTACT, LIST_TAGS], id="both"),
        pytest.param(
            f"{CALLABLE}, company.monthly_spend: {{above: 9999}}", REPLY, [LIST_COMPANIES], id="false after the first"
        ),
        pytest.param(
            f"any: [{{{CALLABLE}}}, {{{SPENDS}}}, {{{PAYING}}}]",
            REPLY,
            [LIST_COMPANIES, LIST_TAGS],
            id="true after the first",
        ),
        pytest.param(
            "conversation.state: snoozed", events.detached(), [FIND_CONVERSATION, LIST_TAGS], id="a conversation"
        ),
        pytest.param(
            CALLABLE, events.detached(), [FIND_CONVERSATION, FIND_CONTACT, LIST_TAGS], id="a contact to be found"
        ),
        pytest.param(
            SPENDS, events.detached(), [FIND_CONVERSATION, LIST_COMPANIES, LIST_TAGS], id="a company to be found"
        ),
        pytest.param(
            f"contact.id: {CONTACT}", events.detached(), [FIND_CONVERSATION, LIST_TAGS], id="who the contact is"
        ),
        pytest.param(
            f"conversation.state: open, {CALLABLE}", events.detached(), [FIND_CONVERSATION], id="false once found"
        ),
    ],
)
async def test_a_conversation(
    redis_server: RedisServer, tmp_path: Path, condition: str, event: tuple[str, Any], reads: list[str]
) -> None:
    await told(redis_server, tmp_path, rule(condition), event, reads, "conversation", CONVERSATION)


@pytest.mark.parametrize(
    ("condition", "event", "reads"),
    [
        pytest.param(REFUND, events.ticket(), [LIST_TAGS], id="the message alone"),
        pytest.param("ticket.tags: {has_none: [vip]}", events.ticket(), [LIST_TAGS], id="our own record"),
        pytest.param(f"{REFUND}, {SPENDS}", events.ticket(), [LIST_COMPANIES, LIST_TAGS], id="a company"),
        pytest.param(
            "ticket.state: resolved",
            ("ticket.contact.detached", {"ticket": {"id": TICKET}, "contact": {}}),
            [FIND_TICKET, LIST_TAGS],
            id="a ticket",
        ),
    ],
)
async def test_a_ticket(
    redis_server: RedisServer, tmp_path: Path, condition: str, event: tuple[str, Any], reads: list[str]
) -> None:
    await told(redis_server, tmp_path, rule(condition, kind="ticket"), event, reads, "ticket", TICKET)


@pytest.mark.parametrize(
    ("condition", "event", "reads"),
    [
        pytest.param(CALLABLE, events.contact(), [LIST_TAGS], id="the contact comes whole"),
        pytest.param(SPENDS, events.contact(), [FIND_COMPANY, LIST_TAGS], id="a company whose id is listed"),
        pytest.param(SPENDS, events.contact(companies=()), [], id="no company"),
        pytest.param(PAYING, events.contact(), [LIST_SEGMENTS, LIST_TAGS], id="segments"),
        pytest.param("contact.tags: {has_none: [beta]}", events.contact(), [LIST_TAGS], id="no tags"),
        pytest.param("contact.tags: {has_none: [other]}", events.contact("1"), [LIST_TAGS], id="tags are ids"),
        pytest.param(
            BETA,
            events.contact(tags={"data": [{"id": "1"}], "has_more": True}),
            [LIST_CONTACT_TAGS, LIST_TAGS],
            id="more tags than are listed",
        ),
    ],
)
async def test_a_contact(
    redis_server: RedisServer, tmp_path: Path, condition: str, event: tuple[str, Any], reads: list[str]
) -> None:
    await told(redis_server, tmp_path, rule(condition, kind="contact"), event, reads, "contact", CONTACT)


@pytest.mark.parametrize(
    ("condition", "event", "reads"),
    [
        pytest.param("company.name: Atelier", events.company(), [LIST_TAGS], id="the company comes whole"),
        pytest.param(
            "company.segments: {has_any: [Paying]}", events.company(), [FIND_COMPANY, LIST_TAGS], id="segments"
        ),
        pytest.param("company.tags: {has_none: [other]}", events.company("1"), [LIST_TAGS], id="tags are ids"),
        pytest.param(
            SPENDS,
            ("company.contact.attached", {"company": {"id": COMPANY}}),
            [FIND_COMPANY, LIST_TAGS],
            id="an internal record",
        ),
    ],
)
async def test_a_company(
    redis_server: RedisServer, tmp_path: Path, condition: str, event: tuple[str, Any], reads: list[str]
) -> None:
    await told(redis_server, tmp_path, rule(condition, kind="company"), event, reads, "company", COMPANY)


async def told(
    redis_server: RedisServer,
    tmp_path: Path,
    rules: str,
    event: tuple[str, Any],
    reads: list[str],
    kind: Kind,
    object_id: str,
) -> None:
    """Have a worker handle an event, and look at what it asked for: a rule that matches needs the id of its tag."""
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        furnish(office)

        await office.tell(*event)
        await office.done()

        assert office.reads() == reads
        assert ("vip" in office.tags(kind, object_id)) is (LIST_TAGS in reads)
        assert await office.letters() == ()


async def test_a_rule_of_a_group_has_those_before_it_decided(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = (
        "version: 1\ngroups: [{id: g, pick: first}]\nrules:\n"
        f"- {{id: a, group: g, if: {{{SPENDS}}}, then: {{add: [vip]}}}}\n"
        f"- {{id: b, group: g, if: {{{REFUND}}}, then: {{add: [refund]}}}}\n"
    )
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        furnish(office)

        await office.tell(*REPLY)
        await office.done()

        assert office.tags("conversation", CONVERSATION) == {"vip"}
        assert office.reads() == [LIST_COMPANIES, LIST_TAGS]


async def test_a_rule_in_shadow_is_decided_like_the_others(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(SPENDS, mode="shadow")) as office:
        furnish(office)

        await office.tell(*REPLY)
        await office.done()

        assert office.reads() == [LIST_COMPANIES]
        (entry,) = await office.feed()
        assert [(step.tag, step.outcome) for step in entry.steps] == [("vip", "shadow")]


async def test_names_at_hand_cost_nothing(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=rule(BETA)) as office:
        furnish(office)
        office.place("conversation", "9")

        await office.tell(*REPLY)
        await office.done()
        await office.tell("conversation.user.replied", {**REPLY[1], "id": "9"})
        await office.done()

        assert office.tags("conversation", "9") == {"vip"}
        assert office.reads() == [FIND_CONTACT, LIST_TAGS]
