"""Two limits at a time: that of an app, and that of the workspace, which all its apps share."""

import pytest
from redis.asyncio import Redis

from state.budget import Budget, Shared
from state.keys import BUDGET, WORKSPACE_BUDGET
from tests.state.windows import FixedWindows, OneOfSeveral, Said, Slot, World

HERE = "q4mx81zt"


def workspace(redis: Redis, limit: int, **apps: int) -> tuple[World, dict[str, OneOfSeveral]]:
    """A workspace that lets `limit` calls through in two seconds, and of each of its apps so many."""
    shared = FixedWindows(limit=limit, length=2.0)
    servers = {app: OneOfSeveral(limit=own, length=2.0, shared=shared) for app, own in apps.items()}
    return World(redis, shared), servers


def budget(world: World, app: str, limit: int) -> Budget:
    shared = Shared(HERE, world.server.limit)
    return world.budget(scope=app, limit=limit, window=2.0, guard=0.15, shared=shared)


def backlog(world: World, app: str, server: OneOfSeveral, calls: int, *, share: float = 1.0) -> None:
    """Two processes of an app that have so much to do."""
    left = [1] * calls
    for _ in range(2):
        own = budget(world, app, server.limit)
        for _ in range(20):
            world.at(world.now, Slot(world, own, left, share=share, server=server).ask)


def used(server: FixedWindows) -> float:
    """The share of a limit that was used in all windows but the first few and the last."""
    full = [server.accepted[window] for window in sorted(server.accepted)][2:-1]
    return sum(full) / len(full) / server.limit


async def test_apps_that_could_do_more_fill_the_workspaces_limit_and_do_not_overrun_it(redis: Redis) -> None:
    world, apps = workspace(redis, 50, one=40, two=40)
    for app, server in apps.items():
        backlog(world, app, server, 500)

    await world.run(world.now + 14)

    assert world.refused == []
    assert used(world.server) >= 0.97
    assert min(len(server.accepted) for server in apps.values()) >= 6


async def test_a_single_app_has_its_own_limit_to_the_full(redis: Redis) -> None:
    world, apps = workspace(redis, 100, one=40)
    backlog(world, "one", apps["one"], 300)

    await world.run()

    assert len(world.done) == 300
    assert world.refused == []
    assert used(apps["one"]) >= 0.97


async def test_an_app_that_has_used_up_its_own_limit_keeps_no_other_waiting(redis: Redis) -> None:
    world, apps = workspace(redis, 70, small=20, large=50)
    backlog(world, "small", apps["small"], 200)
    backlog(world, "large", apps["large"], 500)

    await world.run(world.now + 14)

    assert world.refused == []
    assert min(used(server) for server in apps.values()) >= 0.97


async def test_what_goes_last_leaves_room_in_the_workspace_too(redis: Redis) -> None:
    world, apps = workspace(redis, 50, one=40, two=40)
    backlog(world, "one", apps["one"], 400, share=0.5)
    await world.run(world.now + 8)
    last = sorted(world.server.accepted)[2:-1]
    assert {world.server.accepted[window] for window in last} <= {19, 20}

    backlog(world, "two", apps["two"], 400, share=0.5)
    await world.run(world.now + 8)

    last = sorted(world.server.accepted)[-3:-1]
    assert {world.server.accepted[window] for window in last} <= {24, 25}


async def settled(redis: Redis) -> tuple[World, dict[str, Budget]]:
    """Two apps that have done a few calls each and know their windows, shortly after a window has begun."""
    world, apps = workspace(redis, 30, one=20, two=20)
    for app, server in apps.items():
        backlog(world, app, server, 30)
    await world.run()
    begins = (int((world.now + world.server.offset) // 2.0) + 3) * 2.0 - world.server.offset
    await world.set_clock(begins + 0.3)
    return world, {app: budget(world, app, 20) for app in apps}


@pytest.mark.parametrize(
    ("remaining", "stops"),
    [pytest.param(0, {"one"}, id="its own is used up"), pytest.param(7, {"one", "two"}, id="its own is not used up")],
)
async def test_whom_a_429_stops(redis: Redis, remaining: int, stops: set[str]) -> None:
    world, budgets = await settled(redis)
    one = budgets["one"]
    now = one._clock()
    reset = (int((world.now + world.server.offset) // 2.0) + 1) * 2.0
    said = Said(limit=20, remaining=remaining, reset=reset, date=float(int(world.now + world.server.offset)))
    assert all([(await each.reserve(0.0)).granted for each in budgets.values()])

    await one.feedback(said, now - 0.05, now, refused=True)

    assert {app for app, each in budgets.items() if not (await each.reserve(0.0)).granted} == stops


async def test_a_429_without_headers_has_every_app_feel_its_way(redis: Redis) -> None:
    _, budgets = await settled(redis)
    now = budgets["one"]._clock()

    await budgets["one"].feedback(Said(), now, now, refused=True)

    assert not (await budgets["two"].reserve(0.0)).granted
    assert await redis.hget(f"{WORKSPACE_BUDGET}{HERE}", "answered") is None  # type: ignore[misc]


async def test_where_one_limit_has_no_room_nothing_is_booked_in_the_other(redis: Redis) -> None:
    _, budgets = await settled(redis)
    while (await budgets["one"].reserve(0.0)).granted:
        pass
    while (await budgets["two"].reserve(0.0)).granted:
        pass
    before = [await redis.hgetall(name) for name in sorted(await redis.keys("autotagger:*"))]  # type: ignore[misc]

    refused = [await budgets[app].reserve(0.0) for app in ("one", "two")]

    assert not any(each.granted for each in refused)
    assert [await redis.hgetall(name) for name in sorted(await redis.keys("autotagger:*"))] == before  # type: ignore[misc]
    booked = [int(float(await redis.hget(f"{BUDGET}{app}", "booked") or 0)) for app in ("one", "two")]  # type: ignore[misc]
    assert sorted(booked) == [10, 20]


async def test_two_workspaces_do_not_know_each_other(redis: Redis) -> None:
    world = World(redis, FixedWindows(limit=50, length=2.0))
    here, there = (
        world.budget(scope=scope, limit=100, window=2.0, shared=Shared(scope, 200)) for scope in ("here", "there")
    )
    await world.set_clock(world.now)
    now = here._clock()

    await here.feedback(Said(), now, now, refused=True)

    assert not (await here.reserve(1.0)).granted
    assert (await there.reserve(0.0)).granted


async def test_an_idle_workspaces_state_expires(redis: Redis) -> None:
    await Budget(redis, scope="one", limit=10, shared=Shared(HERE, 20)).reserve(0.0)

    assert 0 < await redis.ttl(f"{WORKSPACE_BUDGET}{HERE}") <= 3_600
