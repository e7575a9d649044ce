"""Intercom for commands: every call takes a slot of the rate budget that the workers share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from redis.asyncio import Redis

from state.budget import Budget, Reservation
from state.connection import FAILURES
from workers.allowance import open_budget
from workers.intercom.answers import Answer
from workers.intercom.client import Intercom
from workers.intercom.errors import IntercomError, RateLimited
from workers.settings import Workspace

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds that a command waits for a slot in all."""
UNTOLD = 1.0
"""Seconds of waiting that nobody need hear of."""
ANSWER_WITHIN = 10.0
"""Seconds for Redis to answer."""
TRIES = 3
"""How often a call is made that is answered 429."""


class NoSlot(Exception):
    """The budget was used up for as long as a command waits; no call was made."""

    def __init__(self) -> None:
        super().__init__(
            f"no call could be made within {PATIENCE:.0f} s: the workers use the whole rate budget, or Intercom has "
            f"told the fleet to wait; try again later"
        )


class NoBudget(Exception):
    """Redis, which holds the rate budget, does not answer; no call was made."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(
            f"Redis cannot be reached ({type(reason).__name__}: {reason}); the rate budget is there, so Intercom was "
            f"not called"
        )


class Calls(Protocol):
    """Makes calls to Intercom."""

    async def call(self, send: Callable[[Intercom], Awaitable[Answer[T]]]) -> Answer[T]:
        """What `send` brings."""


class Unmetered:
    """Makes calls without a budget: for the few that are to find out what is wrong while Redis is away."""

    def __init__(self, intercom: Intercom) -> None:
        self._intercom = intercom

    async def call(self, send: Callable[[Intercom], Awaitable[Answer[T]]]) -> Answer[T]:
        """What `send` brings. Raises IntercomError if Intercom did not do it."""
        return await send(self._intercom)


class Caller:
    """Makes calls for one workspace, one after the other.

    `say` gets a sentence when the next call has to wait for longer than a second.
    """

    def __init__(self, intercom: Intercom, budget: Budget, say: Callable[[str], None]) -> None:
        self._intercom = intercom
        self._budget = budget
        self._say = say

    async def call(self, send: Callable[[Intercom], Awaitable[Answer[T]]]) -> Answer[T]:
        """What `send` brings; it is called again when Intercom says 429, and only then.

        Raises:
            NoSlot: there was no slot within a minute.
            NoBudget: Redis does not answer.
            IntercomError: Intercom did not do it.
        """
        for left in reversed(range(TRIES)):
            await self._slot()
            try:
                answer = await send(self._intercom)
            except RateLimited as refusal:
                await self._learn(refusal, refused=True)
                if not left:
                    raise
            except IntercomError as error:
                await self._learn(error, refused=False)
                raise
            else:
                await self._learn(answer, refused=False)
                return answer
        raise AssertionError("the last try returns or raises")

    async def _slot(self) -> None:
        slot = await self._take(UNTOLD)
        if slot.granted:
            return
        self._say(f"the rate budget is used up; waiting up to {PATIENCE:.0f} s for the next call")
        if not (await self._take(PATIENCE)).granted:
            raise NoSlot

    async def _take(self, longest: float) -> Reservation:
        try:
            async with asyncio.timeout(longest + ANSWER_WITHIN):
                return await self._budget.take(longest)
        except FAILURES as error:
            raise NoBudget(error) from error

    async def _learn(self, answer: Answer[T] | IntercomError, *, refused: bool) -> None:
        if answer.sent_at is None or answer.received_at is None:
            return
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._budget.feedback(answer.limits, answer.sent_at, answer.received_at, refused=refused)
        except FAILURES as error:
            self._say(f"Redis did not take what this call says of the rate budget ({type(error).__name__})")


@asynccontextmanager
async def calling(
    workspace: Workspace, redis: Redis | None, *, call_timeout: float, say: Callable[[str], None]
) -> AsyncIterator[Calls]:
    """Calls to `workspace`, within its budget if there is a `redis`; each takes `call_timeout` seconds at most."""
    async with Intercom(workspace.base_url, workspace.access_token, timeout=call_timeout, connections=1) as intercom:
        if redis is None:
            yield Unmetered(intercom)
            return
        yield Caller(intercom, open_budget(workspace, redis), say)
