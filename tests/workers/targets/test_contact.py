"""Tags of contacts: by their own events, and by those of their conversations and tickets."""

from pathlib import Path
from typing import Any

import pytest

from simulator.faults import Fault
from tests.redis_server import RedisServer
from tests.workers.hydration import events
from tests.workers.hydration.events import CONTACT, CONVERSATION, TICKET, rule
from tests.workers.office import Office, at_work

REFUND = "message.text: {mentions_any: [refund]}"
ON_THE_CONTACT = "{contact: {add: [vip], remove: [beta]}}"
OTHER = "66ab2f10c4d5e6f7a8b90c99"


def tag_id(office: Office, name: str) -> str:
    return office.simulator.workspace.find_or_create_tag(name)[0].id


async def test_a_contact_rule_adds_and_removes_in_nobodys_name(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule("contact.phone: {exists: yes}", "{add: [vip], remove: [beta]}", "contact")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", CONTACT, "beta")

        await office.tell(*events.contact(tag_id(office, "beta")))
        await office.done()

        assert office.tags("contact", CONTACT) == {"vip"}
        assert [(method, status) for method, _, status in office.changes()] == [("POST", 200), ("DELETE", 200)]
        assert all(b"admin_id" not in one.call.body for one in office.simulator.calls.since(0))


async def test_what_the_contact_shows_to_be_so_is_not_done_again(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule("contact.phone: {exists: yes}", "{add: [vip], remove: [beta]}", "contact")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", CONTACT, "vip")

        await office.tell(*events.contact(tag_id(office, "vip")))
        await office.done()

        assert office.changes() == []


@pytest.mark.parametrize("event", [events.reply(), events.ticket()], ids=["conversation", "ticket"])
async def test_a_message_tags_its_author(redis_server: RedisServer, tmp_path: Path, event: tuple[str, Any]) -> None:
    rules = rule(REFUND, ON_THE_CONTACT, "[conversation, ticket]")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", CONTACT, "beta")
        office.place("contact", OTHER, "beta")
        first = {"contacts": [{"type": "contact", "id": OTHER}, {"type": "contact", "id": CONTACT}]}

        await office.tell(event[0], _with_contacts(event[1], first))
        await office.done()

        assert office.tags("contact", CONTACT) == {"vip"}
        assert office.tags("contact", OTHER) == {"beta"}
        assert office.reads() == ["/tags"]


async def test_without_a_customers_message_it_is_the_first_contact(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule("conversation.state: open", ON_THE_CONTACT)
    both = {"contacts": [{"type": "contact", "id": OTHER}, {"type": "contact", "id": CONTACT}]}
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", OTHER)

        await office.tell(*events.reply(contacts=both, conversation_parts={}))
        await office.done()

        assert office.tags("contact", OTHER) == {"vip"}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"contacts": {"contacts": []}, "conversation_parts": {}}, id="nobody is listed"),
        pytest.param({}, id="the contact does not exist"),
    ],
)
async def test_without_a_contact_the_rest_is_done(
    redis_server: RedisServer, tmp_path: Path, fields: dict[str, Any]
) -> None:
    rules = rule("conversation.state: open", "{add: [refund], contact: {add: [vip]}}")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("conversation", CONVERSATION)

        await office.tell(*events.reply(**fields))
        await office.done()

        assert office.tags("conversation", CONVERSATION) == {"refund"}
        (entry,) = await office.feed()
        assert [(step.kind, step.outcome) for step in entry.steps] == [
            ("conversation", "made"),
            ("contact", "no contact"),
        ]
        assert await office.letters() == ()


async def test_who_the_contact_is_is_asked_where_nobody_tells(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule("event.topic: conversation.contact.detached", "{contact: {add: [vip]}}")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("conversation", CONVERSATION, contacts=events.LISTED)
        office.place("contact", CONTACT)

        await office.tell(*events.detached())
        await office.done()

        assert office.tags("contact", CONTACT) == {"vip"}
        assert office.reads() == [f"/conversations/{CONVERSATION}", "/tags"]


async def test_a_detach_that_finds_no_tag_succeeds(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule(REFUND, "{contact: {remove: [beta]}}")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("contact", CONTACT)

        await office.tell(*events.reply())
        await office.done()

        assert [status for _, _, status in office.changes()] == [404]
        assert await office.letters() == ()


async def test_a_change_on_the_contact_that_fails_is_repeated_alone(redis_server: RedisServer, tmp_path: Path) -> None:
    rules = rule(REFUND, "{add: [refund], contact: {add: [vip]}}")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("conversation", CONVERSATION)
        office.place("contact", CONTACT)
        office.simulator.faults.add(
            Fault("status", status=500, count=2, method="POST", path=f"/contacts/{CONTACT}/tags")
        )

        await office.tell(*events.reply())
        await office.done()

        assert office.tags("contact", CONTACT) == {"vip"}
        paths = [path for _, path, _ in office.changes()]
        assert paths.count(f"/conversations/{CONVERSATION}/tags") == 1
        assert paths.count(f"/contacts/{CONTACT}/tags") == 3


async def test_an_event_about_a_contact_that_is_gone_is_a_dead_letter(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    rules = rule("contact.phone: {exists: yes}", "{add: [vip]}", "contact")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        await office.tell(*events.contact())
        await office.done()

        (letter,) = await office.letters()
        assert (letter.reason, letter.target) == ("not_found", f"contact:{CONTACT}")


def _with_contacts(item: dict[str, Any], contacts: dict[str, Any]) -> dict[str, Any]:
    if item["type"] == "conversation":
        return {**item, "contacts": contacts}
    return {**item, "ticket": {**item["ticket"], "id": TICKET, "contacts": contacts}}
