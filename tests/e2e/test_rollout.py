"""A rolling update and the way back, as Kubernetes does them: nothing is refused, nothing lost, no attempt spent."""

import asyncio
import signal
from collections import Counter
from itertools import count

import httpx

from cli.fleet import Program, running
from state.feed import Feed
from tests.balancer import Balancer
from tests.e2e.house import House, at_home
from tests.e2e.test_webhook_to_tag import REFUND, notification
from tests.redis_server import RedisServer
from tests.service.receiver import post
from tests.waiting import eventually

CONVERSATIONS = 20
CUSTOMERS = 3

UNFORGIVING = {"AUTOTAGGER_RETRY_BASE": "600", "AUTOTAGGER_RETRY_CAP": "600"}
"""A job that has spent an attempt waits for so long that its end is not seen here: nothing that was spent can hide."""


class Customers:
    """Write for as long as they are let, each over a connection of its own. `answers` counts what they heard."""

    def __init__(self, house: House, balancer: Balancer) -> None:
        self.answers: Counter[int | str] = Counter()
        self.events: list[str] = []
        self._house = house
        self._front = f"http://127.0.0.1:{balancer.port}"
        self._numbers = count()
        self._silent = asyncio.Event()

    async def write(self) -> None:
        """Write until `hush`."""
        closing = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=self._front, limits=closing, timeout=30, trust_env=False) as client:
            await asyncio.gather(*(self._write(client) for _ in range(CUSTOMERS)))

    def hush(self) -> None:
        """Let nobody begin again."""
        self._silent.set()

    async def _write(self, client: httpx.AsyncClient) -> None:
        while not self._silent.is_set():
            document = notification("conversation", str(next(self._numbers) % CONVERSATIONS), REFUND)
            self.events.append(document["id"])
            try:
                self.answers[(await post(client, document)).status_code] += 1
            except httpx.HTTPError as error:
                self.answers[type(error).__name__] += 1

    async def have_written(self, more: int) -> None:
        """Wait until so many more have been answered."""
        enough = self.answers.total() + more
        await eventually(lambda: self.answers.total() >= enough, timeout=30)


def port(receiver: Program) -> int:
    found = httpx.URL(receiver.urls[0]).port
    assert found is not None
    return found


async def started(house: House, name: str) -> Program:
    """A new one that Kubernetes finds ready."""
    variables = house.receiver_variables if name == "serve" else house.variables
    program = await house.stack.enter_async_context(running(name, variables=variables))

    async def ready() -> bool:
        return (await house.simulator.get(f"{program.urls[-1]}/readyz")).status_code == httpx.codes.OK

    await eventually(ready, timeout=20)
    return program


async def ended(program: Program) -> int:
    program.process.send_signal(signal.SIGTERM)
    return await program.process.wait()


async def replace_receiver(house: House, balancer: Balancer) -> int:
    """The new one takes its place in the Service; the old one loses it, and is told when nobody sends there any more.

    For that the chart's `preStop` waits: Kubernetes takes a pod out of the Service and tells it both at once.
    """
    old, house.receiver = house.receiver, await started(house, "serve")
    balancer.ready.append(port(house.receiver))
    balancer.ready.remove(port(old))
    await eventually(lambda: not balancer.under_way[port(old)], timeout=20)
    return await ended(old)


async def replace_worker(house: House) -> int:
    old, house.workers = house.workers, [await started(house, "worker")]
    return await ended(old[0])


async def test_an_update_and_the_way_back_refuse_nothing_and_lose_nothing(redis_server: RedisServer) -> None:
    async with at_home(redis_server, variables=UNFORGIVING) as house, Balancer(port(house.receiver)) as balancer:
        await house.know_tags()
        for number in range(CONVERSATIONS):
            await house.seed("conversation", str(number))
        # Some call is always under way.
        await house.fault(kind="slow", delay=0.2)
        customers = Customers(house, balancer)
        writing = asyncio.create_task(customers.write())

        codes: list[int] = []
        for _ in ("update", "rollback"):
            await customers.have_written(CONVERSATIONS)
            codes += await asyncio.gather(replace_receiver(house, balancer), replace_worker(house))
        await customers.have_written(CONVERSATIONS)
        customers.hush()
        await writing
        await house.all_done()

        assert codes == [0] * 4
        assert balancer.refused == 0
        assert customers.answers == {200: len(customers.events)}
        _, entries = await Feed(house.redis).after(most=100_000)
        assert sorted(entry.notification_id for entry in entries) == sorted(customers.events)
        for number in range(CONVERSATIONS):
            assert await house.tags("conversation", str(number)) == {"billing/refund"}
        assert await house.letters() == ()
