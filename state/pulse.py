"""The pulse: once a second each process says in one small call that it lives, and adds what it has counted."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from state import keys, processes, scripts
from state.connection import FAILURES
from state.processes import Process
from state.tally import KEPT, Counted, Tally

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

EVERY = 1.0
BELIEVED = timedelta(seconds=15)
"""For how long a process that says nothing more is taken to live."""
REMEMBERED = timedelta(minutes=10)
"""For how long it is known which pulse of a process was the last, so that none is counted twice."""
LONGEST = 5.0
"""Seconds after which a pulse is given up, and sent again."""


class Pulse:
    """Keeps Redis told of one process. `describe` says how it is now; `tally` is emptied.

    Counts that did not arrive are sent again, and counted once; a process that is killed takes those of its last
    second with it.
    """

    def __init__(self, redis: "Redis", tally: Tally, describe: Callable[[], Process]) -> None:
        self._script = scripts.register(redis, "pulse")
        self._tally = tally
        self._describe = describe
        self._name = uuid4().hex
        self._number = 0
        self._unsent: Counter[Counted] = Counter()

    async def watch(self, *, every: float = EVERY) -> None:
        """Tell every so many seconds, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(LONGEST):
                    await self.beat()
            except FAILURES:
                pass  # whoever needs Redis says that it is away
            except Exception:  # a process that does its work and is taken for dead would be worse than a stack
                log.exception("Redis cannot be told that this process lives")
            await asyncio.sleep(every)

    async def beat(self) -> None:
        """Tell once. Redis's errors pass through; then the same is told again next time."""
        await self._send(processes.encode(self._describe()))

    async def end(self) -> None:
        """Tell that the process ends, and what it has counted until now, if Redis answers soon."""
        with suppress(*FAILURES):
            async with asyncio.timeout(1.0):
                if self._unsent:
                    await self._send(b"")
                await self._send(b"")

    async def _send(self, said: bytes) -> None:
        if not self._unsent:
            self._unsent, self._tally.counts = self._tally.counts, Counter()
            self._number += 1
        heard, now = dict(self._tally.heard), time.monotonic()
        arguments: list[str | bytes | int] = [
            *(self._name, said, self._number),
            *(_ms(BELIEVED), _ms(REMEMBERED), keys.MINUTE, int(KEPT.total_seconds()), len(heard)),
        ]
        for app_id, at in heard.items():
            arguments += (app_id, round((now - at) * 1000))
        for counted, number in self._unsent.items():
            arguments += (counted.name(), number)
        await self._script(keys=[keys.PROCESSES, keys.PROCESS + self._name, keys.RECEIVED], args=arguments)
        self._unsent = Counter()
        for app_id, at in heard.items():
            if self._tally.heard[app_id] == at:
                del self._tally.heard[app_id]


def _ms(length: timedelta) -> int:
    return int(length.total_seconds() * 1000)
