import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from simulator.webhooks.notification import signature
from simulator.webhooks.patience import Patience
from simulator.webhooks.sender import Mail, Sender
from tests.ports import free_port
from tests.simulator.webhook import Webhook
from tests.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUICK = Patience(timeout=5.0, retry_after=0.02, first_hold=0.04, longest_hold=0.08, drop_after=10.0)


def mail(number: int = 1, **item: Any) -> Mail:
    content = {"type": "conversation", "id": str(number)} | item
    return Mail("q4mx81zt", "conversation.user.created", f"notif_{number}", int(time.time()), lambda: content)


@pytest_asyncio.fixture(loop_scope="session")
async def sender(webhook: Webhook) -> AsyncIterator[Sender]:
    async with Sender(webhook.url, "test-client-secret", patience=QUICK) as sender:
        yield sender


def attempts(webhook: Webhook) -> list[int]:
    return [json.loads(received.body)["delivery_attempts"] for received in webhook.received]


async def test_a_notification_arrives_signed(sender: Sender, webhook: Webhook) -> None:
    await sender.send([mail(body="<p>Zoë</p>")])

    (received,) = webhook.received
    (delivery,) = sender.deliveries
    assert received.method == "POST"
    assert received.headers["x-hub-signature"] == signature(received.body, "test-client-secret")
    assert received.headers["user-agent"] == "intercom-parrot-service-client/1.0"
    assert received.headers["accept"] == received.headers["content-type"] == "application/json"
    assert delivery.outcome == "acked"
    assert delivery.answered_in is not None
    assert 0 < delivery.answered_in < 5


@pytest.mark.parametrize("status", [500, 503, 400, 401, 404, 302])
async def test_a_failed_delivery_is_tried_once_more(status: int, sender: Sender, webhook: Webhook) -> None:
    webhook.statuses.append(status)

    await sender.send([mail()])

    (delivery,) = sender.deliveries
    assert delivery.outcome == "acked"
    assert [attempt.status for attempt in delivery.attempts] == [status, 200]
    assert delivery.attempts[1].at - delivery.attempts[0].at >= QUICK.retry_after
    assert attempts(webhook) == [1, 2]


async def test_a_retry_differs_in_its_attempt_only(sender: Sender, webhook: Webhook) -> None:
    webhook.statuses.append(500)

    await sender.send([mail()])

    first, second = (json.loads(received.body) for received in webhook.received)
    assert first | {"delivery_attempts": 2} == second


async def test_a_second_failure_is_final(sender: Sender, webhook: Webhook) -> None:
    webhook.statuses.extend([500, 502])

    await sender.send([mail()])

    (delivery,) = sender.deliveries
    assert (delivery.outcome, len(webhook.received), delivery.answered_in) == ("failed", 2, None)


async def test_a_slow_answer_is_a_failure(webhook: Webhook) -> None:
    webhook.delay = 0.2
    patience = Patience(timeout=0.01, retry_after=0.01)

    async with Sender(webhook.url, "test-client-secret", patience=patience) as sender:
        await sender.send([mail()])

    (delivery,) = sender.deliveries
    assert delivery.outcome == "failed"
    assert [(attempt.status, attempt.error) for attempt in delivery.attempts] == [(None, "TimeoutError")] * 2


async def test_nobody_listening_is_a_failure() -> None:
    async with Sender(f"http://127.0.0.1:{free_port()}/", "test-client-secret", patience=QUICK) as sender:
        await sender.send([mail()])

    (delivery,) = sender.deliveries
    assert delivery.outcome == "failed"
    assert len(delivery.attempts) == 2
    assert all(str(attempt.error).startswith("Connect") for attempt in delivery.attempts)


async def test_429_holds_back_every_notification(sender: Sender, webhook: Webhook) -> None:
    webhook.statuses.append(429)
    first = sender.post(mail(1))
    await eventually(lambda: bool(first.attempts))

    second = sender.post(mail(2))
    await sender.drain()

    assert [attempt.status for attempt in first.attempts] == [429, 200]
    assert [attempt.status for attempt in second.attempts] == [200]
    assert second.held > 0
    assert second.attempts[0].at - first.attempts[0].at >= QUICK.first_hold * 0.9


async def test_429_is_no_failure_however_often_it_comes(sender: Sender, webhook: Webhook) -> None:
    webhook.statuses.extend([429, 429, 429, 500])

    await sender.send([mail()])

    (delivery,) = sender.deliveries
    assert [attempt.status for attempt in delivery.attempts] == [429, 429, 429, 500, 200]
    assert (delivery.outcome, delivery.failures) == ("acked", 1)


async def test_a_notification_held_back_too_long_is_dropped(webhook: Webhook) -> None:
    webhook.statuses.extend([429] * 50)
    patience = Patience(first_hold=0.01, longest_hold=0.02, drop_after=0.05)

    async with Sender(webhook.url, "test-client-secret", patience=patience) as sender:
        await sender.send([mail()])

    (delivery,) = sender.deliveries
    assert delivery.outcome == "dropped"
    assert delivery.held <= patience.drop_after
    assert {attempt.status for attempt in delivery.attempts} == {429}


async def test_410_ends_the_subscription(sender: Sender, webhook: Webhook) -> None:
    webhook.statuses.append(410)

    await sender.send([mail(1)])
    await sender.send([mail(2), mail(3)])

    assert [delivery.outcome for delivery in sender.deliveries] == ["disabled"] * 3
    assert len(webhook.received) == 1


async def test_the_same_mail_sent_again_is_an_exact_duplicate(sender: Sender, webhook: Webhook) -> None:
    counter = iter(range(10))
    changing = Mail("q4mx81zt", "ping", None, 1, lambda: {"type": "ping", "asked": next(counter)})

    await sender.send([changing])
    await sender.send([changing])

    first, second = webhook.received
    assert first.body == second.body


async def test_no_more_calls_are_under_way_than_allowed(webhook: Webhook) -> None:
    webhook.delay = 0.01

    async with Sender(webhook.url, "test-client-secret", patience=QUICK, concurrency=3) as sender:
        await sender.send([mail(number) for number in range(12)])

    assert webhook.most_under_way == 3
    assert {delivery.outcome for delivery in sender.deliveries} == {"acked"}


async def test_a_rate_spreads_the_notifications(sender: Sender, webhook: Webhook) -> None:
    began = time.monotonic()

    await sender.send([mail(number) for number in range(11)], rate=100)

    assert time.monotonic() - began >= 0.1
    assert len(webhook.received) == 11


async def test_the_url_is_validated_with_head(sender: Sender, webhook: Webhook) -> None:
    status = await sender.validate()

    assert (status, webhook.received[0].method) == (200, "HEAD")


async def test_leaving_gives_up_what_is_under_way(webhook: Webhook) -> None:
    webhook.statuses.append(500)
    async with Sender(webhook.url, "test-client-secret", patience=Patience()) as sender:
        delivery = sender.post(mail())
        await eventually(lambda: bool(delivery.attempts))

    assert (delivery.outcome, len(webhook.received)) == ("pending", 1)
