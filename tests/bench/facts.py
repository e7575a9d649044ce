"""What it costs to understand a notification: in the receiver, and again in the worker."""

import json
from collections.abc import Callable
from typing import Any

from facts import item, notification, routing, view
from facts.target import Target
from tests.bench import bodies
from tests.bench.result import Result, Row
from tests.bench.samples import median, p99
from tests.bench.timing import microseconds

SIZES = (6_000, 30_000)
TARGET = Target(bodies.APP_ID, "conversation", "215470000112233")


def receive(body: bytes) -> bytes:
    """What the receiver does with a body whose signature is good."""
    received = notification.read(body)
    routing.find(received)
    return item.trim(received)


def work(trimmed: bytes) -> object:
    """What the worker does with what is left of it, before it decides."""
    return view.view(bodies.TOPIC, TARGET, item.load(trimmed), 1_760_000_000, 1)


async def measure(*, quick: bool) -> Result:
    count, rounds = (100, 5) if quick else (300, 20)
    rows = [row for size in SIZES for row in _rows(size, list(bodies.notifications(count, size)), rounds)]
    return Result("a notification of one message", tuple(rows))


def _rows(size: int, found: list[bytes], rounds: int) -> list[Row]:
    cost: dict[str, tuple[Callable[[Any], object], list[bytes]]] = {
        "json.loads": (json.loads, found),
        "read, route, trim": (receive, found),
        "load, view": (work, [receive(body) for body in found]),
    }
    took = {name: microseconds(function, inputs, rounds) for name, (function, inputs) in cost.items()}
    plain = median(took["json.loads"])
    return [
        Row(f"{name}, {size // 1000} kB", "µs", median(times), p99(times), median(times) / plain, "json.loads")
        for name, times in took.items()
    ]
