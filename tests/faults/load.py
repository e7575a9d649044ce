"""More comes than may be done at once."""

import asyncio
import time
from typing import Any

import httpx

from state import keys
from state.job import Job
from state.status import look
from tests.e2e.house import APP_ID, House
from tests.e2e.test_workspaces import TAG, Deployment, deployed
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.stalls import Stalls, watched
from tests.waiting import eventually

SHARE = 0.97
"""Of the limit, while there is a backlog."""
REFUSED = 0.01
"""Of the calls, at most, after the first window."""
SMALL_WITHIN = 5.0


@row(20, "5,000 events in five seconds, then silence")
async def burst(trial: Trial) -> None:
    window, limit = trial.count(10, 2), trial.count(500, 60)
    house = await trial.house(
        workers=2,
        simulator=("--window", str(window), "--limit", str(limit)),
        worker={"AUTOTAGGER_WINDOW": str(window), "AUTOTAGGER_CALLS_PER_WINDOW": str(limit)},
    )
    async with watched(str(house.simulator.base_url)) as stalls:
        await house.send(events=trial.count(5_000, 300), rate=trial.count(1_000, 300))
        await eventually(house.sent, timeout=60)
        reported, true = await _ages(house)
        await trial.settle(house, within=300)

    await trial.prompt(house)
    trial.at_most("seconds that a job is said to have been due", reported, true + 1)
    await _within_the_limit(trial, house, stalls)


async def _ages(house: House) -> tuple[float, float]:
    """How long the oldest job is said to have been due, and how old it is: one that was put back is due anew."""
    (workspace,) = (await look(house.redis, {})).workspaces
    now = time.time()
    ids = [one.decode() for one in await house.redis.zrange(keys.queue(APP_ID), 0, -1)]
    payloads = await house.redis.mget([keys.JOB + one for one in ids]) if ids else []
    received = [Job.decode(payload).received_at for payload in payloads if payload]
    return workspace.oldest or 0.0, max((now - at for at in received), default=0.0)


async def _within_the_limit(trial: Trial, house: House, stalls: Stalls) -> None:
    """No window got too many calls, and while there was a backlog each got nearly as many as it may."""
    told = (await house.simulator.get("/_simulator/windows")).json()
    calls = (await house.simulator.get("/_simulator/calls")).json()["calls"]
    windows: list[dict[str, Any]] = told["windows"]
    counts = [(window["start"], window["accepted"] + window["refused"]) for window in windows]
    received = [call["received"] for call in calls]
    excess = stalls.excess(counts, received, limit=trial.tally.limit, length=told["length"])
    # The short form has short windows: a worker without a processor has a call or two of the one before in its next.
    spare = trial.tally.limit // 10 if trial.short else 0
    trial.at_most("calls too many in a window", max(excess, 0), spare)
    # The first windows are used to find out where they begin, and the last one has too little to do.
    full = [count for _, count in counts[2:-1]]
    if full and not trial.short:
        trial.promise("the limit is used", min(full) >= SHARE * trial.tally.limit, f"{full} of {trial.tally.limit}")
        refused = sum(window["refused"] for window in windows[1:]) / max(sum(count for _, count in counts[1:]), 1)
        trial.at_most("share of 429", refused, REFUSED)


@row(21, "one workspace floods, another sends ten events")
async def flood(trial: Trial) -> None:
    north, south = TAG
    folder = trial.folder / "deployed"
    folder.mkdir()
    deployment = await trial.stack.enter_async_context(deployed(await trial.redis(), folder))
    population = {"conversations": trial.count(10_000, 500), "tickets": 0}
    for app_id, wanted in ((north, population), (south, population | {"conversations": 10})):
        (await deployment.intercoms[app_id].post("/_simulator/population", json=wanted, timeout=60)).raise_for_status()
    many, few = await _conversations(deployment, north), (await _conversations(deployment, south))[:10]

    flooding = asyncio.create_task(_write(trial, deployment, north, many))
    await eventually(lambda: _waiting(deployment, north, trial.count(2_000, 100)), timeout=60)
    sent = await _write(trial, deployment, south, few)
    await eventually(lambda: _tagged(deployment, south, few), timeout=120)
    waits = await _waits(deployment, south, sent)
    left = await deployment.redis.zcard(keys.queue(north))

    trial.promise("the flood was not over when the few were served", left > 0, left)
    trial.in_time("seconds that the slowest of the few waited", max(waits.values()), SMALL_WITHIN)
    trial.same("events of the few that were lost", len(few) - len(waits), 0)
    await flooding


async def _conversations(deployment: Deployment, app_id: str) -> list[str]:
    """Those that its Intercom knows."""
    client = deployment.intercoms[app_id]
    return list((await client.get("/_simulator/state", timeout=60)).json()["conversations"])


async def _write(trial: Trial, deployment: Deployment, app_id: str, conversations: list[str]) -> dict[str, float]:
    """Somebody writes in each conversation; when that was taken, in Unix seconds."""
    taken: dict[str, float] = {}
    room = asyncio.Semaphore(50)

    async def write(client: httpx.AsyncClient, one: str) -> None:
        async with room:
            began = time.monotonic()
            status = await deployment.send(app_id, conversation=one, client=client)
            trial.tally.worst = max(trial.tally.worst, time.monotonic() - began)
        trial.tally.acked += status == httpx.codes.OK
        taken[one] = time.time()

    async with httpx.AsyncClient(trust_env=False, timeout=30) as client, asyncio.TaskGroup() as writing:
        for one in conversations:
            trial.tally.sent += 1
            writing.create_task(write(client, one))
    return taken


async def _waiting(deployment: Deployment, app_id: str, count: int) -> bool:
    return int(await deployment.redis.zcard(keys.queue(app_id))) >= count


async def _tagged(deployment: Deployment, app_id: str, conversations: list[str]) -> bool:
    """Whether every one of them was tagged."""
    return set(conversations) <= (await _tag_calls(deployment, app_id)).keys()


async def _tag_calls(deployment: Deployment, app_id: str) -> dict[str, float]:
    """When each conversation was tagged, in Unix seconds."""
    calls = [call for call in await deployment.calls(app_id) if call["method"] == "POST" and call["applied"]]
    return {call["path"].split("/")[2]: call["received"] for call in calls}


async def _waits(deployment: Deployment, app_id: str, sent: dict[str, float]) -> dict[str, float]:
    tagged = await _tag_calls(deployment, app_id)
    return {one: tagged[one] - at for one, at in sent.items() if one in tagged}
