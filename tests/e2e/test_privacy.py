"""What customers wrote and who they are is nowhere once their jobs are done: not in logs, metrics, traces or Redis."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from cli.fleet import Program
from cli.logs import FIELDS
from state import keys
from tests.e2e.collector import collecting
from tests.e2e.house import House, at_home
from tests.e2e.test_dead_letters import autotagger
from tests.e2e.test_metrics import refuse, scrape
from tests.e2e.test_targets import CONTACT
from tests.e2e.test_tracing import quickly
from tests.e2e.test_webhook_to_tag import notification, post
from tests.redis_server import RedisServer
from tests.service.receiver import SECRET
from tests.waiting import eventually

EMAIL, NAME, PHRASE = "canary-7f3a@example.com", "Quentin Canary", "zanzibar quillfeather"
CANARIES = (EMAIL, NAME, PHRASE)
QUOTED = f"{NAME} <{EMAIL}> wrote: {PHRASE}"
"""What Intercom may say of an error."""

RULES = """version: 1
rules:
  - id: refund
    if:
      message.text: {mentions_any: [refund]}
      contact.attributes.plan: gold
    then: {add: [vip], contact: {add: [seen]}}
  - id: ghost
    if: {message.text: {mentions_any: [boo]}}
    then: {add: [ghost]}
"""
TAGS = "version: 1\ntags: {vip: Important, seen: Looked at, ghost: Nobody has seen it}\n"

QUICK = {"AUTOTAGGER_FETCHED_MAX_AGE": "0.5", "AUTOTAGGER_LOG_FORMAT": "json"}
"""Answers about contacts are kept for so long; in production half a minute: docs/decisions/0014-shared-answers.md."""


def written(conversation: str, text: str) -> dict[str, Any]:
    """A notification full of canaries."""
    document = notification("conversation", conversation, f"<p>{text} {PHRASE}</p>")
    (part,) = document["data"]["item"]["conversation_parts"]["conversation_parts"]
    part["author"] |= {"name": NAME, "email": EMAIL}
    document["data"]["item"]["source"] = {"type": "conversation", "subject": PHRASE, "body": PHRASE}
    document["data"]["item"][EMAIL] = PHRASE
    return document


async def keys_with_canaries(redis: Redis) -> set[str]:
    """The keys in which a canary is, by name or by value, whatever their types."""
    found = set()
    async for name in redis.scan_iter(count=1_000):
        held = name + await _held(redis, name)
        if any(canary.encode() in held for canary in CANARIES):
            found.add(name.decode())
    return found


async def _held(redis: Redis, name: bytes) -> bytes:
    """All that a key holds."""
    match (await redis.type(name)).decode():
        case "string":
            parts: list[Any] = [await redis.get(name)]
        case "hash":
            parts = [part for pair in (await redis.hgetall(name.decode())).items() for part in pair]  # type: ignore[misc]
        case "list":
            parts = await redis.lrange(name.decode(), 0, -1)  # type: ignore[misc]
        case "set":
            parts = list(await redis.smembers(name.decode()))  # type: ignore[misc]
        case "zset":
            parts = await redis.zrange(name, 0, -1)
        case "stream":
            parts = [part for _, fields in await redis.xrange(name) for pair in fields.items() for part in pair]
        case "none":
            parts = []
        case other:
            raise AssertionError(f"nobody looks into a {other}")
    return b"\n".join(part for part in parts if part is not None)


async def furnish(house: House) -> None:
    for tag in ("vip", "seen"):
        await house.tag_id(tag)
    await house.seed("contact", CONTACT, email=EMAIL, name=NAME, custom_attributes={"plan": "gold"})
    for conversation in "123":
        await house.seed("conversation", conversation)


async def work_off(house: House) -> None:
    """Jobs that are done, fail and die, and requests that are none."""
    await house.fault(kind="status", status=503, count=2, message=QUOTED)
    await house.fault(kind="status", status=403, code=EMAIL, count=1, message=QUOTED)
    await house.fault(kind="status", status=422, code="parameter_invalid", path="/conversations/3/", message=QUOTED)
    await house.fault(kind="reset", count=1)
    assert await post(house, written("1", "A refund, please.")) == 200
    assert await post(house, written("2", "Boo!")) == 200
    assert await post(house, written("3", "A refund, please.")) == 200
    assert await post(house, written("4", "") | {"topic": EMAIL}) == 200
    assert await post(house, written(EMAIL, "")) == 200
    assert await refuse(house, json.dumps(written("5", "") | {"app_id": EMAIL}).encode(), SECRET) == 400
    assert await refuse(house, json.dumps(written("5", "") | {"type": PHRASE}).encode(), SECRET) == 400
    assert await refuse(house, json.dumps(written("1", "")).encode(), "another secret") == 401
    assert await refuse(house, f'{{"no": "{PHRASE} {EMAIL}"'.encode(), SECRET) == 400
    await house.all_done()


async def logged(house: House, *programs: Program) -> list[str]:
    """What they have said, to their end."""
    lines = []
    for program in programs:
        program.process.send_signal(signal.SIGTERM)
        await program.process.wait()
        lines += await program.said
    house.workers.clear()
    return lines


async def test_what_customers_wrote_is_nowhere_when_their_jobs_are_done(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "tags.yaml").write_text(TAGS)
    with collecting() as collector:
        traced = {**QUICK, **quickly(collector)}
        variables = {"AUTOTAGGER_RULES": str(tmp_path), **traced}
        async with at_home(redis_server, variables=variables, receiver=traced) as house:
            await furnish(house)
            await work_off(house)
            letters = {letter.reason: letter.id for letter in await house.letters()}
            shows = [("dead", "show", letter) for letter in letters.values()]
            looks = (("dead", "list"), *shows, ("status",), ("status", "--json"), ("why", "conversation:3"))
            commands = await asyncio.gather(*(autotagger(house, *look) for look in looks))
            held = await keys_with_canaries(house.redis)
            await autotagger(house, "dead", "drop", "--all", "--yes")

            async def gone() -> bool:
                return not await keys_with_canaries(house.redis)

            await eventually(gone, timeout=15)
            shown = [await scrape(house.receiver), await scrape(house.workers[0])]
            worker_lines = await logged(house, *house.workers)
            lines = await logged(house, house.receiver)

            # The search finds what is there: a dead letter keeps its job until somebody drops it.
            assert {keys.LETTER + letter for letter in letters.values()} <= held
            assert letters.keys() == {"unknown tag", "parameter_invalid"}
            assert await house.tags("conversation", "1") == {"vip"}
            assert await house.tags("contact", CONTACT) == {"seen"}
            everything = "\n".join([*shown, *worker_lines, *lines, *(command.stdout for command in commands)])
            assert [canary for canary in CANARIES if canary in everything] == []
            assert [canary for canary in CANARIES if canary.encode() in b"".join(collector.raw)] == []
            assert {span.name for span in collector.spans} >= {"webhook", "job", "decide", "intercom: find contact"}
            assert "is a dead letter" in everything
            assert "signature is not good" in everything
            for line in worker_lines:
                assert set(json.loads(line)) <= {"time", "level", "logger", "message", "error", "place", *FIELDS}
