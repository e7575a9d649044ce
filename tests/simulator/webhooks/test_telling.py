"""Notifications on demand, and the payload version of those that are invented."""

import json
from typing import Any

import httpx
import pytest

from tests.simulator.webhook import Webhook
from tests.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def items(webhook: Webhook, topic: str) -> list[Any]:
    """The items of a topic's notifications, once there is one."""

    async def found() -> list[Any]:
        documents = (json.loads(received.body) for received in webhook.received)
        return [document["data"]["item"] for document in documents if document["topic"] == topic]

    return await eventually(found)


async def test_a_ticket_is_told_in_its_three_shapes(control: httpx.AsyncClient, webhook: Webhook) -> None:
    await control.post("/contacts", json={"id": "c1", "item": {"role": "lead"}})
    parts = [{"type": "ticket_part", "id": "1", "part_type": "note", "body": "<p>Hm</p>", "author": {"type": "admin"}}]
    listed = {"type": "ticket_part.list", "ticket_parts": parts, "total_count": 1}
    await control.post("/tickets", json={"id": "78", "item": {"ticket_parts": listed}})

    for topic in ("ticket.created", "ticket.note.created", "ticket.contact.attached", "ticket.closed"):
        wanted = {"url": webhook.url, "topic": topic, "id": "78", "contact": "c1", "version": "2.14"}
        assert (await control.post("/notify", json=wanted)).status_code == 200

    (plain,) = await items(webhook, "ticket.created")
    (wrapped,) = await items(webhook, "ticket.note.created")
    (pair,) = await items(webhook, "ticket.contact.attached")
    (closed,) = await items(webhook, "ticket.closed")
    assert (plain["type"], plain["id"], plain["ticket_state"]["category"]) == ("ticket", "78", "submitted")
    assert (wrapped["type"], wrapped["ticket"]["id"], wrapped["ticket_part"]["id"]) == ("ticket_ticket_part", "78", "1")
    assert (pair["ticket"]["id"], pair["ticket"]["state"], pair["contact"]["id"]) == (78, "submitted", "c1")
    assert closed["id"] == "78"


async def test_companies_and_contacts_are_told_as_notifications_have_them(
    control: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/companies", json={"id": "f1", "tags": ["vip"], "item": {"created_at": 1_722_500_000}})
    await control.post("/contacts", json={"id": "c1", "companies": ["f1"], "tags": ["vip"]})

    for topic, about in (("company.updated", "f1"), ("contact.user.updated", "c1")):
        await control.post("/notify", json={"url": webhook.url, "topic": topic, "id": about})

    (company,) = await items(webhook, "company.updated")
    (contact,) = await items(webhook, "contact.user.updated")
    assert company["created_at"] == "2024-08-01T08:13:20.000+00:00"
    assert company["tag_ids"] == [listed["id"] for listed in contact["tags"]["data"]]
    assert [listed["id"] for listed in contact["companies"]["data"]] == ["f1"]
    assert not {"tags", "segments"} & company.keys()


async def test_what_became_of_a_notification_is_listed(control: httpx.AsyncClient, webhook: Webhook) -> None:
    await control.post("/conversations", json={"id": "77"})
    wanted = {"url": webhook.url, "topic": "conversation.user.created", "id": "77"}

    told = (await control.post("/notify", json=wanted)).json()

    async def acked() -> Any:
        (delivery,) = (await control.get("/notifications")).json()["deliveries"]
        return delivery if delivery["outcome"] == "acked" else None

    assert (await eventually(acked))["id"] == told["id"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"topic": "conversation.read", "id": "12"}, "no conversation 12 is known here"),
        ({"topic": "conversation.user.replied", "id": "77"}, "this topic tells of a part; the conversation has none"),
        (
            {"topic": "conversation.contact.attached", "id": "77"},
            "this topic tells of a contact, too; none is named",
        ),
        (
            {"topic": "conversation.contact.attached", "id": "77", "contact": "c9"},
            "no contact c9 is known here",
        ),
        ({"topic": "conversation.yawned", "id": "77"}, "no notification is known of the topic conversation.yawned"),
        ({"topic": "conversation.read", "id": "77", "version": "2.9"}, "Invalid enum value '2.9' - at `$.version`"),
    ],
)
async def test_what_cannot_be_told_is_refused(
    wanted: dict[str, str], message: str, control: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/conversations", json={"id": "77"})

    answer = await control.post("/notify", json={"url": webhook.url, **wanted})

    assert (answer.status_code, answer.json()) == (400, {"error": message})


async def test_a_run_has_the_version_that_was_asked_for(control: httpx.AsyncClient, webhook: Webhook) -> None:
    await control.post("/send", json={"url": webhook.url, "events": 60, "seed": 5, "version": "2.15"})

    opened = await items(webhook, "conversation.user.created")
    (state, *_) = [item["ticket_state"] for item in await items(webhook, "ticket.created")]
    assert not [item for item in opened if "<p>" in item["source"]["body"]]
    assert state["type"] == "ticket_state"
