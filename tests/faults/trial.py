"""One row being tried: what was promised, whether it held, and the figures that belong into the table."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.house import House, at_home
from tests.faults.gauges import gauge
from tests.redis_server import RedisServer
from tests.waiting import eventually

SETTLED_WITHIN = 90.0
PROMPT = "0.5"
"""Seconds, as a bucket's bound: Intercom lowers the priority of endpoints that take longer."""


class NotHere(Exception):
    """This machine cannot show the row; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that must hold in spite of the fault, and whether it did; `found` is what there was instead."""

    what: str
    kept: bool
    found: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.found}" if self.found else self.what


@dataclass(slots=True)
class Tally:
    """A line of the table.

    `lost` are tags that should be there and are not, `wrong` those that nobody decided on, `repeated` calls that were
    made though it was so already. `window` is the largest number of calls in one of the simulator's windows, of the
    `limit` that it may have; `worst` the slowest answer to a webhook, in seconds.
    """

    sent: int = 0
    acked: int = 0
    lost: int = 0
    wrong: int = 0
    repeated: int = 0
    window: int = 0
    limit: int = 0
    worst: float = 0.0


@dataclass(slots=True)
class Trial:
    """What a row is given. `short` asks for seconds instead of minutes; `folder` is the row's own.

    Everything that is entered through `stack` ends with the row.
    """

    short: bool
    folder: Path
    stack: contextlib.AsyncExitStack
    tally: Tally = field(default_factory=Tally)
    promises: list[Promise] = field(default_factory=list)

    def span(self, long: float, short: float) -> float:
        """How long, or how many, by how much time there is."""
        return short if self.short else long

    def count(self, long: int, short: int) -> int:
        """`span` for whole numbers."""
        return short if self.short else long

    def promise(self, what: str, kept: bool, found: object = "") -> None:
        """Write down whether something held."""
        self.promises.append(Promise(what, kept, str(found)))

    def same(self, what: str, found: object, wanted: object) -> None:
        """Promise that what was found is what was wanted."""
        self.promise(what, found == wanted, f"found {found!r}, wanted {wanted!r}")

    def at_most(self, what: str, found: float, wanted: float) -> None:
        """Promise that something is not more than it may be."""
        self.promise(what, found <= wanted, f"found {found:g}, wanted at most {wanted:g}")

    def in_time(self, what: str, seconds: float, bound: float) -> None:
        """Promise a duration, where the machine is left to the row alone: a test says nothing about time."""
        if not self.short:
            self.at_most(what, round(seconds, 3), bound)

    async def prompt(self, house: House) -> None:
        """Promise that the receiver has taken half a second at most for each answer, by its own clock.

        What the table shows was measured by the sender, who may have been kept waiting by the machine himself.
        """
        counted = "autotagger_webhook_answer_seconds"
        slow = await gauge(house.receiver, f"{counted}_count")
        slow -= await gauge(house.receiver, f"{counted}_bucket", le=PROMPT)
        self.in_time("answers that took longer than half a second", slow, 0)

    def broken(self) -> list[str]:
        """What did not hold."""
        return [str(promise) for promise in self.promises if not promise.kept]

    async def redis(self, **options: Any) -> RedisServer:
        """A Redis of the row's own, to kill, freeze and reconfigure; `options` are those of `RedisServer`."""
        return self.stack.enter_context(RedisServer(**options))

    async def house(
        self,
        redis: RedisServer | None = None,
        *,
        workers: int = 1,
        simulator: tuple[str, ...] = (),
        worker: dict[str, str] | None = None,
        receiver: dict[str, str] | None = None,
    ) -> House:
        """A house with a Redis of its own unless one is given; `worker` and `receiver` are further settings."""
        server = redis or await self.redis()
        settings = {} if self.short else dict(PRODUCTION)
        return await self.stack.enter_async_context(
            at_home(
                server, workers=workers, simulator=simulator, variables=settings | (worker or {}), receiver=receiver
            )
        )

    async def settle(self, house: House, *, within: float = SETTLED_WITHIN, acked: bool = True, dead: int = 0) -> None:
        """Wait for the end of what the simulator sent, count what came of it, and promise what every row promises.

        Unless `acked` is false, every notification is to be taken in the end. `dead` is how many dead letters are
        right. Calls that were made twice are counted and not promised: several events may be about one object.
        """
        await eventually(house.sent, timeout=within)
        await eventually(house.idle, timeout=within)
        runs = (await house.simulator.get("/_simulator/deliveries")).json()["runs"]
        for run in runs:
            self._count(run)
        self.tally.repeated += sum(map(found_so, await house.calls("/")))
        if acked:
            self.same("notifications that were not taken", self.tally.sent - self.tally.acked, 0)
        await self.held(house, dead=dead)

    async def held(self, house: House, *, dead: int = 0) -> None:
        """Promise what every row promises, once everything is counted: `dead` letters, each of which may lack a tag."""
        await self._windows(house)
        self.at_most("tags lost", self.tally.lost, dead)
        self.same("tags nobody decided on", self.tally.wrong, 0)
        self.same("dead letters", len(await house.letters()), dead)
        ended = [program.name for program in (house.receiver, *house.workers) if program.process.returncode is not None]
        self.same("processes that ended by themselves", ended, [])

    async def _windows(self, house: House) -> None:
        seen = (await house.simulator.get("/_simulator/windows")).json()["windows"]
        self.tally.limit = (await house.simulator.post("/_simulator/limits", json={})).json()["limit"]
        counts = [window["accepted"] + window["refused"] for window in seen]
        self.tally.window = max([self.tally.window, *counts])

    def _count(self, run: dict[str, Any]) -> None:
        self.tally.sent += run["sendings"]
        self.tally.acked += run["outcomes"].get("acked", 0)
        self.tally.lost += sum(len(one["missing"]) for one in run["differences"])
        self.tally.wrong += sum(len(one["unwanted"]) for one in run["differences"])
        answered = [attempt["seconds"] for one in run["deliveries"] for attempt in one["attempts"]]
        self.tally.worst = max([self.tally.worst, *answered])


PRODUCTION = {
    "AUTOTAGGER_LEASE": "15",
    "AUTOTAGGER_RETRY_BASE": "2",
    "AUTOTAGGER_RETRY_CAP": "30",
    "AUTOTAGGER_REFUSED_WAIT": "5",
    "AUTOTAGGER_CALL_TIMEOUT": "5",
    "AUTOTAGGER_COMPLETION_WAIT": "25",
}
"""A worker's durations in the long form: production's, but for waits of minutes."""


def found_so(call: dict[str, Any]) -> bool:
    """Whether a call found done what it came to do: it was answered in earnest, and changed nothing."""
    return not call["applied"] and call["status"] == 200 and call["fault"] in {None, "slow"}
