"""Calls that can wait: they take what live events leave of the rate budget, and outlast outages."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from state.budget import BACKFILL_SHARE, Budget
from workers.intercom.answers import Answer
from workers.intercom.client import Intercom
from workers.intercom.errors import IntercomError, RateLimited, Unavailable
from workers.retries import Backoff

T = TypeVar("T")

LOOK = 10.0
"""Seconds after which a slot is asked for anew."""


class Line:
    """Calls to one workspace, one after the other; `calls` is how many were made.

    `patience` is for how many seconds of trying a call may fail before that is an error; waiting for a slot is free.
    """

    def __init__(self, intercom: Intercom, budget: Budget, *, patience: float = 3_600.0) -> None:
        self.calls = 0
        self._intercom = intercom
        self._budget = budget
        self._backoff = Backoff(base=1.0, cap=60.0, limit=patience)
        self._rng = random.Random()  # noqa: S311 - jitter, not a secret

    async def call(self, send: Callable[[Intercom], Awaitable[Answer[T]]]) -> T:
        """What `send` brings, sooner or later.

        Raises:
            IntercomError: Intercom refuses it, or has been away for longer than the patience lasts.
        """
        failures, spent = 0, 0.0
        while True:
            await self._slot()
            self.calls += 1
            try:
                answer = await send(self._intercom)
            except RateLimited as limited:
                await self._learn(limited, refused=True)
            except Unavailable as unavailable:
                await self._learn(unavailable, refused=False)
                if self._backoff.exhausted(spent):
                    raise
                failures += 1
                wait = self._backoff.wait(failures, self._rng)
                spent += wait
                await asyncio.sleep(wait)
            except IntercomError as error:
                await self._learn(error, refused=False)
                raise
            else:
                await self._learn(answer, refused=False)
                return answer.value

    async def _slot(self) -> None:
        while True:
            slot = await self._budget.take(LOOK, share=BACKFILL_SHARE)
            if slot.granted:
                return
            await asyncio.sleep(min(slot.wait, LOOK))

    async def _learn(self, answer: Answer[T] | IntercomError, *, refused: bool) -> None:
        if answer.sent_at is not None and answer.received_at is not None:
            await self._budget.feedback(answer.limits, answer.sent_at, answer.received_at, refused=refused)
