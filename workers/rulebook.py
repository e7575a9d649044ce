"""The rules of each workspace as they stand in its folder: looked at again and again, never half taken over."""

import asyncio
import logging
from collections.abc import Mapping

from rules.reading.watch import Watch
from workers.metrics import Metrics
from workers.settings import WorkerSettings

log = logging.getLogger(__name__)

LOOKS = 10
"""How often a folder that is just changing is looked at before a worker starts without its rules."""

Rulebooks = Mapping[str, Watch]
"""The watched folder of each workspace, by `app_id`; one that was broken from the start has no set that runs."""


def open_rulebooks(settings: WorkerSettings) -> Rulebooks:
    """Load the rules of every workspace; what is broken, or not there yet, is for `keep_reading` to look at again."""
    rulebooks = {workspace.app_id: Watch(workspace.rules) for workspace in settings.workspaces}
    for watch in rulebooks.values():
        any(watch.look() for _ in range(LOOKS))
    return rulebooks


def unevaluated(rulebooks: Rulebooks) -> dict[str, str]:
    """The workspaces that have no rules at work yet, by `app_id`, each with the first reason why."""
    return {app_id: _why(watch) for app_id, watch in rulebooks.items() if watch.state.running is None}


def _why(watch: Watch) -> str:
    rejected = watch.state.rejected
    if rejected is None:
        return "the folder of its rules is just being changed"
    first = next(finding for finding in rejected.findings if finding.severity == "error")
    return f"{first.file}:{first.line}:{first.column}: {first.message}"


async def keep_reading(rulebooks: Rulebooks, metrics: Metrics, *, every: float) -> None:
    """Look at the folders every so many seconds, until cancelled. A broken set leaves the old one at work."""
    for app_id, watch in rulebooks.items():
        metrics.rules(app_id, watch.state)
    while True:
        await asyncio.sleep(every)
        for app_id, watch in rulebooks.items():
            if await asyncio.to_thread(watch.look):
                metrics.rules(app_id, watch.state)
                _tell(app_id, watch)


def _tell(app_id: str, watch: Watch) -> None:
    running, rejected = watch.state.running, watch.state.rejected
    if rejected is None:
        log.info("workspace %s: rules %s are at work now", app_id, running.hash if running else "none")
        return
    instead = f"{running.hash} stay at work" if running else "nothing is evaluated until they are mended"
    log.error("workspace %s: rules %s are broken; %s", app_id, rejected.hash, instead)
    for finding in rejected.findings:
        if finding.severity == "error":
            log.error("%s:%d:%d: %s [%s]", finding.file, finding.line, finding.column, finding.message, finding.code)
