"""Tags that come and go through REST are told to the webhook, where Intercom has a topic for it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from simulator.settings import SimulatorSettings
from tests.simulator.webhook import Received, Webhook
from tests.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOOR = "5017001"
CONTACT: Mapping[str, Any] = {
    "role": "lead",
    "email": "",
    "created_at": 1_722_500_000,
    "updated_at": 1_722_500_000,
    "companies": {"type": "list", "data": [], "total_count": 0, "has_more": False},
}


async def got(webhook: Webhook, count: int) -> list[Received]:
    """The notifications, once there are `count` of them."""

    async def enough() -> list[Received]:
        return webhook.received if len(webhook.received) >= count else []

    return await eventually(enough)


async def made(control: httpx.AsyncClient, *names: str) -> list[str]:
    """The ids of tags of these names."""
    return [(await control.post("/tags", json={"name": name})).json()["id"] for name in names]


def item_of(received: Received) -> Any:
    return json.loads(received.body)["data"]["item"]


async def test_a_tag_put_on_a_conversation_is_told_with_all_its_tags(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/conversations", json={"id": "77", "tags": ["vip"]})
    (tag,) = await made(control, "refund")
    await control.post("/echo", json={"url": webhook.url})

    await intercom.post("/conversations/77/tags", json={"id": tag, "admin_id": NOOR})

    (received,) = await got(webhook, 1)
    document = json.loads(received.body)
    assert document["topic"] == "conversation_part.tag.created"
    assert [shown["name"] for shown in item_of(received)["tags"]["tags"]] == ["vip", "refund"]
    assert item_of(received)["id"] == "77"
    signed = hmac.new(SimulatorSettings().client_secret.encode(), received.body, hashlib.sha1).hexdigest()
    assert received.headers["x-hub-signature"] == f"sha1={signed}"


async def test_an_echo_does_not_say_who_it_was(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/conversations", json={"id": "77"})
    await control.post("/admins", json={"id": "424242"})
    (tag,) = await made(control, "refund")
    await control.post("/echo", json={"url": webhook.url})

    await intercom.post("/conversations/77/tags", json={"id": tag, "admin_id": "424242"})

    (received,) = await got(webhook, 1)
    assert b"424242" not in received.body


@pytest.mark.parametrize(("role", "family"), [("user", "contact.user"), ("lead", "contact.lead")])
async def test_tags_of_contacts_are_told_both_ways(
    role: str, family: str, control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/contacts", json={"id": "c1", "item": {**CONTACT, "role": role}})
    (tag,) = await made(control, "vip")
    await control.post("/echo", json={"url": webhook.url})

    await intercom.post("/contacts/c1/tags", json={"id": tag})
    await got(webhook, 1)
    await intercom.delete(f"/contacts/c1/tags/{tag}")

    first, second = await got(webhook, 2)
    assert [json.loads(each.body)["topic"] for each in (first, second)] == [
        f"{family}.tag.created",
        f"{family}.tag.deleted",
    ]
    assert item_of(first)["tag"] == item_of(second)["tag"] == {"type": "tag", "id": tag, "name": "vip"}
    assert [shown["id"] for shown in item_of(first)["contact"]["tags"]["data"]] == [tag]
    assert item_of(second)["contact"]["tags"]["data"] == []
    for each in (first, second):
        assert item_of(each)["contact"]["updated_at"] > item_of(each)["contact"]["created_at"]


async def test_a_tag_given_by_name_is_told_of_contacts_and_not_of_companies(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/contacts", json={"id": "c1"})
    await control.post("/companies", json={"id": "f1"})
    await control.post("/echo", json={"url": webhook.url})

    company = await intercom.post("/tags", json={"name": "vip", "companies": [{"id": "f1"}]})
    contact = await intercom.post("/tags", json={"name": "vip", "users": [{"id": "c1"}]})

    assert (company.status_code, contact.status_code) == (200, 200)
    (received,) = await got(webhook, 1)
    assert json.loads(received.body)["topic"] == "contact.user.tag.created"
    assert item_of(received)["contact"]["email"] == "ada@atelier.example.com"


async def test_nothing_is_told_where_intercom_has_no_topic(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/conversations", json={"id": "77", "tags": ["vip"]})
    await control.post("/tickets", json={"id": "78"})
    vip, refund = await made(control, "vip", "refund")
    await control.post("/echo", json={"url": webhook.url})

    gone = await intercom.request("DELETE", f"/conversations/77/tags/{vip}", json={"admin_id": NOOR})
    put = await intercom.post("/tickets/78/tags", json={"id": refund, "admin_id": NOOR})
    taken = await intercom.request("DELETE", f"/tickets/78/tags/{refund}", json={"admin_id": NOOR})

    assert [each.status_code for each in (gone, put, taken)] == [200, 200, 200]
    # The next one that is told is the first.
    await intercom.post("/conversations/77/tags", json={"id": refund, "admin_id": NOOR})
    (received,) = await got(webhook, 1)
    assert [shown["name"] for shown in item_of(received)["tags"]["tags"]] == ["refund"]


async def test_a_tag_that_was_there_is_no_news_and_neither_is_a_seeded_one(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/echo", json={"url": webhook.url})
    await control.post("/conversations", json={"id": "77", "tags": ["vip"]})
    vip, refund = await made(control, "vip", "refund")

    await intercom.post("/conversations/77/tags", json={"id": vip, "admin_id": NOOR})
    await intercom.post("/conversations/77/tags", json={"id": refund, "admin_id": NOOR})

    (received,) = await got(webhook, 1)
    assert len(item_of(received)["tags"]["tags"]) == 2


async def test_nobody_is_told_unless_somebody_listens(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/conversations", json={"id": "77"})
    a, b = await made(control, "a", "b")

    await intercom.post("/conversations/77/tags", json={"id": a, "admin_id": NOOR})
    await control.post("/echo", json={"url": webhook.url})
    await control.delete("/echo")
    await intercom.post("/conversations/77/tags", json={"id": b, "admin_id": NOOR})

    assert (await control.get("/notifications")).json() == {"deliveries": []}


async def test_an_echo_that_fails_is_sent_once_more(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/conversations", json={"id": "77"})
    (tag,) = await made(control, "a")
    webhook.statuses.append(500)
    await control.post("/echo", json={"url": webhook.url, "time_scale": 0.03})

    await intercom.post("/conversations/77/tags", json={"id": tag, "admin_id": NOOR})

    first, second = (json.loads(received.body) for received in await got(webhook, 2))
    assert (first.pop("delivery_attempts"), second.pop("delivery_attempts")) == (1, 2)
    assert first == second


async def test_an_echo_has_the_version_that_was_asked_for(
    control: httpx.AsyncClient, intercom: httpx.AsyncClient, webhook: Webhook
) -> None:
    await control.post("/conversations", json={"id": "77"})
    (tag,) = await made(control, "a")
    await control.post("/echo", json={"url": webhook.url, "version": "2.15"})

    await intercom.post("/conversations/77/tags", json={"id": tag, "admin_id": NOOR})

    (received,) = await got(webhook, 1)
    assert item_of(received)["source"]["body"] == "Hello, is anyone there?"
