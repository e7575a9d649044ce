"""What a decision costs: the example rules on invented notifications, and on long messages."""

import json
import time
from typing import Any

from cli.fleet import examples
from facts import item, notification, routing, view
from facts.notification import Notification
from facts.routing import Ignored
from rules.language.values import Facts
from rules.reading.loader import load
from simulator.stories.play import invent
from tests.bench import bodies
from tests.bench.result import Result, Row
from tests.bench.samples import median, p99
from tests.bench.timing import microseconds


async def measure(*, quick: bool) -> Result:
    count, rounds = (150, 3) if quick else (600, 10)
    rule_set = load(examples()).rule_set
    if rule_set is None:
        raise RuntimeError("the example rules have errors")
    cases = {
        "invented": _invented(count),
        "6 kB message": list(bodies.notifications(count // 10, 6_000)),
        "30 kB message": list(bodies.notifications(count // 10, 30_000)),
    }
    rows = []
    for name, found in cases.items():
        facts = [one for one in map(_facts, found) if one is not None]
        plain = median(microseconds(json.loads, found, rounds))
        took = microseconds(rule_set.decide, facts, rounds)
        rows.append(
            Row(f"{name}, {len(facts)} events", "µs", median(took), p99(took), median(took) / plain, "json.loads")
        )
    return Result(f"a decision by the {len(rule_set.rules)} example rules", tuple(rows))


def _invented(count: int) -> list[bytes]:
    play = invent(count, seed=1, now=int(time.time()), app_id=bodies.APP_ID, duplicates=0)
    return [event.body(bodies.APP_ID) for event in play.events]


def _facts(body: bytes) -> Facts | None:
    """What the rules see of a notification; None where nobody asks them."""
    received = notification.read(body)
    try:
        target = routing.find(received)
    except Ignored:
        return None
    return view.view(received.topic, target, _item(received), received.created_at, received.delivery_attempts)


def _item(received: Notification) -> dict[str, Any]:
    return item.load(item.trim(received))
