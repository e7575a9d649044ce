"""A webhook goes in, the right tag is on: with every part a process of its own."""

import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.house import APP_ID, House, at_home
from tests.redis_server import RedisServer
from tests.service.receiver import signature

REFUND = "<p>Can I get a <b>refund</b>, please?</p>"
INVOICE = "<p>Where is my invoice?</p>"
NEITHER = "<p>How do I change my password?</p>"


def notification(kind: str, object_id: str, body: str, *, present: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    now = int(time.time())
    author = {"type": "user", "id": "66ab2f10c4d5e6f7a8b90c11", "name": "Ada", "email": "ada@example.com"}
    part = {"type": f"{kind}_part", "id": "1", "part_type": "comment", "body": body, "author": author}
    tags = {"type": "tag.list", "tags": [{"type": "tag", **tag} for tag in present]}
    item = {
        "conversation": {
            "type": "conversation",
            "id": object_id,
            "tags": tags,
            "conversation_parts": {"conversation_parts": [part], "total_count": 1},
        },
        "ticket": {
            "type": "ticket_ticket_part",
            "ticket": {"type": "ticket", "id": object_id, "ticket_attributes": {}},
            "ticket_part": part,
        },
    }[kind]
    topic = {"conversation": "conversation.user.replied", "ticket": "ticket.contact.replied"}[kind]
    return {
        "type": "notification_event",
        "app_id": APP_ID,
        "data": {"type": "notification_event_data", "item": item},
        "id": f"notif_{uuid4()}",
        "topic": topic,
        "delivery_attempts": 1,
        "first_sent_at": now,
        "created_at": now,
    }


async def post(house: House, document: dict[str, Any]) -> int:
    body = json.dumps(document).encode()
    headers = {"Content-Type": "application/json", "X-Hub-Signature": signature(body)}
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.post(house.webhook, content=body, headers=headers)).status_code


@pytest.mark.parametrize("kind", ["conversation", "ticket"])
async def test_a_webhook_tags_and_untags(redis_server: RedisServer, kind: str) -> None:
    async with at_home(redis_server) as house:
        await house.know_tags()
        await house.seed(kind, "7", "triage/unsorted")
        unsorted = {"id": await house.tag_id("triage/unsorted"), "name": "triage/unsorted"}

        status = await post(house, notification(kind, "7", INVOICE, present=(unsorted,)))
        await house.all_done()

        assert status == 200
        assert await house.tags(kind, "7") == {"billing/invoice"}
        calls = await house.calls(f"/{kind}s/7/tags")
        assert [(call["method"], call["status"]) for call in calls] == [("POST", 200), ("DELETE", 200)]
        assert all('"admin_id":"5017001"' in call["body"] for call in calls)
        assert {call["version"] for call in calls} == {"2.10"}


async def test_duplicates_make_one_call(redis_server: RedisServer) -> None:
    async with at_home(redis_server, workers=2) as house:
        await house.know_tags()
        await house.seed("conversation", "7")
        sent = notification("conversation", "7", REFUND)

        statuses = [await post(house, sent) for _ in range(5)]
        await house.all_done()
        statuses.append(await post(house, sent | {"delivery_attempts": 2}))
        await house.all_done()

        assert statuses == [200] * 6
        assert len(await house.calls("/conversations")) == 1
        assert await house.tags("conversation", "7") == {"billing/refund"}


async def test_what_no_rule_matches_changes_nothing(redis_server: RedisServer) -> None:
    async with at_home(redis_server) as house:
        await house.know_tags()
        await house.seed("conversation", "7", "triage/unsorted")

        await post(house, notification("conversation", "7", NEITHER))
        await house.all_done()

        assert await house.calls("/") == []
        assert await house.tags("conversation", "7") == {"triage/unsorted"}
        assert await house.letters() == ()
