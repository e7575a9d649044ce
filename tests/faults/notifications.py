"""The same again and again, and what is meant to break whoever reads it."""

import asyncio
from pathlib import Path
from typing import Any

from tests.e2e.house import House
from tests.e2e.test_webhook_to_tag import notification, post
from tests.faults.customers import customers
from tests.faults.faketime import HOUR, shifted
from tests.faults.gauges import gauge
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.waiting import eventually

DAY = 24 * HOUR
DECIDED_WITHIN = 0.1
"""Seconds of evaluation, whatever is in the message."""
TAGS = "version: 1\ntags: {billing/refund: Money back, odd: Strange}\n"
RULES = """version: 1
rules:
  - id: refund-request
    if: {message.text: {mentions_any: [refund]}}
    then: {add: [billing/refund]}
  - id: explodes
    if: {message.text: {matches_any: ['tedious(a?b?){400}[yz]']}}
    then: {add: [odd]}
"""


@row(18, "a fifth of the notifications comes twice", quick=False)
async def some_twice(trial: Trial) -> None:
    house = await trial.house(workers=2)
    await house.send(events=trial.count(1_000, 150), rate=100, duplicates=0.2)

    await trial.settle(house)
    stored, known = [await _received(house, outcome) for outcome in ("stored", "duplicate")]
    trial.same("events that were decided on", await _done(house), stored)
    trial.promise("duplicates were known", known > 0, known)
    trial.at_most("events that were stored", stored, len({one["id"] for one in (await house.run())["deliveries"]}))


@row(18, "one notification comes a hundred times at once, and again two hours and seven days later")
async def one_often(trial: Trial) -> None:
    server = await trial.redis()
    house = await trial.house(server, workers=2)
    they = await customers(house, trial)
    again = they.letters(await they.arrive(1)) * 100

    await they.send(again, rate=10_000)
    await eventually(house.idle, timeout=30)
    # Redis's clock decides how long a notification is known; its data comes along.
    for later in (2 * HOUR, 7 * DAY - HOUR, 7 * DAY + HOUR):
        server.variables = shifted(later)
        await asyncio.to_thread(server.restart)
        await they.send(again[:3])

    await they.served()
    trial.same("times that it was decided on", await _done(house), 1)


async def _done(house: House) -> int:
    return int(sum([await gauge(worker, "autotagger_jobs_total", outcome="done") for worker in house.workers]))


async def _received(house: House, outcome: str) -> int:
    return int(await gauge(house.receiver, "autotagger_webhooks_received_total", outcome=outcome))


@row(22, "poison: 64 levels, a megabyte of one letter, a rule that explodes")
async def poison(trial: Trial) -> None:
    house = await trial.house(workers=2, worker=_rules(trial.folder / "rules"))
    they = await customers(house, trial)
    await house.tag_id("odd")
    sick = await they.arrive(5)
    notifications = list(map(_poisoned, sick, range(len(sick))))
    healthy = they.letters(await they.arrive(trial.count(300, 60)))

    sending = asyncio.create_task(they.send(healthy))
    trial.same("answers to the poison", [await post(house, one) for one in notifications], [200, 400, 413, 200, 200])
    await sending

    await they.served(dead=1)
    (letter,) = await house.letters()
    trial.same("why one could not be decided on", letter.reason, "too much work")
    trial.at_most("tries of that", letter.attempts, 3)
    trial.in_time("decisions that took longer than a tenth of a second", await _slow_decisions(house), 0)


def _rules(folder: Path) -> dict[str, str]:
    folder.mkdir()
    (folder / "tags.yaml").write_text(TAGS)
    (folder / "rules.yaml").write_text(RULES)
    return {"AUTOTAGGER_RULES": str(folder)}


def _poisoned(conversation: str, kind: int) -> dict[str, Any]:
    """Of five kinds: 64 levels, too many levels, a megabyte of one letter, as much as is let in, and what explodes."""
    bodies = ("hello", "hello", "a" * 1_100_000, "a" * 900_000, "tedious " * 3_000)
    document = notification("conversation", conversation, f"<p>{bodies[kind]}</p>")
    levels = {0: 55, 1: 70}.get(kind, 0)
    if levels:
        document["data"]["item"]["custom_attributes"] = {"nested": _nested(levels)}
    return document


def _nested(levels: int) -> list[Any]:
    return [_nested(levels - 1)] if levels > 1 else []


async def _slow_decisions(house: House) -> float:
    """How many decisions took longer than a tenth of a second."""
    slow = 0.0
    for worker in house.workers:
        all_of_them = await gauge(worker, "autotagger_evaluation_seconds_count")
        slow += all_of_them - await gauge(worker, "autotagger_evaluation_seconds_bucket", le=str(DECIDED_WITHIN))
    return slow
