"""`autotagger demo`: the whole service at work on an invented inbox."""

import asyncio
import contextlib
import json
import math
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import httpx
from redis.asyncio import Redis
from rich.console import Console

from cli import process
from cli.demo.report import Report, Round
from cli.demo.show import Live, Plain, Show, Silent
from cli.fleet import NotStarted, Program, examples, redis_url, running
from cli.redis import EmbeddedRedisError, named_or_embedded
from cli.settings import SettingsError, redis_settings
from state import keys
from state.connection import FAILURES, for_work
from state.dead import DeadLetters
from state.feed import Feed
from state.settings import RedisSettings

APP_ID, TOKEN, SECRET, ADMIN_ID = "q4mx81zt", "test-token", "test-client-secret", "5017001"

GLANCE = 0.1
"""Seconds between looks at what is going on."""
PATIENCE = 30.0
"""Seconds without any progress after which the demo stops waiting and tells what is missing."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for."""

    events: int
    rate: float
    seed: int
    keep: bool


@dataclass(frozen=True, slots=True)
class House:
    """The running parts: the webhook's URL, a client of the simulator, one of Redis."""

    webhook: str
    simulator: httpx.AsyncClient
    redis: Redis
    programs: tuple[Program, ...]


class Rate(click.FloatRange):
    """A number of events a second: `nan` is within every range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - click's
        """The number."""
        found: float = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value!r} is not a number of events.", param, ctx)
        return found


RATE = Rate(0.1, 5_000)


@click.command()
@click.option("--events", default=300, show_default=True, type=click.IntRange(1, 100_000), help="How many to invent.")
@click.option("--rate", default=60.0, show_default=True, type=RATE, help="Sent per second.")
@click.option("--seed", type=int, help="The same seed invents the same inbox.  [default: a new one]")
@click.option("--keep", is_flag=True, help="Go on with new events until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def demo(events: int, rate: float, seed: int | None, keep: bool, as_json: bool) -> None:
    """Send invented, signed webhooks to a real receiver and watch a real worker tag.

    Starts a Redis, a stand-in for Intercom, a receiver and a worker, each a process on a port of its own. What must
    come of each invented event was written down with it, by hand; the end state is compared with that. Exits with 0
    only if every tag is where it should be.
    """
    wish = Wish(events, rate, random.randrange(2**31) if seed is None else seed, keep)  # noqa: S311 - an invention
    show: Show = Silent() if as_json else Live(Console()) if sys.stdout.isatty() else Plain()
    try:
        report = asyncio.run(_demo(wish, show))
    except SettingsError as error:
        process.refuse(error.mistakes)
    except (EmbeddedRedisError, NotStarted) as error:
        process.refuse((str(error),), status=1)
    except httpx.HTTPError as error:
        process.refuse((f"the demo lost its simulator: {type(error).__name__}",), status=1)
    except FAILURES as error:
        process.refuse((f"the demo lost its Redis: {type(error).__name__}: {error}",), status=1)
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        show.end(report)
    raise SystemExit(0 if report.complete else 1)


async def _demo(wish: Wish, show: Show) -> Report:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    named = redis_settings(os.environ)
    show.say(f"starting {'' if named else 'Redis, '}simulator, receiver and worker")
    report = Report(seed=wish.seed)
    with named_or_embedded(named) as settings, show:
        async with _house(settings) as house:
            show.say(f"sending {wish.events} events to {house.webhook} (seed {wish.seed})")
            report = report.plus(await _round(house, wish, wish.seed, show, stop))
            while wish.keep and not stop.is_set():
                report = report.plus(await _round(house, wish, wish.seed + report.rounds, show, stop))
    return report


@contextlib.asynccontextmanager
async def _house(settings: RedisSettings) -> AsyncIterator[House]:
    """Start the parts side by side, for each takes half a second to load."""
    redis = {"REDIS_URL": redis_url(settings)}
    ports = {"AUTOTAGGER_HOST": "127.0.0.1", "AUTOTAGGER_PORT": "0", "AUTOTAGGER_OPS_PORT": "0"}
    async with contextlib.AsyncExitStack() as stack:
        receiver = running(
            "serve", variables=redis | ports | {"AUTOTAGGER_APP_ID": APP_ID, "AUTOTAGGER_CLIENT_SECRETS": SECRET}
        )
        simulator = running("simulator", "--port", "0", variables={})
        started = await asyncio.gather(*map(stack.enter_async_context, (simulator, receiver)))
        simulator_url, webhook = started[0].urls[0], started[1].urls[0]
        worker = await stack.enter_async_context(
            running("worker", variables=redis | ports | _worker_variables(simulator_url, examples()))
        )
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=simulator_url, timeout=30, trust_env=False))
        # As Intercom does, it tells of tags that rules put on, too.
        (await client.post("/_simulator/echo", json={"url": webhook})).raise_for_status()
        connection = await stack.enter_async_context(for_work(settings, connections=4))
        yield House(webhook, client, connection, (*started, worker))


def _worker_variables(simulator_url: str, rules: Path) -> dict[str, str]:
    return {
        "AUTOTAGGER_APP_ID": APP_ID,
        "AUTOTAGGER_ACCESS_TOKEN": TOKEN,
        "AUTOTAGGER_ADMIN_ID": ADMIN_ID,
        "AUTOTAGGER_INTERCOM_URL": simulator_url,
        "AUTOTAGGER_RULES": str(rules),
    }


async def _round(house: House, wish: Wish, seed: int, show: Show, stop: asyncio.Event) -> Round:
    """Have one play performed and watch it to its end, or until nothing moves any more."""
    wanted = {"url": house.webhook, "events": wish.events, "rate": wish.rate, "seed": seed}
    feed, position = Feed(house.redis), await _newest(house.redis)
    dead_before = await DeadLetters(house.redis).count()
    answer = await house.simulator.post("/_simulator/send", json=wanted)
    answer.raise_for_status()
    run = answer.json()["run"]
    watched, moved_at = Round(), asyncio.get_running_loop().time()
    while True:
        for program in house.programs:
            await program.check()
        position, entries = await feed.after(position)
        seen = watched.with_entries(entries).with_deliveries(await _deliveries(house, run))
        for entry in entries:
            show.entry(entry)
        show.progress(seen)
        now = asyncio.get_running_loop().time()
        moved_at, watched = (now if seen != watched else moved_at), seen
        finished = watched.done and await _queue_is_empty(house.redis)
        if (finished and not entries) or now - moved_at > PATIENCE or (stop.is_set() and not wish.keep):
            break
        await asyncio.sleep(GLANCE)
    return watched.with_dead(await DeadLetters(house.redis).count() - dead_before)


async def _deliveries(house: House, run: str) -> dict[str, Any]:
    runs: list[dict[str, Any]] = (await house.simulator.get("/_simulator/deliveries")).json()["runs"]
    return next(found for found in runs if found["run"] == run)


async def _queue_is_empty(redis: Redis) -> bool:
    return not await redis.zcard(keys.queue(APP_ID))


async def _newest(redis: Redis) -> str:
    newest = await redis.xrevrange(keys.FEED, count=1)
    return newest[0][0].decode() if newest else "0-0"
