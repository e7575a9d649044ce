"""One simulator for all tests of this process, begun anew for each."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from simulator.app import Simulator
from simulator.program import create_simulator, running
from simulator.settings import SimulatorSettings
from tests.simulator.webhook import Webhook, running_webhook


@pytest_asyncio.fixture(scope="session", name="started", loop_scope="session")
async def start_once() -> AsyncIterator[tuple[Simulator, str]]:
    simulator = create_simulator(SimulatorSettings(port=0, limit=100_000))
    async with running(simulator) as url:
        yield simulator, url


@pytest_asyncio.fixture(loop_scope="session")
async def simulator(started: tuple[Simulator, str]) -> Simulator:
    await started[0].reset()
    return started[0]


@pytest_asyncio.fixture(loop_scope="session")
async def control(simulator: Simulator, started: tuple[Simulator, str]) -> AsyncIterator[httpx.AsyncClient]:
    """Directs the play."""
    assert simulator is started[0]
    async with httpx.AsyncClient(base_url=started[1] + "/_simulator") as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def intercom(simulator: Simulator, started: tuple[Simulator, str]) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the REST API with a good token."""
    assert simulator is started[0]
    headers = {"Authorization": "Bearer test-token", "Intercom-Version": "2.10"}
    async with httpx.AsyncClient(base_url=started[1], headers=headers) as client:
        yield client


@pytest_asyncio.fixture(scope="session", name="started_webhook", loop_scope="session")
async def start_webhook_once() -> AsyncIterator[Webhook]:
    async with running_webhook() as webhook:
        yield webhook


@pytest.fixture
def webhook(started_webhook: Webhook) -> Webhook:
    """A receiver that answers 200 until told otherwise."""
    started_webhook.begin_anew()
    return started_webhook
