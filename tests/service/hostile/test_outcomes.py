"""Whatever becomes of a webhook, it has one outcome: over all outcomes as many are counted as were sent."""

import asyncio
import json
import time
from collections import Counter
from typing import Any

import httpx
import pytest

from cli.listener import listening
from facts.topics import TOPICS
from service.app import around
from service.metrics import Metrics
from service.webhook import Webhook
from state.enqueue import Entry, Stored
from state.settings import RedisSettings
from tests.redis_server import RedisServer
from tests.service.hostile.besieged import Besieged, besieged, request
from tests.service.hostile.shapes import fresh
from tests.service.receiver import notification, post, settings

DAY = 86_400


def sent(topic: str = "conversation.user.created", **changes: Any) -> bytes:
    return request(json.dumps(notification(topic, **changes)).encode())


def of_every_kind() -> dict[str, list[bytes]]:
    """Requests by the outcome that each is to have."""
    duplicate = json.dumps(notification()).encode()
    week_ago = int(time.time()) - 8 * DAY
    ignored = [(topic, known.ignored) for topic, known in TOPICS.items() if known.ignored and not known.ends]
    found: dict[str, list[bytes]] = {
        "stored": [request(fresh()) for _ in range(3)] + [request(duplicate)],
        "duplicate": [request(duplicate)] * 2,
        "replayed": [sent(created_at=week_ago), sent(created_at=int(time.time()) + DAY)],
        "unknown topic": [sent("made.up"), sent("x" * 300)],
        "no target": [sent(item={}), sent(item={"id": "../1"})],
        "item is a part": [sent(item={"type": "conversation_part", "id": "1"})],
        "unknown workspace": [sent(app_id="another1")],
        "bad signature": [request(fresh(), sign="another-secret"), request(fresh(), sign=None)],
        "malformed": [request(b"{"), request(b"null")],
        "not json": [request(fresh()).replace(b"application/json", b"text/plain")],
        "too large": [request(b" " * 1_100_000), request(fresh(), length="1048577")],
        "disconnected": [request(fresh())[:-1], request(fresh(), length="1048576")],
    }
    for topic, reason in ignored:
        found.setdefault(reason, []).append(sent(topic))
    return found


async def test_every_webhook_has_one_outcome(redis_server: RedisServer) -> None:
    kinds = of_every_kind()

    async with besieged(redis_server) as receiver:
        known = await receiver.series()
        for requests in kinds.values():
            for one in requests:
                await receiver.send(one)
        await receiver.counted({outcome: len(requests) for outcome, requests in kinds.items()})
        jobs = await receiver.jobs()
        cuts = await receiver.cuts()
        counted = await receiver.series()

    assert len(jobs) == len(kinds["stored"])
    assert cuts == {}
    # Prometheus sees no increase in what begins above 0.
    assert counted == known


async def test_what_is_refused_is_counted_once_too(own_redis: RedisServer) -> None:
    async with besieged(own_redis) as receiver:
        own_redis.kill()
        known = await receiver.series()
        answers = [(await receiver.send(request(fresh())))[0] for _ in range(5)]
        outcomes = await receiver.outcomes()
        counted = await receiver.series()

    assert answers == [503] * 5
    assert outcomes == {"refused": 5}
    assert counted == known


@pytest.mark.alone
async def test_with_everything_at_once_the_sum_is_what_was_sent(redis_server: RedisServer) -> None:
    kinds = of_every_kind()
    del kinds["duplicate"]
    requests = [one for each in kinds.values() for one in each] * 3
    wanted = Counter({outcome: 3 * len(each) for outcome, each in kinds.items()})
    known = 2 * len(kinds["stored"])
    wanted.update({"stored": -known, "duplicate": known})

    async with besieged(redis_server) as receiver:
        await asyncio.gather(*map(receiver.send, requests))
        await receiver.counted(wanted)

    assert wanted.total() == len(requests)


class Faulty:
    """An enqueuer with a mistake in it."""

    async def enqueue(self, entry: Entry) -> Stored:
        raise ZeroDivisionError(entry.payload)


async def test_a_mistake_of_ours_is_an_outcome_too(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    webhook = Webhook(settings(RedisSettings()), Faulty(), metrics)  # type: ignore[arg-type]  # its one method

    async with (
        listening(around(webhook), "127.0.0.1", 0, graceful=1) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        answer = await post(client, notification())

    labels = {"topic": "", "outcome": "failed"}
    assert (answer.status_code, answer.text) == (503, "try again later")
    assert metrics.registry.get_sample_value("autotagger_webhooks_received_total", labels) == 1
    assert "ZeroDivisionError" in caplog.text
    assert "215470000112233" not in caplog.text


async def test_a_connection_that_brings_no_request_is_counted_by_why_it_was_cut(redis_server: RedisServer) -> None:
    async with besieged(redis_server, AUTOTAGGER_REQUEST_TIMEOUT="0.3") as receiver:
        await receiver.send(b"junk\r\n\r\n")
        await receiver.send(request(fresh(), more="X: " + "y" * 40_000 + "\r\n"))
        await held_open(receiver, request(fresh())[:40])
        await held_open(receiver, request(fresh())[:-1])
        cuts = await receiver.cuts()
        await receiver.counted({"disconnected": 1})

    assert cuts == {"broken request": 1, "large headers": 1, "too slow": 2}


async def held_open(receiver: Besieged, raw: bytes) -> None:
    """Send this much and wait until the receiver hangs up."""
    reader, writer = await asyncio.open_connection(*receiver.address)
    writer.write(raw)
    await reader.read()
    writer.close()
