"""The status for programs."""

from collections import Counter
from typing import Any

from cli import options
from cli.pause import document as paused
from cli.status.verdict import Verdict
from state.budget import Snapshot
from state.circuit import Standing
from state.processes import Process
from state.status import MINUTES, Status, Workspace


def of(found: Status, told: Verdict) -> dict[str, Any]:
    """All of it."""
    return _verdict(told) | {
        "at": options.iso(found.now),
        "minutes": [_minute(found, place) for place in range(len(found.minutes))],
        "processes": [_process(process) for process in found.processes],
        "workspaces": [_workspace(found, one) for one in found.workspaces],
        "dead_letters": {"count": found.dead, "reasons": dict(found.letters)},
        "circuits": [_circuit(circuit) for circuit in found.circuits],
        "paused": paused(found.paused),
        "redis_memory": found.memory,
        "partial": found.partial,
    }


def without_redis(told: Verdict) -> dict[str, Any]:
    """What there is to say without Redis."""
    return _verdict(told)


def _verdict(told: Verdict) -> dict[str, Any]:
    about = {trouble.about for trouble in told.troubles}
    return {
        "well": not told.troubles,
        "working": "working" not in about,
        "stuck": "stuck" in about,
        "line": told.line,
        "verdict": [trouble.text for trouble in told.troubles],
    }


def _minute(found: Status, place: int) -> dict[str, Any]:
    """The counts of one minute over all workspaces; `how` they went, by what was counted."""
    counts: dict[str, Counter[str]] = {what: Counter() for what in ("received", "refused", "ended", "tagged")}
    for one, count in found.minutes[place].items():
        counts.setdefault(one.what, Counter())[one.how] += count
    minute = int(found.now // 60) - len(found.minutes) + 1 + place
    return {"begins_at": options.iso(minute * 60), **{what: dict(hows) for what, hows in counts.items()}}


def _process(process: Process) -> dict[str, Any]:
    return {
        "kind": process.kind,
        "host": process.host,
        "pid": process.pid,
        "version": process.version,
        "up_seconds": round(process.up, 1),
        "problem": process.problem or None,
        "rules": {
            app_id: {
                "rule_set": at_work.rule_set or None,
                "since": options.iso(at_work.since) if at_work.rule_set else None,
                "problem": at_work.problem or None,
            }
            for app_id, at_work in process.workspaces.items()
        },
    }


def _circuit(circuit: Standing) -> dict[str, Any]:
    return {
        "scope": circuit.scope,
        "state": circuit.state,
        "reason": circuit.reason,
        "since": options.iso(circuit.since),
        "next_probe_seconds": circuit.next_probe,
    }


def _workspace(found: Status, one: Workspace) -> dict[str, Any]:
    sets = {at_work.rule_set for at_work in one.workers.values()}
    return {
        "workspace": one.app_id,
        "received_per_minute": _rate(found, one.app_id, "received"),
        "tagged_per_minute": _rate(found, one.app_id, "tagged"),
        "last_webhook_at": None if one.last_webhook is None else options.iso(one.last_webhook),
        "due": one.due,
        "oldest_due_seconds": one.oldest,
        "oldest_seconds": one.age,
        "running": one.running,
        "deferred": one.deferred,
        "failing": dict(one.failing.reasons),
        "failing_seconds": one.failing.longest,
        "budget": _budget(one.budget),
        "rule_set": (next(iter(sets)) or None) if len(sets) == 1 else None,
    }


def _rate(found: Status, app_id: str, what: str) -> float:
    """How many a minute, over the last minutes as far as they have been."""
    counted = sum(
        count for minute in found.minutes for one, count in minute.items() if (one.app_id, one.what) == (app_id, what)
    )
    return round(counted / MINUTES, 3)


def _budget(budget: Snapshot | None) -> dict[str, Any] | None:
    if budget is None:
        return None
    return {
        "used": budget.used if budget.aligned else None,
        "limit": budget.limit,
        "others": budget.others,
        "blocked_seconds": budget.blocked,
    }
