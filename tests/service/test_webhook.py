"""What the receiver answers, and what is in Redis when it has."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from facts import item
from service.app import PATH
from service.metrics import Metrics
from service.settings import Source
from state import keys
from state.claim import Claimant
from state.job import Job
from tests.redis_server import RedisServer
from tests.service.receiver import APP_ID, SECRET, notification, post, receiving, settings, signature
from tests.waiting import eventually

SHARED = Path(__file__).parents[3] / "shared" / "intercom" / "notifications"


async def jobs(redis: Redis) -> list[Job]:
    found = [await redis.get(name) async for name in redis.scan_iter(keys.JOB + "*")]
    return [Job.decode(payload) for payload in found if payload is not None]


def count(metrics: Metrics, topic: str, outcome: str) -> float:
    name = "autotagger_webhooks_received_total"
    return metrics.registry.get_sample_value(name, {"topic": topic, "outcome": outcome}) or 0.0


async def test_a_good_notification_becomes_one_job(redis_server: RedisServer, redis: Redis) -> None:
    metrics = Metrics()
    sent = notification()

    async with receiving(settings(redis_server.settings), metrics) as client:
        answer = await post(client, sent)

    (job,) = await jobs(redis)
    assert answer.status_code == 200
    assert (job.app_id, job.notification_id, job.topic) == (APP_ID, sent["id"], sent["topic"])
    assert (job.kind, job.target_id) == ("conversation", "215470000112233")
    assert item.load(job.item)["state"] == "open"
    assert count(metrics, "conversation.user.created", "stored") == 1


async def test_head_is_answered_200_without_a_body(redis_server: RedisServer) -> None:
    async with receiving(settings(redis_server.settings)) as client:
        answer = await client.head(PATH)

    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_duplicate_is_answered_200_and_stored_once(redis_server: RedisServer, redis: Redis) -> None:
    metrics = Metrics()
    sent = notification()

    async with receiving(settings(redis_server.settings), metrics) as client:
        answers = await asyncio.gather(*(post(client, sent) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(await jobs(redis)) == 1
    assert count(metrics, "conversation.user.created", "duplicate") == 19


@pytest.mark.parametrize("kind", ["conversation", "contact", "company"])
async def test_that_something_was_deleted_is_told_to_the_workers(
    redis_server: RedisServer, redis: Redis, kind: str
) -> None:
    item = {"type": kind, "conversation_id" if kind == "conversation" else "id": "1", "deleted": True}

    async with receiving(settings(redis_server.settings)) as client:
        answer = await post(client, notification(f"{kind}.deleted", item=item))

    assert answer.status_code == 200
    (job,) = await jobs(redis)
    assert (job.topic, str(job.target), job.item) == (f"{kind}.deleted", f"{kind}:1", b"\x80")


@pytest.mark.parametrize(
    ("sent", "topic", "outcome"),
    [
        (notification("ping", id=None, delivery_status=None, item={"type": "ping"}), "ping", "ping"),
        (notification("made.up", item={}), "other", "unknown topic"),
        (notification(item={"id": None}), "conversation.user.created", "no target"),
        (notification(item={"id": "../../admins"}), "conversation.user.created", "no target"),
        (notification(app_id="somebody1"), "conversation.user.created", "unknown workspace"),
        (
            notification(created_at=int(time.time()) - 8 * 86_400),
            "conversation.user.created",
            "replayed",
        ),
        (notification(created_at=int(time.time()) + 3_600), "conversation.user.created", "replayed"),
    ],
    ids=["ping", "unknown topic", "no id", "a bad id", "unknown workspace", "a week old", "from the future"],
)
async def test_what_is_of_no_use_is_answered_200_and_counted(
    redis_server: RedisServer, redis: Redis, sent: dict[str, Any], topic: str, outcome: str
) -> None:
    metrics = Metrics()

    async with receiving(settings(redis_server.settings), metrics) as client:
        answer = await post(client, sent)

    assert answer.status_code == 200
    assert await jobs(redis) == []
    assert count(metrics, topic, outcome) == 1


async def test_two_notifications_without_an_id_are_two_jobs(redis_server: RedisServer, redis: Redis) -> None:
    async with receiving(settings(redis_server.settings)) as client:
        for _ in range(2):
            await post(client, notification(id=None))

    assert len(await jobs(redis)) == 2


BODY = json.dumps(notification()).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Hub-Signature": ""},
        {"X-Hub-Signature": signature(BODY, "another-secret")},
        {"X-Hub-Signature": signature(BODY).upper()},
        {"X-Hub-Signature": signature(BODY)[:-1]},
        {"X-Hub-Signature": signature(BODY) + "0"},
        {"X-Hub-Signature": "sha256=" + "0" * 64},
        {"X-Hub-Signature": "sha1=" + "g" * 40},
        {"X-Hub-Signature": f"{signature(BODY)}, {signature(BODY)}"},
    ],
    ids=["empty", "another secret", "upper case", "truncated", "longer", "sha256", "not hex", "two in one"],
)
async def test_a_bad_signature_is_answered_401(
    redis_server: RedisServer, redis: Redis, headers: dict[str, str]
) -> None:
    async with receiving(settings(redis_server.settings)) as client:
        answer = await post(client, BODY, headers=headers)

    assert answer.status_code == 401
    assert await jobs(redis) == []
    assert not await redis.exists(keys.RECEIVED)


@pytest.mark.parametrize(
    "signatures",
    [[], [signature(BODY).encode()] * 2, ["sha1=é".encode() + b"0" * 38], [b"sha1=" + b"\xff" * 40]],
    ids=["none", "two headers", "not ASCII", "bytes"],
)
async def test_signature_headers_that_no_client_would_send_are_answered_401(
    redis_server: RedisServer, signatures: list[bytes]
) -> None:
    headers = [(b"Content-Type", b"application/json"), *((b"X-Hub-Signature", value) for value in signatures)]

    async with receiving(settings(redis_server.settings)) as client:
        answer = await client.post(PATH, content=BODY, headers=headers)

    assert answer.status_code == 401


async def test_a_changed_body_does_not_pass_under_the_old_signature(redis_server: RedisServer) -> None:
    async with receiving(settings(redis_server.settings)) as client:
        answer = await post(client, BODY.replace(b"open", b"shut"), headers={"X-Hub-Signature": signature(BODY)})

    assert answer.status_code == 401


async def test_while_a_secret_is_rotated_both_are_good(redis_server: RedisServer, redis: Redis) -> None:
    rotating = settings(redis_server.settings, Source(APP_ID, ("old-secret", "new-secret")))

    async with receiving(rotating) as client:
        answers = [await post(client, notification(), secret=secret) for secret in ("old-secret", "new-secret")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await jobs(redis)) == 2


async def test_a_workspace_cannot_speak_for_another(redis_server: RedisServer, redis: Redis) -> None:
    two = settings(redis_server.settings, Source(APP_ID, ("its-secret",)), Source("other123", ("other-secret",)))

    async with receiving(two) as client:
        answer = await post(client, notification(app_id=APP_ID), secret="other-secret")

    assert answer.status_code == 401
    assert await jobs(redis) == []


async def test_one_app_in_two_workspaces_signs_for_both(redis_server: RedisServer, redis: Redis) -> None:
    two = settings(redis_server.settings, Source(APP_ID, (SECRET,)), Source("other123", (SECRET,)))

    async with receiving(two) as client:
        for app_id in (APP_ID, "other123"):
            await post(client, notification(app_id=app_id))

    assert {job.app_id for job in await jobs(redis)} == {APP_ID, "other123"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"{}",
        b'{"type":"notification_event","app_id":1,"topic":"ping","data":{"item":{}}}',
        json.dumps(notification(item=[])).encode(),
        json.dumps(notification(app_id="a b")).encode(),
        json.dumps(notification(item={"id": "1", "x": 10**25})).encode(),
        json.dumps(notification(item={"id": "1", "x": float("nan")})).encode(),
        json.dumps(notification(item={"id": "1", "x": "\ud800"})).encode(),
        b"[" * 100_000,
        json.dumps(notification())[:-1].encode() + b',"x":' + b"[" * 70 + b"]" * 70 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
async def test_what_is_not_a_json_notification_is_answered_400(redis_server: RedisServer, body: bytes) -> None:
    async with receiving(settings(redis_server.settings)) as client:
        answer = await post(client, body)

    assert answer.status_code == 400
    assert answer.text


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_another_content_type_is_answered_415(redis_server: RedisServer, content_type: str) -> None:
    async with receiving(settings(redis_server.settings)) as client:
        answer = await post(client, notification(), headers={"Content-Type": content_type})

    assert answer.status_code == 415


async def test_a_content_type_with_a_charset_is_good(redis_server: RedisServer) -> None:
    async with receiving(settings(redis_server.settings)) as client:
        answer = await post(client, notification(), headers={"Content-Type": "Application/JSON; charset=utf-8"})

    assert answer.status_code == 200


async def test_a_body_of_a_mebibyte_is_taken_and_a_byte_more_is_not(redis_server: RedisServer) -> None:
    limit = 1024 * 1024
    sent = json.dumps(notification()).encode()

    async with receiving(settings(redis_server.settings)) as client:
        taken = await post(client, sent.ljust(limit))
        refused = await post(client, sent.ljust(limit + 1))

    assert (taken.status_code, refused.status_code) == (200, 413)


async def test_a_body_that_does_not_announce_its_length_is_counted_too(redis_server: RedisServer) -> None:
    async def endless() -> Any:
        for _ in range(64):
            yield b"x" * 32_768

    async with receiving(settings(redis_server.settings)) as client:
        answer = await client.post(PATH, content=endless(), headers={"X-Hub-Signature": signature(BODY)})

    assert answer.status_code == 413


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("PUT", PATH), ("POST", "/"), ("POST", PATH + "/x")])
async def test_other_methods_and_paths_are_refused(redis_server: RedisServer, method: str, path: str) -> None:
    async with receiving(settings(redis_server.settings)) as client:
        answer = await client.request(method, path)

    assert answer.status_code in {404, 405}


async def test_while_redis_is_gone_the_answer_is_503_and_then_429_and_then_200_again(own_redis: RedisServer) -> None:
    metrics = Metrics()
    async with receiving(settings(own_redis.settings), metrics) as client:
        await post(client, notification())
        own_redis.kill()
        refused = [(await post(client, notification())).status_code for _ in range(102)]
        await asyncio.to_thread(own_redis.start)
        mended = (await post(client, notification())).status_code

    assert refused == [503] * 100 + [429] * 2
    assert mended == 200
    assert count(metrics, "conversation.user.created", "refused") == 102


async def test_a_frozen_redis_is_answered_for_within_half_a_second(own_redis: RedisServer) -> None:
    metrics = Metrics()
    async with receiving(settings(own_redis.settings), metrics) as client:
        own_redis.pause()
        answers = await asyncio.gather(*(post(client, notification()) for _ in range(90)))
        own_redis.resume()

    # More than the batches that can be under way at once: nobody's patience begins anew while it waits for a flight.
    assert {answer.status_code for answer in answers} == {503}
    within = metrics.registry.get_sample_value("autotagger_webhook_answer_seconds_bucket", {"le": "1.0"})
    assert within == 90


async def test_a_redis_that_is_nearly_full_is_answered_for_and_its_jobs_can_still_be_worked_off(
    own_redis: RedisServer,
) -> None:
    metrics = Metrics()
    async with own_redis.client() as redis, receiving(settings(own_redis.settings), metrics) as client:
        await post(client, notification())
        used = (await redis.info("memory"))["used_memory"]
        await redis.config_set("maxmemory", str(int(used / 0.9)))

        await eventually(lambda: refused(client))
        await Claimant(redis, "worker", lease=15).claim([keys.queue(APP_ID)], most=1)
        await redis.config_set("maxmemory", "0")

        await eventually(lambda: taken(client))


async def refused(client: httpx.AsyncClient) -> bool:
    return (await post(client, notification())).status_code == 503


async def taken(client: httpx.AsyncClient) -> bool:
    return (await post(client, notification())).status_code == 200


async def test_a_client_that_goes_away_in_the_middle_disturbs_nobody(redis_server: RedisServer) -> None:
    metrics = Metrics()
    async with receiving(settings(redis_server.settings), metrics) as client:
        host, port = client.base_url.host, client.base_url.port
        _, writer = await asyncio.open_connection(host, port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf".encode())
        await writer.drain()
        writer.close()

        await eventually(lambda: count(metrics, "", "disconnected") == 1)
        answer = await post(client, notification())

    assert answer.status_code == 200


@pytest.mark.skipif(not SHARED.exists(), reason="Intercom's sample notifications are not beside the project")
async def test_the_signatures_of_the_sample_notifications_are_good(redis_server: RedisServer) -> None:
    vectors = json.loads((SHARED / "signatures.json").read_text())
    assert vectors["client_secret"] == SECRET

    async with receiving(settings(redis_server.settings)) as client:
        for name, value in vectors["x_hub_signature"].items():
            body = (SHARED / name).read_bytes()
            answer = await post(client, body, headers={"X-Hub-Signature": value})
            assert answer.status_code == 200, name


async def test_two_receivers_do_not_store_the_same_notification_twice(redis_server: RedisServer, redis: Redis) -> None:
    sent = notification()
    configured = settings(redis_server.settings)

    async with receiving(configured) as one, receiving(configured) as two:
        answers: list[httpx.Response] = await asyncio.gather(*(post(client, sent) for client in (one, two) * 10))

    assert {answer.status_code for answer in answers} == {200}
    assert len(await jobs(redis)) == 1
