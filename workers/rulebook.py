"""The rules of each workspace as they stand in its folder: looked at again and again, never half taken over."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rules.reading.watch import State, Watch
from rules.telling import report
from workers.metrics import Metrics
from workers.settings import WorkerSettings

log = logging.getLogger(__name__)

LOOKS = 10
"""How often a folder that is just changing is looked at before a worker starts without its rules."""


@dataclass(slots=True)
class Rulebook:
    """The rules of one workspace, and since when (Unix seconds) those that run have been at work; 0 if none does."""

    watch: Watch
    since: float = 0.0

    @property
    def state(self) -> State:
        """What runs, and what was rejected since."""
        return self.watch.state

    @property
    def problem(self) -> str:
        """Why the folder's rules are not those at work, in a line; '' where they are."""
        state = self.state
        return _why(state) if state.rejected is not None or state.running is None else ""

    def look(self) -> bool:
        """Load the folder if it has changed; whether it has. For one thread."""
        before = self.state.running
        news = self.watch.look()
        if self.state.running is not before:
            self.since = time.time()
        return news


Rulebooks = Mapping[str, Rulebook]
"""The rules of each workspace, by `app_id`; one whose folder was broken from the start has no set that runs."""


def open_rulebooks(settings: WorkerSettings) -> Rulebooks:
    """Load the rules of every workspace; what is broken, or not there yet, is for `keep_reading` to look at again."""
    rulebooks = {workspace.app_id: Rulebook(Watch(workspace.rules)) for workspace in settings.workspaces}
    for rulebook in rulebooks.values():
        any(rulebook.look() for _ in range(LOOKS))
    return rulebooks


def unevaluated(rulebooks: Rulebooks) -> dict[str, str]:
    """The workspaces that have no rules at work yet, by `app_id`, each with the first reason why."""
    return {app_id: _why(rulebook.state) for app_id, rulebook in rulebooks.items() if rulebook.state.running is None}


def shown(rulebooks: Rulebooks) -> dict[str, Any]:
    """What is at work in each workspace, and what was rejected with its findings, as JSON. Times are ISO 8601."""
    return {app_id: _shown(rulebook) for app_id, rulebook in rulebooks.items()}


def _shown(rulebook: Rulebook) -> dict[str, Any]:
    running, rejected = rulebook.state.running, rulebook.state.rejected
    since = datetime.fromtimestamp(rulebook.since, UTC).isoformat()
    return {
        "running": running and {"hash": running.hash, "rules": len(running.rules), "since": since},
        "rejected": rejected and {"hash": rejected.hash, "findings": list(map(report.as_json, rejected.findings))},
        "last_reload_successful": rulebook.state.last_reload_successful,
    }


def _why(state: State) -> str:
    rejected = state.rejected
    if rejected is None:
        return "the folder of its rules is just being changed"
    first = next(finding for finding in rejected.findings if finding.severity == "error")
    return f"{first.file}:{first.line}:{first.column}: {first.message}"


async def keep_reading(rulebooks: Rulebooks, metrics: Metrics, *, every: float) -> None:
    """Look at the folders every so many seconds, until cancelled. A broken set leaves the old one at work."""
    for app_id, rulebook in rulebooks.items():
        metrics.rules(app_id, rulebook.state)
    unread: set[str] = set()
    while True:
        await asyncio.sleep(every)
        for app_id, rulebook in rulebooks.items():
            try:
                news = await asyncio.to_thread(rulebook.look)
            except Exception:  # a worker that hears of no new rules any more would be worse than a stack in the log
                log.exception("workspace %s: its rules cannot be looked at, and stay as they were", app_id)
                metrics.rules_unread(app_id)
                unread.add(app_id)
                continue
            if news:
                _tell(app_id, rulebook.state)
            if news or app_id in unread:
                metrics.rules(app_id, rulebook.state)
                unread.discard(app_id)


def _tell(app_id: str, state: State) -> None:
    running, rejected = state.running, state.rejected
    if rejected is None:
        log.info("workspace %s: rules %s are at work now", app_id, running.hash if running else "none")
        return
    instead = f"{running.hash} stay at work" if running else "nothing is evaluated until they are mended"
    log.error("workspace %s: rules %s are broken; %s", app_id, rejected.hash, instead)
    for finding in rejected.findings:
        if finding.severity == "error":
            log.error("%s:%d:%d: %s [%s]", finding.file, finding.line, finding.column, finding.message, finding.code)
