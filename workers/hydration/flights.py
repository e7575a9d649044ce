"""Sharing one way to an answer among all who want it at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from workers.hold import LeaseLost

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Flights(Generic[K, V]):
    """Whoever wants what another is on the way to get waits for that one's answer, or failure."""

    def __init__(self) -> None:
        self._under_way: dict[K, asyncio.Future[V]] = {}

    async def share(self, key: K, get: Callable[[], Awaitable[V]]) -> tuple[V, bool]:
        """The answer to `key`, and whether it came by somebody else's `get`.

        Raises what `get` raises. One whose owner was cancelled or lost its job says nothing to the others: the next of
        them goes itself.
        """
        while (flight := self._under_way.get(key)) is not None:
            await asyncio.wait([flight])
            if not flight.cancelled() and not isinstance(flight.exception(), LeaseLost):
                return flight.result(), True
        return await self._go(key, get), False

    def forget(self, key: K) -> None:
        """Let nobody join any more: what is under way may be out of date."""
        self._under_way.pop(key, None)

    async def _go(self, key: K, get: Callable[[], Awaitable[V]]) -> V:
        flight = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await get()
        except asyncio.CancelledError:
            flight.cancel()
            raise
        except BaseException as error:
            flight.set_exception(error)
            flight.exception()  # nobody may be waiting, and that is no mistake
            raise
        else:
            flight.set_result(answer)
            return answer
        finally:
            if self._under_way.get(key) is flight:
                del self._under_way[key]
