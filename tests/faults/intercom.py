"""Intercom is down, slow, full, in another mind, or talks nonsense."""

import asyncio
import signal
import time
from email.utils import formatdate
from typing import Any

from state import keys
from tests.e2e.house import APP_ID, House
from tests.faults.customers import Customers, customers
from tests.faults.gauges import gauge, memory
from tests.faults.matrix import row
from tests.faults.trial import Trial
from tests.waiting import eventually

MIB = 1024 * 1024
MANY = 2_000
"""As good as for ever."""


async def _house(trial: Trial, *, workers: int = 1, **worker: str) -> House:
    """With windows of a few seconds in the short form, so that one can be waited for."""
    window = f"{trial.span(10, 2):g}"
    return await trial.house(
        workers=workers,
        simulator=("--window", window, "--limit", "500"),
        worker={"AUTOTAGGER_WINDOW": window, "AUTOTAGGER_CALLS_PER_WINDOW": "500"} | worker,
    )


@row(11, "Intercom answers 500, 502 and 503")
async def errors(trial: Trial) -> None:
    house = await _house(trial, workers=2)
    seconds = trial.span(20, 2)
    for status in (500, 502, 503):
        await house.fault(kind="status", status=status, probability=0.5)
    await house.fault(kind="status", status=503)

    await house.send(events=trial.count(1_000, 100), rate=50)
    await asyncio.sleep(seconds)
    await house.heal()

    await trial.settle(house, within=150)


@row(11, "Intercom is down for hours, a minute each second", quick=False)
async def down(trial: Trial) -> None:
    scale = 60.0
    waits = {"AUTOTAGGER_RETRY_BASE": f"{2 / scale:.3f}", "AUTOTAGGER_RETRY_CAP": f"{600 / scale:g}"}
    house = await _house(trial, workers=2, **waits)
    they = await customers(house, trial)
    await house.fault(kind="status", status=503)
    await they.write(await they.arrive(500), rate=100)

    hours = trial.span(2, 0.1)
    began = time.monotonic()
    before = len(await house.calls("/")) + len(await house.reads())
    await asyncio.sleep(hours * 3600 / scale)
    calls = len(await house.calls("/")) + len(await house.reads()) - before
    trial.at_most("calls a second of the outage", calls / ((time.monotonic() - began) * scale), 1)
    await house.heal()

    await they.served(within=120)


@row(12, "connections are reset before the call is applied", quick=False)
async def reset_before(trial: Trial) -> None:
    await _struck(trial, repeats=0, kind="reset", when="before")


@row(12, "connections are reset after the call is applied")
async def reset_after(trial: Trial) -> None:
    they = await _struck(trial, repeats=1, kind="reset", when="after")
    most = max((await they.changes()).values())
    trial.at_most("calls for one change", most, 2)


@row(12, "503 after the call is applied", quick=False)
async def failed_after(trial: Trial) -> None:
    await _struck(trial, repeats=1, kind="status", status=503, when="after")


async def _struck(trial: Trial, *, repeats: int, **fault: Any) -> Customers:
    """One call of each of some customers meets a fault; each may have to be repeated so often."""
    house = await _house(trial)
    they = await customers(house, trial)
    conversations = await they.arrive(trial.count(300, 60))
    struck = conversations[::3]
    for one in struck:
        await house.fault(path=f"/conversations/{one}/tags", count=1, **fault)

    await they.write(conversations)

    await they.served(repeats=repeats * len(struck))
    return they


