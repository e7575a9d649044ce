"""How the fleet gets on, by what is in Redis: a few bounded reads, whatever there is to read."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from state import keys, processes, put_back, tally
from state.apps import Allowance, fullest, scope
from state.budget import Snapshot
from state.circuit import Circuits, Standing
from state.dead import DeadLetters
from state.pauses import Paused, Pauses
from state.processes import AtWork, Process
from state.tally import Counted

if TYPE_CHECKING:
    from redis.asyncio import Redis

MINUTES = 5
"""Minutes whose counts are told; the last one is not over."""
LOOKED_AT = 1_000
"""Most jobs, letters and running jobs that are looked at one by one; of more, only the newest or next ones are."""

_CALL = re.compile(r"^[A-Z]+ /\S*: ")
_STATUS = re.compile(r"\b([45]\d\d)\b(?: ([a-z][a-z_]+))?")
_LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Failing:
    """Jobs that wait for their next try, by what their last one ended with; the longest has failed for `longest` s."""

    reasons: Counter[str]
    longest: float = 0.0


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace.

    `due` jobs wait for a worker, the oldest for `oldest` seconds; `deferred` ones wait for their time, after a failure
    or for room. The oldest job that has not failed came `age` seconds ago, however often it was put back.
    `last_webhook` is None without one. `budget` is that of Intercom's window of `window` seconds under way, None where
    no call was made within an hour, or nobody tells its limits; of several apps it is the one nearest its limit.
    `workers` are the rules of each worker that works for it, by the worker's place in `Status.processes`.
    """

    app_id: str
    last_webhook: float | None
    due: int
    oldest: float | None
    age: float | None
    running: int
    deferred: int
    failing: Failing
    budget: Snapshot | None
    window: float
    workers: Mapping[int, AtWork]


@dataclass(frozen=True, slots=True)
class Status:
    """The fleet. `now` is Redis's time; `letters` counts the newest `LOOKED_AT` of `dead` by reason.

    `minutes` are the counts of the last `MINUTES`, the oldest first; `circuits` are those that are not closed.
    `partial` says that some figures are from a part only, since there was too much to look at; `memory` is the share of
    Redis's memory in use, None without a limit; `replica` says that it takes nothing, for it is none but a copy.
    """

    now: float
    processes: tuple[Process, ...]
    workspaces: tuple[Workspace, ...]
    minutes: tuple[Counter[Counted], ...]
    dead: int
    letters: Counter[str]
    paused: Paused
    circuits: tuple[Standing, ...]
    memory: float | None
    replica: bool
    partial: bool


async def look(redis: "Redis", limits: Mapping[str, Allowance]) -> Status:
    """How the workspaces of `limits` get on, those of which webhooks came, and those that workers work for.

    A worker's own limits go before those of `limits`. Redis's errors pass through.
    """
    letters = DeadLetters(redis)
    async with redis.pipeline(transaction=False) as pipe:
        pipe.time()
        pipe.hgetall(keys.RECEIVED)
        pipe.zrevrange(keys.RUNNING, 0, LOOKED_AT - 1)
        pipe.zcard(keys.RUNNING)
        pipe.info("memory")
        pipe.info("replication")
        (seconds, micros), heard, running, all_running, memory, replication = await pipe.execute()
    now = seconds + micros / 1e6
    last = {app_id.decode(): int(at) / 1000 for app_id, at in heard.items()}
    living = await processes.living(redis, now)
    served = [app_id for process in living for app_id in process.workspaces]
    found = [
        await _workspace(_Asked(redis, app_id, now, last.get(app_id), living, limits.get(app_id)), running)
        for app_id in dict.fromkeys((*limits, *served, *sorted(last)))
    ]
    dead = await letters.count()
    return Status(
        now=now,
        processes=living,
        workspaces=tuple(found),
        minutes=await tally.minutes(redis, now, MINUTES),
        dead=dead,
        letters=Counter(letter.reason for letter in await letters.newest(LOOKED_AT)),
        paused=await Pauses(redis).read(),
        circuits=await Circuits(redis).standing(),
        memory=int(memory["used_memory"]) / limit if (limit := int(memory.get("maxmemory", 0))) else None,
        replica=replication.get("role") == "slave",
        partial=max(all_running, dead, *(one.deferred for one in found), 0) > LOOKED_AT
        or len(living) >= processes.MOST,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    redis: "Redis"
    app_id: str
    now: float
    last: float | None
    living: tuple[Process, ...]
    limits: Allowance | None

    async def budget(self, workers: Mapping[int, AtWork]) -> tuple[Snapshot, Allowance] | None:
        """That of the apps that workers name, or else settings, as far as they made calls lately."""
        told = {one.allowance for one in workers.values()} or ({self.limits} if self.limits else set())
        made = [one for one in told if await self.redis.exists(keys.BUDGET + scope(self.app_id, one.app))]
        return await fullest(self.redis, self.app_id, made)


async def _workspace(asked: _Asked, running: list[bytes]) -> Workspace:
    app_id, now_ms = asked.app_id, asked.now * 1000
    ours = {name for name in running if name.startswith(f"{app_id}:".encode())}
    async with asked.redis.pipeline(transaction=False) as pipe:
        for queue in (keys.queue(app_id, "live"), keys.queue(app_id, "backfill")):
            pipe.zcard(queue)
            pipe.zcount(queue, "-inf", now_ms)
            pipe.zrange(queue, 0, 0, withscores=True)
            pipe.zrangebyscore(queue, f"({now_ms}", "+inf", start=0, num=LOOKED_AT)
        rows = await pipe.execute()
    (all_live, due_live, first_live, later_live), (all_back, due_back, first_back, later_back) = rows[:4], rows[4:]
    oldest = [score for _, score in (*first_live, *first_back) if score <= now_ms]
    put = await put_back.oldest(asked.redis, app_id)
    came = oldest if put is None else [*oldest, put]
    workers = {
        place: process.workspaces[app_id] for place, process in enumerate(asked.living) if app_id in process.workspaces
    }
    budget, allowance = await asked.budget(workers) or (None, None)
    due = due_live + due_back
    return Workspace(
        app_id=app_id,
        last_webhook=asked.last,
        due=due,
        oldest=asked.now - min(oldest) / 1000 if oldest else None,
        age=max(asked.now - min(came) / 1000, 0.0) if came else None,
        running=len(ours),
        deferred=max(all_live + all_back - due - len(ours), 0),
        failing=await _failing(asked.redis, [job for job in (*later_live, *later_back) if job not in ours]),
        budget=budget,
        window=allowance.window if allowance else 0.0,
        workers=workers,
    )


async def _failing(redis: "Redis", jobs: list[bytes]) -> Failing:
    async with redis.pipeline(transaction=False) as pipe:
        for job in jobs:
            pipe.hmget(keys.TRIES + job.decode(), ["last_error", "spent"])
        tries = [(error, int(spent or 0)) for error, spent in await pipe.execute() if error]
    reasons = Counter(reason(error.decode("utf-8", "replace")) for error, _ in tries)
    return Failing(reasons, max((spent for _, spent in tries), default=0) / 1000)


def reason(error: str) -> str:
    """A failure in few words, without what differs from one to the next: `503`, `409 conflict`, or how it begins."""
    what = _CALL.sub("", error)
    found = _STATUS.search(what)
    if found:
        return " ".join(part for part in found.groups() if part)
    return re.split(r"[:(;]", what, maxsplit=1)[0].strip()[:_LONGEST_REASON]
