"""Every notification from HTTP to facts: posted to a real receiver, stored in a real Redis, read field by field."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from facts import item, tags
from facts.topics import TOPICS
from facts.view import view
from rules.language.fields import FIELDS, find, readable
from rules.language.values import Absent, Facts, Value
from rules.words.html import to_text
from service.settings import Source
from state import keys
from state.job import Job
from tests.facts import expectation, samples
from tests.facts.expectation import Expectation
from tests.redis_server import RedisServer
from tests.service import receiver

SHARED = Path(__file__).parents[3] / "shared" / "intercom" / "notifications"


def notifications() -> Iterator[Any]:
    """Corpus, topic, version and file of each."""
    for version in ("2.10", "2.14", "2.15"):
        for topic in samples.topics(version):
            path = samples.FOLDER / version / f"{topic}.json"
            yield pytest.param("own", topic, version, path, id=f"own {version} {topic}")
    for path in sorted(SHARED.glob("*.json")):
        if path.stem != "signatures":
            yield pytest.param("shared", path.stem, "", path, id=f"shared {path.stem}")


def sent_now(path: Path) -> tuple[bytes, int]:
    """The notification as if it had just happened, and when that was."""
    document, now = json.loads(path.read_text()), int(time.time())
    document |= {"created_at": now, "first_sent_at": now}
    return json.dumps(document).encode(), now


async def stored(redis_server: RedisServer, redis: Redis, body: bytes) -> list[Job]:
    """The jobs that are in Redis after a signed notification was posted."""
    workspace = json.loads(body)["app_id"]
    configured = receiver.settings(redis_server.settings, Source(workspace, (receiver.SECRET,)))
    async with receiver.receiving(configured) as client:
        answer = await receiver.post(client, body)
        assert answer.status_code == 200, answer.text
    found = [await redis.get(name) async for name in redis.scan_iter(keys.JOB + "*")]
    return [Job.decode(payload) for payload in found if payload is not None]


def as_read(path: str, value: Value | Absent) -> object:
    """A value as people read it."""
    field = find(path)
    if isinstance(value, str) and field is not None and field.markup != "none":
        return " ".join(to_text(value, quotes=True).split())
    return list(value) if isinstance(value, tuple) else value


def told(found: Facts, wanted: Expectation) -> dict[str, object]:
    """What the facts say of every field there is, and of those that are expected."""
    fixed = {path for path, field in FIELDS.items() if readable(field, found.kind)}
    paths = (fixed | found.values.keys() | wanted.fields.keys()) - {"event.time"}
    return {path: as_read(path, found.get(path)) for path in sorted(paths)}


@pytest.mark.parametrize(("corpus", "topic", "version", "path"), list(notifications()))
async def test_a_notification_says_what_it_says(
    redis_server: RedisServer, redis: Redis, corpus: str, topic: str, version: str, path: Path
) -> None:
    wanted = expectation.expected(corpus, topic, version)
    body, now = sent_now(path)

    jobs = await stored(redis_server, redis, body)

    ends = TOPICS[topic].ends
    assert bool(jobs) is (ends or not wanted.ignored)
    for job in jobs:
        kept = item.load(job.item)
        if ends:
            assert kept == {}
            continue
        found = view(job.topic, job.target, kept, job.created_at, job.delivery_attempts)
        saying = told(found, wanted)
        assert saying == {each: wanted.of(each) for each in saying}
        assert found.get("event.time") == datetime.fromtimestamp(now, UTC)
        assert (str(job.target), tags.present(job.kind, kept)) == (wanted.target, wanted.tag_ids)


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        (topic, expectation.expected("own", topic).ignored)
        for topic in sorted(expectation.topics("own"))
        if expectation.expected("own", topic).ignored
    ],
)
def test_a_notification_is_ignored_for_a_reason(topic: str, reason: str) -> None:
    assert TOPICS[topic].ignored == reason


def test_every_topic_that_leads_to_a_decision_has_a_notification() -> None:
    deciding = {topic for topic, how in TOPICS.items() if not how.ignored}

    assert deciding <= set(samples.topics())
    assert expectation.topics("own") == set(samples.topics())


def test_only_these_fields_are_told_by_no_notification() -> None:
    told_of = {path for topic in expectation.topics("own") for path in expectation.expected("own", topic).fields}

    # A notification lists the tags of contacts and companies by id, and neither segments nor the tags of tickets.
    never = {"contact.tags", "contact.segments", "company.tags", "company.segments", "ticket.tags"}
    assert FIELDS.keys() - told_of - {"event.time"} == never


@pytest.mark.skipif(not SHARED.exists(), reason="Intercom's sample notifications are not beside the project")
def test_every_sample_has_an_expectation() -> None:
    assert expectation.topics("shared") == {path.stem for path in SHARED.glob("*.json")} - {"signatures"}
