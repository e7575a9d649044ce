"""What happened to one object arrives in another order than it happened in."""

import asyncio
import time
from pathlib import Path

import httpx

from tests.e2e.house import House
from tests.e2e.test_webhook_to_tag import notification
from tests.faults.customers import Customers, customers
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.waiting import eventually

TAGS = "version: 1\ntags: {urgent: Now}\n"
RULES = """version: 1
rules:
  - id: hurry
    if: {message.text: {mentions_any: [urgent]}}
    then: {add: [urgent]}
  - id: no-hurry
    if: {message.text: {mentions_any: [solved]}}
    then: {remove: [urgent]}
"""
URGENT, SOLVED = "<p>This is urgent</p>", "<p>It is solved</p>"


def rules(folder: Path) -> dict[str, str]:
    """A worker's settings for rules that put a tag on and take it off again."""
    folder.mkdir()
    (folder / "tags.yaml").write_text(TAGS)
    (folder / "rules.yaml").write_text(RULES)
    return {"AUTOTAGGER_RULES": str(folder)}


@row(19, "events of one object come in the wrong order, to two workers")
async def reversed_order(trial: Trial) -> None:
    house, they = await _urgent_or_not(trial)
    pairs = await they.arrive(trial.count(200, 30))

    for number, one in enumerate(pairs):
        await asyncio.gather(*(_say(they, one, body, ago) for body, ago in reversed(_story(number))))

    await _newest_stands(trial, house, they, pairs)


@row(19, "the older event is delayed, the newer one is not")
async def delayed(trial: Trial) -> None:
    house, they = await _urgent_or_not(trial)
    pairs = await they.arrive(trial.count(100, 20))
    for one in pairs:
        await house.fault(kind="status", status=503, path=f"/conversations/{one}/tags", count=2)

    for number, one in enumerate(pairs):
        first, second = _story(number)
        await _say(they, one, *first)
        await _say(they, one, *second)

    await _newest_stands(trial, house, they, pairs)


async def _urgent_or_not(trial: Trial) -> tuple[House, Customers]:
    house = await trial.house(workers=2, worker=rules(trial.folder / "rules"))
    they = await customers(house, trial)
    await house.tag_id("urgent")
    return house, they


def _story(number: int) -> tuple[tuple[str, int], tuple[str, int]]:
    """What is said, and how many seconds ago, the older first; every second customer ends with a hurry."""
    older, newer = (URGENT, SOLVED) if number % 2 else (SOLVED, URGENT)
    return (older, 60), (newer, 30)


async def _say(they: Customers, one: str, body: str, ago: int) -> None:
    document = notification("conversation", one, body)
    document["created_at"] = int(time.time()) - ago
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        await they.say(client, document)


async def _newest_stands(trial: Trial, house: House, they: Customers, pairs: list[str]) -> None:
    await eventually(house.idle, timeout=90)
    tagged = await they.tagged()
    for number, one in enumerate(pairs):
        wanted = set() if number % 2 else {"urgent"}
        trial.tally.lost += len(wanted - tagged[one])
        trial.tally.wrong += len(tagged[one] - wanted)
    await trial.held(house)
