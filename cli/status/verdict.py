"""Whether it works, what is stuck, whether anything is lost: from the figures to what a person should look at."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cli.status.amounts import counted, length
from cli.status.circuits import of_circuits
from cli.status.trouble import About, Trouble
from rules.telling.report import plural
from state.checks import NEARLY_FULL, not_admitted
from state.connection import NotAdmitted
from state.pauses import EVERYTHING
from state.status import MINUTES, Status, Workspace

LATE = 60.0
"""Seconds that the oldest job may wait for a worker before that is told."""
LONG = 300.0
"""Seconds that a job may fail before that is told."""
APART = 120.0
"""Seconds that workers may take to work by the same rules."""
STRANGERS = 0.1
"""The share of requests from which on those that are refused for what they are are told."""
FULL = 0.99
"""The share of Redis's memory from which on it takes nothing, not even that a process lives."""

CATCH_UP = "autotagger backfill --missed --since 1d --kind conversation"
"""How to find what Intercom did not send again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one line, and what is to be looked at, the worst first."""

    line: str
    troubles: tuple[Trouble, ...]


def of(found: Status) -> Verdict:
    """The verdict on the figures."""
    troubles = tuple(_troubles(found))
    return Verdict(f"{_working(found, troubles)} {_stuck(troubles)} {_lost(found)}", troubles)


def without_redis(error: Exception) -> Verdict:
    """The verdict where Redis does not tell."""
    if isinstance(error, NotAdmitted):
        # Redis is there, and receivers and workers have passwords of their own: nothing is known of them.
        asked = Trouble("working", not_admitted(error), "Redis does not let us in", "")
        return Verdict("UNKNOWN: Redis does not let this command in, so nobody here knows how it gets on.", (asked,))
    why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    trouble = Trouble(
        "working",
        f"Redis does not answer ({why}): webhooks are refused, which Intercom sends again, and nothing is tagged",
        "Redis does not answer",
        f"what is stored stays stored: bring Redis back, then: {CATCH_UP}",
    )
    return Verdict("NOT WORKING: Redis does not answer, so nobody knows what is stuck or lost.", (trouble,))


def _working(found: Status, troubles: tuple[Trouble, ...]) -> str:
    for about, word in (("working", "NOT WORKING: "), ("look", "WORKING, BUT ")):
        these = [trouble for trouble in troubles if trouble.about == about]
        if these:
            more = f" (and {len(these) - 1} more)" if len(these) > 1 else ""
            return f"{word}{these[0].short}{more}."
    received, tagged = (total(found, what) for what in ("received", "tagged"))
    if received:
        return f"WORKING: {plural(received, 'webhook')} and {plural(tagged, 'tag')} in {MINUTES} min."
    last = max((one.last_webhook for one in found.workspaces if one.last_webhook is not None), default=None)
    if last is None:
        return "WORKING, no webhook yet."
    return f"WORKING, no webhook for {length(found.now - last)}."


def _stuck(troubles: tuple[Trouble, ...]) -> str:
    these = [trouble.short for trouble in troubles if trouble.about == "stuck"]
    return f"STUCK: {'; '.join(these)}." if these else "Nothing is stuck."


def _lost(found: Status) -> str:
    if not found.dead:
        return "Nothing is lost."
    return f"{plural(found.dead, 'job')} given up, and kept."


def total(found: Status, what: str) -> int:
    """How many of a kind were counted in all the minutes."""
    return sum(count for minute in found.minutes for counted, count in minute.items() if counted.what == what)


def _troubles(found: Status) -> Iterator[Trouble]:
    yield from _of_redis(found)
    yield from _of_processes(found)
    if EVERYTHING in found.paused.workspaces:
        text = f"tagging is paused by {found.paused.workspaces[EVERYTHING]}"
        yield Trouble("working", text, "tagging is paused", "webhooks are kept; to go on: autotagger resume")
    yield from of_circuits(found)
    for one in found.workspaces:
        yield from _of_workspace(found, one)
    yield from _of_paused_rules(found)
    yield from _of_refusals(found)
    if found.dead:
        text = f"{plural(found.dead, 'job')} given up: {counted(found.letters)}"
        remedy = "they are kept for 30 days: autotagger dead list, then dead retry or dead drop"
        yield Trouble("lost", text, f"{found.dead:,} given up", remedy)


def _of_redis(found: Status) -> Iterator[Trouble]:
    if found.replica:
        text = "Redis is a replica, and takes nothing: webhooks are refused, which Intercom sends again"
        remedy = "have REDIS_URL lead to the primary, or make this one it; then: " + CATCH_UP
        yield Trouble("working", text, "Redis is a replica", remedy)
    if found.memory is not None and found.memory >= NEARLY_FULL:
        text = (
            f"Redis is nearly full ({found.memory:.0%} of its memory): webhooks are refused, which Intercom sends again"
        )
        yield Trouble("working", text, "Redis is nearly full", "give it more memory, or let the jobs be worked off")


def _of_processes(found: Status) -> Iterator[Trouble]:
    kinds = Counter(process.kind for process in found.processes)
    # Where Redis takes nothing processes cannot tell that they live.
    if not found.replica and (found.memory is None or found.memory < FULL):
        if not kinds["receiver"]:
            text = "no receiver is running: webhooks reach nobody, and Intercom sends each again only once"
            remedy = f"start it: autotagger serve; then: {CATCH_UP}"
            yield Trouble("working", text, "no receiver is running", remedy)
        if not kinds["worker"]:
            text = "no worker is running: nothing is tagged; webhooks are kept as long as a receiver runs"
            yield Trouble("working", text, "no worker is running", "start it: autotagger worker")
    for process in found.processes:
        if process.problem:
            text = f"{process.kind} {process.host}: {process.problem}"
            yield Trouble("look", text, f"a {process.kind} has a problem", "its log says why")


