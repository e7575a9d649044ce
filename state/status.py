"""How the fleet gets on, by what is in Redis: a few bounded reads, whatever there is to read."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from state import keys
from state.budget import Budget, Snapshot
from state.dead import DeadLetters
from state.feed import Entry, Feed
from state.pauses import Paused, Pauses

if TYPE_CHECKING:
    from redis.asyncio import Redis

MINUTES = 5
"""Whole minutes over which rates are taken."""
LOOKED_AT = 1_000
"""Most jobs, letters and running jobs that are looked at one by one; of more, only the newest or next ones are."""
FED = 5_000
"""Most entries of the feed that are looked at."""

_STATUS = re.compile(r"\b([45]\d\d)\b(?: ([a-z][a-z_]+))?")
_LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace. Rates are events and tags a minute; None where nobody knows.

    `due` jobs wait for a worker, the oldest for `oldest` seconds; `deferred` ones wait for their time. `failing` are
    reasons of the deferred ones that have failed. `last_webhook` and `pause` are None without one; `rule_set` is the
    hash that last decided on something, None if nothing was decided lately. `budget` is None where no call was made
    within an hour, or its limits are not known here.
    """

    app_id: str
    received: float
    tagged: float
    last_webhook: float | None
    due: int
    oldest: float | None
    running: int
    deferred: int
    failing: Counter[str]
    budget: Snapshot | None
    rule_set: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The fleet. `now` is Redis's time; `letters` counts the newest `LOOKED_AT` of `dead` by reason.

    `partial` says that some figures are from a part only, since there was too much to look at; `memory` is the share of
    Redis's memory in use, None without a limit.
    """

    now: float
    workspaces: tuple[Workspace, ...]
    dead: int
    letters: Counter[str]
    paused: Paused
    memory: float | None
    partial: bool


async def look(redis: "Redis", budgets: Mapping[str, Budget]) -> Status:
    """How the workspaces of `budgets` get on, and those of which webhooks came. Redis's errors pass through."""
    letters = DeadLetters(redis)
    async with redis.pipeline(transaction=False) as pipe:
        pipe.time()
        pipe.hgetall(keys.RECEIVED)
        pipe.zrevrange(keys.RUNNING, 0, LOOKED_AT - 1)
        pipe.zcard(keys.RUNNING)
        pipe.info("memory")
        (seconds, micros), heard, running, all_running, memory = await pipe.execute()
    now = seconds + micros / 1e6
    last = {app_id.decode(): int(at) / 1000 for app_id, at in heard.items()}
    _, entries = await Feed(redis).since(now - 60 * MINUTES, most=FED)
    runs = Counter(name.decode().partition(":")[0] for name in running)
    known = dict.fromkeys((*budgets, *last))
    found = [
        await _workspace(redis, app_id, budgets.get(app_id), now, last.get(app_id), runs[app_id], entries)
        for app_id in known
    ]
    dead = await letters.count()
    return Status(
        now=now,
        workspaces=tuple(found),
        dead=dead,
        letters=Counter(letter.reason for letter in await letters.newest(LOOKED_AT)),
        paused=await Pauses(redis).read(),
        memory=int(memory["used_memory"]) / limit if (limit := int(memory.get("maxmemory", 0))) else None,
        partial=len(entries) >= FED
        or max(all_running, dead) > LOOKED_AT
        or any(one.deferred > LOOKED_AT for one in found),
    )


async def _workspace(
    redis: "Redis",
    app_id: str,
    budget: Budget | None,
    now: float,
    last: float | None,
    running: int,
    entries: tuple[Entry, ...],
) -> Workspace:
    minute, now_ms = int(now // 60), now * 1000
    queues = (keys.queue(app_id, "live"), keys.queue(app_id, "backfill"))
    async with redis.pipeline(transaction=False) as pipe:
        pipe.mget([keys.received(app_id, minute - back) for back in range(1, MINUTES + 1)])
        pipe.exists(keys.BUDGET + app_id)
        for queue in queues:
            pipe.zcard(queue)
            pipe.zcount(queue, "-inf", now_ms)
            pipe.zrange(queue, 0, 0, withscores=True)
            pipe.zrangebyscore(queue, f"({now_ms}", "+inf", start=0, num=LOOKED_AT)
        received, called, *rows = await pipe.execute()
    (all_live, due_live, first_live, later_live), (all_back, due_back, first_back, later_back) = rows[:4], rows[4:]
    oldest = [score for _, score in (*first_live, *first_back) if score <= now_ms]
    ours = [entry for entry in entries if entry.app_id == app_id]
    due = due_live + due_back
    return Workspace(
        app_id=app_id,
        received=sum(int(count or 0) for count in received) / MINUTES,
        tagged=sum(step.outcome == "made" for entry in ours for step in entry.steps) / MINUTES,
        last_webhook=last,
        due=due,
        oldest=now - min(oldest) / 1000 if oldest else None,
        running=running,
        deferred=max(all_live + all_back - due - running, 0),
        failing=await _failing(redis, [*later_live, *later_back]),
        budget=await budget.snapshot() if budget and called else None,
        rule_set=ours[-1].rule_set if ours else None,
    )


async def _failing(redis: "Redis", jobs: list[bytes]) -> Counter[str]:
    async with redis.pipeline(transaction=False) as pipe:
        for job in jobs:
            pipe.hget(keys.TRIES + job.decode(), "last_error")
        errors = await pipe.execute()
    return Counter(reason(error.decode("utf-8", "replace")) for error in errors if error)


def reason(error: str) -> str:
    """A failure in few words, without what differs from one to the next: `503`, `409 conflict`, or how it begins."""
    found = _STATUS.search(error)
    if found:
        return " ".join(part for part in found.groups() if part)
    return re.split(r"[:(;]", error, maxsplit=1)[0].strip()[:_LONGEST_REASON]
