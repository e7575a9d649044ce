"""The client and the rate budget against the simulator, which knows nothing of either."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from rules.language.values import Kind
from simulator.app import Simulator
from simulator.faults import Fault
from simulator.program import create_simulator, running
from simulator.settings import SimulatorSettings
from state.budget import Budget
from tests.stalls import watched
from workers.intercom.answers import Answer
from workers.intercom.client import Intercom
from workers.intercom.errors import (
    AdminGone,
    Forbidden,
    IntercomError,
    RateLimited,
    TagGone,
    TargetGone,
    Unauthorized,
    Unavailable,
)
from workers.intercom.workspace import Me

ADMIN = "5017001"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    created = create_simulator(SimulatorSettings(port=0))
    created.workspace.put("conversation", "215", {})
    created.workspace.put("ticket", "494", {})
    yield created
    await created.aclose()


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[Intercom]:
    async with running(simulator) as url, Intercom(url, "test-token", timeout=0.5) as opened:
        yield opened


def names_on(simulator: Simulator, kind: Kind, target_id: str) -> list[str]:
    assert kind != "company"
    return simulator.workspace.names_on(simulator.workspace.find(kind, target_id))


@pytest.mark.parametrize(("kind", "target_id"), [("conversation", "215"), ("ticket", "494")])
async def test_a_tag_goes_on_and_off(simulator: Simulator, client: Intercom, kind: Kind, target_id: str) -> None:
    tag = (await client.create_tag("billing/refund")).value

    attached = await client.attach(kind, target_id, tag.id, ADMIN)
    after_attach = names_on(simulator, kind, target_id)
    detached = await client.detach(kind, target_id, tag.id, ADMIN)
    again = await client.detach(kind, target_id, tag.id, ADMIN)

    assert (attached.value.id, attached.value.applied_by) == (tag.id, ADMIN)
    assert after_attach == ["billing/refund"]
    assert detached.value is not None
    assert again.value is None
    assert names_on(simulator, kind, target_id) == []


async def test_tags_are_listed_and_found_whatever_their_case(client: Intercom) -> None:
    first = await client.create_tag("Billing/Refund")
    second = await client.create_tag("billing/refund")

    listed = await client.list_tags()

    assert second.value.id == first.value.id
    assert [tag.name for tag in listed.value] == ["Billing/Refund"]


async def test_me_names_the_simulated_workspace(client: Intercom) -> None:
    me = (await client.me()).value

    assert (me.admin_id, me.app_id) == (ADMIN, "q4mx81zt")


@pytest.mark.parametrize(
    ("kind", "target_id", "tag_id", "admin_id", "family"),
    [
        pytest.param("conversation", "1", "known", ADMIN, TargetGone, id="no such conversation"),
        pytest.param("ticket", "1", "known", ADMIN, TargetGone, id="no such ticket"),
        pytest.param("conversation", "215", "999", ADMIN, TagGone, id="no such tag"),
        pytest.param("ticket", "494", "known", "999", AdminGone, id="no such admin"),
    ],
)
async def test_what_is_missing_is_told_apart(
    client: Intercom, kind: Kind, target_id: str, tag_id: str, admin_id: str, family: type[IntercomError]
) -> None:
    known = (await client.create_tag("known")).value.id

    with pytest.raises(IntercomError) as caught:
        await client.attach(kind, target_id, known if tag_id == "known" else tag_id, admin_id)

    assert type(caught.value) is family
    assert caught.value.limits.limit == 1_666


async def test_a_wrong_token_is_refused(simulator: Simulator) -> None:
    async with running(simulator) as url, Intercom(url, "wrong") as client:
        with pytest.raises(Unauthorized) as caught:
            await client.me()

    assert caught.value.code == "unauthorized"


@pytest.mark.parametrize(
    ("fault", "family"),
    [
        pytest.param(Fault("status", status=500), Unavailable, id="500"),
        pytest.param(Fault("status", status=502, body="<h1>Bad gateway</h1>"), Unavailable, id="502 and HTML"),
        pytest.param(Fault("status", status=403), Forbidden, id="403"),
        pytest.param(Fault("reset"), Unavailable, id="reset before"),
        pytest.param(Fault("reset", when="after"), Unavailable, id="reset after"),
        pytest.param(Fault("hang"), Unavailable, id="hang"),
        pytest.param(Fault("slow", delay=0.8), Unavailable, id="slow"),
        pytest.param(Fault("garbage", garbage="html"), Unavailable, id="HTML"),
        pytest.param(Fault("garbage", garbage="empty"), Unavailable, id="nothing"),
        pytest.param(Fault("garbage", garbage="truncated"), Unavailable, id="half a body"),
        pytest.param(Fault("garbage", garbage="cut"), Unavailable, id="broken off"),
        pytest.param(Fault("garbage", garbage="huge"), Unavailable, id="8 MiB"),
        pytest.param(Fault("rate_limit"), RateLimited, id="429"),
        pytest.param(Fault("rate_limit", limits="absurd"), RateLimited, id="429 with absurd headers"),
    ],
)
async def test_every_fault_has_its_error_and_the_next_call_is_well(
    simulator: Simulator, client: Intercom, fault: Fault, family: type[IntercomError]
) -> None:
    simulator.faults.add(fault)

    with pytest.raises(IntercomError) as caught:
        await client.me()
    simulator.faults.clear()
    me = await client.me()

    assert type(caught.value) is family
    assert me.value.admin_id == ADMIN


async def test_the_budget_keeps_a_fleet_within_the_windows_of_the_simulator(simulator: Simulator, redis: Redis) -> None:
    simulator.windows.length, simulator.windows.limit = 1.0, 30
    budgets = [Budget(redis, scope="app", limit=30, window=1.0) for _ in range(2)]
    backlog = iter(range(75))

    async def call(client: Intercom, budget: Budget) -> None:
        while not (await budget.take(1.5)).granted:
            pass
        try:
            answer: Answer[Me] | RateLimited = await client.me()
        except RateLimited as held_up:
            answer = held_up
        assert answer.sent_at is not None
        assert answer.received_at is not None
        refused = isinstance(answer, RateLimited)
        await budget.feedback(answer.limits, answer.sent_at, answer.received_at, refused=refused)

    async def work(client: Intercom, budget: Budget) -> None:
        for _ in backlog:
            await call(client, budget)

    async with running(simulator) as url, Intercom(url, "test-token", timeout=10) as client, watched(url) as stalls:
        await asyncio.gather(*(work(client, budget) for budget in budgets for _ in range(5)))

    assert len(simulator.calls.since(0)) == 75
    assert stalls.too_many(simulator) <= 0