def _of_paused_rules(found: Status) -> Iterator[Trouble]:
    for (app_id, rule), pause in found.paused.rules.items():
        text, short = f"workspace {app_id}: rule {rule} {pause.of_rule}", f"rule {rule} is paused"
        remedy = f"to go on: autotagger rules resume {rule}"
        if pause.objects:
            short = f"rule {rule} has tripped"
            remedy = f"to see what it did: autotagger undo --rule {rule} --since 2h --dry-run; {remedy}"
        yield Trouble("look", text, short, remedy)


def _of_workspace(found: Status, one: Workspace) -> Iterator[Trouble]:
    name, alone = f"workspace {one.app_id}", len(found.workspaces) == 1
    if one.app_id in found.paused.workspaces:
        text = f"{name}: tagging is paused by {found.paused.workspaces[one.app_id]}"
        remedy = f"webhooks are kept; to go on: autotagger resume --workspace {one.app_id}"
        yield Trouble("working" if alone else "look", text, "tagging is paused", remedy)
    yield from _of_rules(found, one)
    if one.budget and one.budget.blocked:
        text = f"{name}: Intercom has the fleet wait for {length(one.budget.blocked)}"
        yield Trouble("look", text, "Intercom has us wait", "it goes on by itself")
    if one.oldest is not None and one.oldest > LATE and found.paused.tagging(one.app_id) is None:
        due, oldest = plural(one.due, "job"), length(one.oldest)
        works = "" if one.running else ", and none of its jobs runs"
        text = f"{name}: {due} due, the oldest for {oldest}{works}"
        yield Trouble("stuck", text, f"{due}, the oldest for {oldest}", _why_late(found, one))
    elif one.age is not None and one.age > LATE and found.paused.tagging(one.app_id) is None:
        text = f"{name}: a job came {length(one.age)} ago, and is put back again and again: {one.deferred:,} for later"
        yield Trouble("stuck", text, f"a job of {length(one.age)} ago is put back", _why_put_back(found, one))
    failing = one.failing
    if failing.longest >= LONG:
        jobs = plural(failing.reasons.total(), "job")
        text = f"{name}: {jobs} failing, for up to {length(failing.longest)}: {counted(failing.reasons)}"
        remedy = "each is tried again for a day, then given up and kept"
        yield Trouble("stuck", text, f"{jobs} failing for up to {length(failing.longest)}", remedy)


def _why_late(found: Status, one: Workspace) -> str:
    if not any(process.kind == "worker" for process in found.processes):
        return "a worker has to run"
    if not one.workers:
        return "no worker has this workspace in its settings"
    budget = one.budget
    if budget and budget.aligned and budget.used >= budget.limit:
        return "Intercom's rate limit is used up: this is as fast as it goes"
    return "look at the workers' logs; more workers help only if these are busy"


def _why_put_back(found: Status, one: Workspace) -> str:
    if found.circuits:
        return "it waits for what is stopped to go on"
    if one.budget and one.budget.aligned and one.budget.used >= one.budget.limit:
        return "Intercom's rate limit is used up: this is as fast as it goes"
    return "it waits for room in the rate budget, or for an object that another job has in hand"


def _of_rules(found: Status, one: Workspace) -> Iterator[Trouble]:
    ruled = [at_work for at_work in one.workers.values() if at_work.rule_set]
    if one.workers and not ruled:
        problem = next(iter(one.workers.values())).problem
        text = f"workspace {one.app_id} has no rules at work: {problem}"
        about: About = "working" if len(found.workspaces) == 1 else "look"
        yield Trouble(about, text, "the rules are broken", "webhooks are kept until the rules are mended")
        return
    for problem in sorted({at_work.problem for at_work in one.workers.values() if at_work.problem}):
        text = f"workspace {one.app_id}: the newest rules are broken, and those before go on: {problem}"
        remedy = "autotagger rules check FOLDER says all that is wrong"
        yield Trouble("look", text, "the newest rules are broken", remedy)
    sets = {at_work.rule_set for at_work in ruled}
    # Each takes a changed folder up in its own moment.
    if len(sets) > 1 and found.now - max(at_work.since for at_work in ruled) > APART:
        text = f"workspace {one.app_id}: workers decide by different rules ({', '.join(sorted(sets))})"
        yield Trouble("look", text, "workers have different rules", "see below which; give all of them the same folder")


def _of_refusals(found: Status) -> Iterator[Trouble]:
    refused = refusals(found)
    ours = any(reason.startswith("Redis") or reason == "failed" for reason in refused)
    # Strangers knock at every open port; only many of them, or none but them, say something about the settings.
    if ours or refused.total() > STRANGERS * (refused.total() + total(found, "received")):
        requests = plural(refused.total(), "request")
        text = f"{requests} refused in {MINUTES} min: {counted(refused)}"
        yield Trouble("look", text, f"{requests} refused", _about_refusals(refused))


def _about_refusals(refused: Counter[str]) -> str:
    """What to do about most of them."""
    unsigned = refused["bad signature"] + refused["another workspace's secret"]
    by_redis = sum(count for reason, count in refused.items() if reason.startswith("Redis"))
    if unsigned > by_redis:
        return "compare the client secret with that in Intercom's Developer Hub, unless strangers send these"
    if by_redis:
        return f"Intercom sends them again; to be sure: {CATCH_UP}"
    return "Intercom sends nothing of the kind: see the receiver's log"


def refusals(found: Status) -> Counter[str]:
    """The webhooks that were refused in the last minutes, by reason."""
    refused: Counter[str] = Counter()
    for minute in found.minutes:
        for one, count in minute.items():
            if one.what == "refused":
                refused[one.how] += count
    return refused
