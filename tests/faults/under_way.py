"""Waiting until there is something that a fault can strike."""

from tests.e2e.house import House
from tests.waiting import eventually

SOME = 10


async def under_way(house: House, calls: int = SOME) -> None:
    """Wait until more than so many changes have been asked for, with more to come."""

    async def enough() -> bool:
        return len(await house.calls("/")) > calls

    await eventually(enough, timeout=30)
