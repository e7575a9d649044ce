"""What the generator invents is of the shape that Intercom describes."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from simulator.app import Simulator
from simulator.population.size import Size
from tests.contract.description import Description

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERYTHING = {"field": "created_at", "operator": "<", "value": 4_000_000_000}


@pytest_asyncio.fixture(loop_scope="session")
async def intercom(simulator: Simulator, started: tuple[Simulator, str]) -> AsyncIterator[httpx.AsyncClient]:
    simulator.populate(Size(120, tickets=60), seed=7)
    async with httpx.AsyncClient(base_url=started[1], headers={"Authorization": "Bearer test-token"}) as client:
        yield client


@pytest.mark.parametrize(
    ("plural", "key"), [("conversations", "conversations"), ("tickets", "tickets"), ("contacts", "data")]
)
async def test_what_is_found_is_as_described(
    plural: str, key: str, intercom: httpx.AsyncClient, description: Description
) -> None:
    wanted = {"query": EVERYTHING, "pagination": {"per_page": 150}}

    found = await intercom.post(f"/{plural}/search", json=wanted)

    objects = found.json()[key]
    problems = description.answer_problems("POST", f"/{plural}/search", 200, found.content)
    for one in objects:
        answer = await intercom.get(f"/{plural}/{one['id']}")
        problems += description.answer_problems("GET", f"/{plural}/{one['id']}", answer.status_code, answer.content)
    assert len(objects) >= 60
    assert problems == []


async def test_companies_are_as_described(intercom: httpx.AsyncClient, description: Description) -> None:
    found = await intercom.get("/companies", params={"per_page": 50})

    assert len(found.json()["data"]) > 5
    assert description.answer_problems("GET", "/companies", 200, found.content) == []