@row(13, "calls hang, others are answered late")
async def hangs(trial: Trial) -> None:
    house = await _house(trial)
    they = await customers(house, trial)
    conversations = await they.arrive(trial.count(200, 40))
    hanging = conversations[:10]
    for number, one in enumerate(hanging):
        when = "after" if number % 2 else "before"
        await house.fault(kind="hang", when=when, path=f"/conversations/{one}/tags", count=2)
    await house.fault(kind="slow", delay=trial.span(2, 0.3))

    await they.write(conversations)
    others = {f"/conversations/{one}/tags" for one in conversations[10:]}

    async def others_are_served() -> bool:
        return others <= (await they.changes()).keys()

    await eventually(others_are_served, timeout=120)
    if not trial.short:
        waiting = await house.redis.zcard(keys.queue(APP_ID))
        trial.promise("the others did not wait for those that hang", waiting > 0)

    await they.served(within=120, repeats=len(hanging) // 2)


@row(14, "429 with true headers, the window being full")
async def limited(trial: Trial) -> None:
    await _turned_away(trial, limits="real")


@row(14, "429 without headers", quick=False)
async def without_headers(trial: Trial) -> None:
    await _turned_away(trial, limits="absent")


@row(14, "429 with headers that make no sense", quick=False)
async def absurd(trial: Trial) -> None:
    await _turned_away(trial, limits="absurd")


@row(14, "429 with a reset in the past", quick=False)
async def past(trial: Trial) -> None:
    await _turned_away(trial, limits="absent", headers={"X-RateLimit-Reset": str(int(time.time()) - 3600)})


@row(14, "429 with a reset an hour ahead", quick=False)
async def ahead(trial: Trial) -> None:
    await _turned_away(trial, limits="absent", headers={"X-RateLimit-Reset": str(int(time.time()) + 3600)})


@row(14, "429 with Retry-After as a date", quick=False)
async def dated(trial: Trial) -> None:
    await _turned_away(trial, limits="absent", headers={"Retry-After": formatdate(time.time() + 5, usegmt=True)})


async def _turned_away(trial: Trial, **fault: Any) -> None:
    """Every call is answered 429 for some windows. Nobody asks in a loop, nothing is spent, nothing waits for long."""
    house = await _house(trial, workers=2)
    window, windows = trial.span(10, 2), trial.count(3, 1)
    they = await customers(house, trial)
    conversations = await they.arrive(trial.count(300, 60))
    await house.fault(kind="rate_limit", **fault)
    await they.write(conversations)
    await asyncio.sleep(window * windows)
    calls = (await house.simulator.get("/_simulator/calls")).json()["calls"]
    retried = [await gauge(worker, "autotagger_jobs_total", outcome="retried") for worker in house.workers]
    await house.heal()

    # Those under way when the first answer comes, and then a few to feel the way.
    trial.at_most("calls that were turned away", len(calls), (windows + 1) * 2 * _AT_ONCE)
    trial.same("attempts spent", sum(retried), 0)
    await they.served(within=60 + 4 * window)
    trial.at_most("calls in a window", trial.tally.window, trial.tally.limit)


_AT_ONCE = 20


@row(15, "the token is refused for some seconds")
async def unauthorized(trial: Trial) -> None:
    await _refused(trial, {"status": 401, "code": "unauthorized"})


@row(15, "a permission is missing for some seconds", quick=False)
async def forbidden(trial: Trial) -> None:
    await _refused(trial, {"status": 403, "code": "action_forbidden", "path": "/conversations", "method": "POST"})


@row(16, "the admin is gone for some seconds", quick=False)
async def admin_gone(trial: Trial) -> None:
    gone = {"status": 404, "code": "admin_not_found", "message": "Admin not found", "path": "/conversations"}
    await _refused(trial, gone)


async def _refused(trial: Trial, fault: dict[str, Any]) -> None:
    """What a person has to mend: it is told once, nothing is spent, and all is done when it is mended."""
    house = await _house(trial)
    they = await customers(house, trial)
    conversations = await they.arrive(trial.count(300, 60))
    await house.fault(kind="status", **fault)
    await they.write(conversations)
    await asyncio.sleep(trial.span(10, 1))
    calls = [call for call in await house.calls("/") if call["fault"]]
    (worker,) = house.workers
    retried = await gauge(worker, "autotagger_jobs_total", outcome="retried")
    await house.heal()

    trial.at_most("calls that were refused", len(calls), 2 * _AT_ONCE)
    trial.same("attempts spent", retried, 0)
    await they.served(within=60)
    await house.end_worker(worker, signal.SIGTERM)
    said = await worker.said
    told = [sum(words in line for line in said) for words in ("one call at a time tells", "mended after")]
    trial.same("times that it was told that it is refused, and that it is mended", told, [1, 1])


@row(16, "targets and tags are gone, calls are refused for good")
async def refused_for_good(trial: Trial) -> None:
    house = await _house(trial)
    they = await customers(house, trial)
    conversations = await they.arrive(trial.count(300, 60))
    answers = (
        {"status": 404, "code": "not_found", "message": "Conversation not found"},
        {"status": 422, "code": "parameter_invalid", "message": "is not valid"},
        {"status": 400, "code": "parameter_not_found", "message": "is missing"},
    )
    for one, answer in zip(conversations, answers, strict=False):
        await house.fault(kind="status", path=f"/conversations/{one}/tags", **answer)
    once = conversations[len(answers)]
    tag_gone = {"status": 404, "code": "tag_not_found", "message": "Tag not found"}
    await house.fault(kind="status", path=f"/conversations/{once}/tags", count=1, **tag_gone)

    await they.write(conversations)

    await they.served(dead=len(answers))
    letters = await house.letters()
    trial.same("reasons", {letter.reason for letter in letters}, {answer["code"] for answer in answers})
    trial.same("attempts of each", {letter.attempts for letter in letters}, {1})


@row(17, "200 with a page, nothing, half a body, and 50 MB")
async def garbage(trial: Trial) -> None:
    house = await _house(trial)
    they = await customers(house, trial)
    await they.write(await they.arrive(20))
    await eventually(house.idle, timeout=30)
    (worker,) = house.workers
    before = memory(worker)
    conversations = await they.arrive(trial.count(200, 40))
    kinds = ("html", "empty", "truncated", "cut", "huge")
    for number, one in enumerate(conversations):
        kind = kinds[number % len(kinds)]
        size = 50 * MIB if number < trial.count(50, 5) else MIB
        await house.fault(kind="garbage", garbage=kind, size=size, count=1, path=f"/conversations/{one}/tags")

    await they.write(conversations)

    await they.served(within=120)
    trial.at_most("MiB that the worker has grown by", (memory(worker) - before) / MIB, 32)
