"""Each file in `bodies/` is named by what is odd about it, and stands in the folder of its outcome.

`1111111111` in a file is the time at which it is sent, so that no file grows too old.
"""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from facts.document import DEPTH
from tests.redis_server import RedisServer
from tests.service.hostile.besieged import besieged
from tests.service.receiver import notification

BODIES = Path(__file__).parent / "bodies"
SAMPLES = sorted(BODIES.rglob("*.json"))
MALFORMED, STORED = "malformed", "stored"


def outcome(sample: Path) -> str:
    return sample.parent.name.replace("-", " ")


def body(sample: Path) -> bytes:
    return sample.read_bytes().replace(b"1111111111", str(int(time.time())).encode())


def named(sample: Path) -> Any:
    """The notification id that Python's own parser finds."""
    return json.loads(body(sample).decode())["id"]


@pytest.mark.alone
async def test_every_body_gets_its_answer_its_outcome_and_nothing_more(redis_server: RedisServer) -> None:
    async with besieged(redis_server) as receiver:
        answers = {sample: await receiver.post(body(sample)) for sample in SAMPLES}
        outcomes = await receiver.outcomes()
        jobs = await receiver.jobs()
        await receiver.stands()

    wanted = {sample: 400 if outcome(sample) == MALFORMED else 200 for sample in SAMPLES}
    assert {sample.stem: status for sample, status in answers.items() if status != wanted[sample]} == {}
    assert outcomes == Counter(map(outcome, SAMPLES))
    assert jobs == {named(sample) for sample in SAMPLES if outcome(sample) == STORED}


async def test_a_good_body_cut_anywhere_is_refused(redis_server: RedisServer) -> None:
    whole = json.dumps(notification()).encode()

    async with besieged(redis_server) as receiver:
        answers = Counter([await receiver.post(whole[:end]) for end in range(len(whole))])
        await receiver.stands()

    assert answers == {400: len(whole)}


LARGE = {
    "half a million open lists": b"[" * 500_000,
    "many open objects": b'{"a":' * 200_000,
    "half a million nested lists": b"[" * 500_000 + b"]" * 500_000,
    "a million digits": b"9" * 1_000_000,
    "a million digits in an exponent": b"1e" + b"9" * 1_000_000,
    "a million backslashes": b'"' + b"\\" * 1_000_001 + b'"',
    "a million quotes": b'"' * 1_000_000,
    "a million spaces": b" " * 1_000_000,
    "a mebibyte of NUL": b"\0" * 1024 * 1024,
    "many long keys": b"{" + b",".join(b'"%0100d":1' % number for number in range(9_000)) + b",}",
    "keys of one name": b"{" + b'"a":1,' * 170_000 + b"}",
}


async def test_large_nonsense_is_refused(redis_server: RedisServer) -> None:
    async with besieged(redis_server) as receiver:
        answers = {name: await receiver.post(sent) for name, sent in LARGE.items()}
        await receiver.stands()
        outcomes = await receiver.outcomes()

    assert answers == dict.fromkeys(LARGE, 400)
    assert outcomes == {MALFORMED: len(LARGE), STORED: 1}


def deep(levels: int) -> dict[str, Any]:
    """A notification that nests so deep."""
    item: Any = []
    for _ in range(levels - 4):
        item = [item]
    return notification(item={"type": "conversation", "id": "1", "x": item})


@pytest.mark.parametrize(("levels", "status"), [(DEPTH, 200), (DEPTH + 1, 400)])
async def test_the_depth_that_is_taken_is_exact(redis_server: RedisServer, levels: int, status: int) -> None:
    async with besieged(redis_server) as receiver:
        assert await receiver.post(json.dumps(deep(levels)).encode()) == status
