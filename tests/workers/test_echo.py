"""Events of our own tagging are recorded and not evaluated; whatever else they tell is."""

import time
from pathlib import Path

import pytest

from facts.target import Target
from simulator.webhooks.echo import echo
from simulator.workspace.objects import Kind, Tagging
from simulator.workspace.tags import Applied
from state.ledger import Ledger
from tests.redis_server import RedisServer
from tests.workers.hydration import events
from tests.workers.hydration.events import CONTACT, CONVERSATION
from tests.workers.office import APP_ID, Office, at_work

RULES = """
version: 1
rules:
- {id: words, if: {message.text: {mentions_any: [refund]}}, then: {add: [vip]}}
- {id: tagged, if: {conversation.tags: {has_any: [vip]}}, then: {add: [angry]}}
- {id: contact, applies_to: contact, if: {contact.phone: {exists: yes}}, then: {add: [vip]}}
- {id: gone, applies_to: contact, if: {contact.phone: {exists: no}}, then: {remove: [vip]}}
- {id: both, applies_to: contact, if: {event.topic: [contact.user.tag.created]}, then: {add: [beta]}}
"""


async def told(office: Office, kind: Kind, object_id: str, tag: str, *, on: bool = True, after: int = 0) -> None:
    """Intercom tells that this tag was put on, or taken off; the object is shown as it is now."""
    workspace = office.simulator.workspace
    found, _ = workspace.find_or_create_tag(tag)
    notification = echo(workspace, Tagging(workspace.objects[kind, object_id], found, on=on))
    assert notification is not None
    await office.tell(*notification, after=after)
    await office.done()


def by_person(office: Office, kind: Kind, object_id: str, tag: str) -> None:
    workspace = office.simulator.workspace
    tag_id = workspace.find_or_create_tag(tag)[0].id
    workspace.attach(workspace.objects[kind, object_id], tag_id, Applied(int(time.time()), "5017002"))


async def test_our_own_tag_is_not_evaluated(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION, "beta")
        beta = office.simulator.workspace.find_or_create_tag("beta")[0].id
        await office.tell(*events.reply(tags={"tags": [{"id": beta, "name": "beta"}]}))
        await office.done()

        await told(office, "conversation", CONVERSATION, "vip")

        assert office.count("autotagger_echoes_total") == 1
        assert office.tags("conversation", CONVERSATION) == {"beta", "vip"}
        assert len(office.changes()) == 1


async def test_a_persons_tag_in_the_same_event_is_evaluated(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        await office.tell(*events.reply())
        await office.done()
        by_person(office, "conversation", CONVERSATION, "beta")

        await told(office, "conversation", CONVERSATION, "vip")

        assert office.count("autotagger_echoes_total") == 0
        assert office.tags("conversation", CONVERSATION) == {"vip", "beta", "angry"}


async def test_a_persons_tag_after_ours_is_evaluated(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        await office.tell(*events.reply())
        await office.done()
        await told(office, "conversation", CONVERSATION, "vip")
        by_person(office, "conversation", CONVERSATION, "beta")

        await told(office, "conversation", CONVERSATION, "beta", after=5)

        assert office.count("autotagger_echoes_total") == 1
        assert office.tags("conversation", CONVERSATION) == {"vip", "beta", "angry"}


async def test_the_same_tag_by_a_person_is_no_echo_of_ours(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        by_person(office, "conversation", CONVERSATION, "vip")

        await told(office, "conversation", CONVERSATION, "vip")

        assert office.count("autotagger_echoes_total") == 0
        assert office.tags("conversation", CONVERSATION) == {"vip", "angry"}


@pytest.mark.parametrize("phone", ["+4512345678", None], ids=["put on", "taken off"])
async def test_a_contacts_tag_is_told_both_ways(redis_server: RedisServer, tmp_path: Path, phone: str | None) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("contact", CONTACT, *([] if phone else ["vip"]), phone=phone)
        vip = office.simulator.workspace.find_or_create_tag("vip")[0].id
        await office.tell(*events.contact(*([] if phone else [vip]), phone=phone))
        await office.done()
        assert office.tags("contact", CONTACT) == ({"vip"} if phone else set())

        await told(office, "contact", CONTACT, "vip", on=phone is not None)

        assert office.count("autotagger_echoes_total") == 1
        assert len(office.changes()) == 1


async def test_what_we_did_to_a_ticket_may_be_told_as_the_conversations(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    rules = RULES.replace("id: words,", "id: words, applies_to: ticket,")
    async with at_work(redis_server.settings, tmp_path, rules=rules) as office:
        office.place("ticket", "8")
        office.place("conversation", "8")
        await office.tell(*events.ticket())
        await office.done()
        by_person(office, "conversation", "8", "vip")

        await told(office, "conversation", "8", "vip")

        assert office.count("autotagger_echoes_total") == 1
        assert office.tags("conversation", "8") == {"vip"}


async def test_what_was_told_is_not_told_again(redis_server: RedisServer, tmp_path: Path) -> None:
    async with at_work(redis_server.settings, tmp_path, rules=RULES) as office:
        office.place("conversation", CONVERSATION)
        await office.tell(*events.reply())
        await office.done()
        await told(office, "conversation", CONVERSATION, "vip")

        await told(office, "conversation", CONVERSATION, "vip", after=5)

        assert office.count("autotagger_echoes_total") == 1
        vip = office.simulator.workspace.find_or_create_tag("vip")[0].id
        entries = await Ledger(office.redis).entries(Target(APP_ID, "conversation", CONVERSATION))
        assert entries[vip].is_told
