"""One way for all who want the same thing at the same time."""

import asyncio

import pytest

from tests.waiting import eventually
from workers.hold import LeaseLost
from workers.hydration.flights import Flights


class Intercom:
    """Answers when it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer = asyncio.Event()
        self.error: Exception | None = None

    async def get(self) -> str:
        self.asked += 1
        await self.answer.wait()
        if self.error is not None:
            raise self.error
        return "answer"


async def test_who_comes_later_waits_for_the_same_answer() -> None:
    flights, intercom = Flights[str, str](), Intercom()
    first, *others = [asyncio.create_task(flights.share("a", intercom.get)) for _ in range(3)]
    await eventually(lambda: intercom.asked > 0)

    intercom.answer.set()

    assert await first == ("answer", False)
    assert [await other for other in others] == [("answer", True)] * 2
    assert intercom.asked == 1


async def test_another_thing_is_another_way() -> None:
    flights, intercom = Flights[str, str](), Intercom()
    intercom.answer.set()

    both = await asyncio.gather(flights.share("a", intercom.get), flights.share("b", intercom.get))

    assert list(both) == [("answer", False), ("answer", False)]
    assert intercom.asked == 2


async def test_what_is_over_is_not_shared() -> None:
    flights, intercom = Flights[str, str](), Intercom()
    intercom.answer.set()

    assert [await flights.share("a", intercom.get) for _ in range(2)] == [("answer", False)] * 2
    assert intercom.asked == 2


async def test_a_failure_is_everybodys() -> None:
    flights, intercom = Flights[str, str](), Intercom()
    intercom.error = ValueError("no")
    both = [asyncio.create_task(flights.share("a", intercom.get)) for _ in range(2)]
    await eventually(lambda: intercom.asked > 0)

    intercom.answer.set()

    assert [str(error) for error in await asyncio.gather(*both, return_exceptions=True)] == ["no", "no"]
    assert intercom.asked == 1


@pytest.mark.parametrize("how", ["cancelled", "lost its job"])
async def test_when_the_first_is_stopped_another_goes(how: str) -> None:
    flights, intercom, other = Flights[str, str](), Intercom(), Intercom()
    first = asyncio.create_task(flights.share("a", intercom.get))
    await eventually(lambda: intercom.asked > 0)
    second, third = [asyncio.create_task(flights.share("a", other.get)) for _ in range(2)]
    intercom.error = LeaseLost()

    if how == "cancelled":
        first.cancel()
    else:
        intercom.answer.set()
    await eventually(lambda: other.asked > 0)
    other.answer.set()

    assert {await second, await third} == {("answer", False), ("answer", True)}
    assert other.asked == 1
    (stopped,) = await asyncio.gather(first, return_exceptions=True)
    assert isinstance(stopped, asyncio.CancelledError | LeaseLost)


async def test_one_that_waits_can_be_cancelled_alone() -> None:
    flights, intercom = Flights[str, str](), Intercom()
    first, second = [asyncio.create_task(flights.share("a", intercom.get)) for _ in range(2)]
    await eventually(lambda: intercom.asked > 0)

    second.cancel()
    intercom.answer.set()

    assert await first == ("answer", False)
    with pytest.raises(asyncio.CancelledError):
        await second


async def test_what_is_forgotten_is_not_joined_any_more() -> None:
    flights, intercom, newer = Flights[str, str](), Intercom(), Intercom()
    old = asyncio.create_task(flights.share("a", intercom.get))
    await eventually(lambda: intercom.asked > 0)

    flights.forget("a")
    new = asyncio.create_task(flights.share("a", newer.get))
    await eventually(lambda: newer.asked > 0)
    intercom.answer.set()
    newer.answer.set()

    assert [await old, await new] == [("answer", False)] * 2
