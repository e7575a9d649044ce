"""Intercom's description, and a simulator on a real port with something of everything in it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from simulator.app import Simulator
from simulator.program import create_simulator, running
from simulator.settings import SimulatorSettings
from tests.contract.description import Description, described
from tests.contract.scene import set_scene


@pytest.fixture
def description() -> Description:
    return described()


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="started")
async def start_once() -> AsyncIterator[tuple[Simulator, str]]:
    simulator = create_simulator(SimulatorSettings(port=0, limit=100_000))
    async with running(simulator) as url:
        yield simulator, url


@pytest_asyncio.fixture(loop_scope="session")
async def simulator(started: tuple[Simulator, str]) -> Simulator:
    """Begun anew, with the objects of the scene."""
    simulator = started[0]
    await simulator.reset()
    set_scene(simulator)
    return simulator
