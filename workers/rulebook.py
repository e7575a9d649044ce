"""The rules of each workspace as they stand in its folder: looked at again and again, never half taken over."""

import asyncio
import logging
from collections.abc import Mapping

from rules.findings.finding import Finding
from rules.reading.watch import Watch
from workers.metrics import Metrics
from workers.settings import WorkerSettings

log = logging.getLogger(__name__)

LOOKS = 10
"""How often a folder that is just changing is looked at before a worker gives up to start."""

Rulebooks = Mapping[str, Watch]
"""The watched folder of each workspace, by `app_id`; each has a set that runs."""


class BrokenRules(Exception):
    """A rule folder has errors, so that nothing would be evaluated. `findings` say what and where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} findings in the rules")
        self.findings = findings


def open_rulebooks(settings: WorkerSettings) -> Rulebooks:
    """Load the rules of every workspace.

    Raises:
        BrokenRules: one of the folders has errors; all findings of all folders are in it.
    """
    rulebooks = {workspace.app_id: Watch(workspace.rules) for workspace in settings.workspaces}
    for watch in rulebooks.values():
        any(watch.look() for _ in range(LOOKS))
    states = [watch.state for watch in rulebooks.values()]
    if not all(state.last_reload_successful for state in states):
        rejected = [state.rejected for state in states if state.rejected is not None]
        raise BrokenRules(tuple(finding for one in rejected for finding in one.findings))
    return rulebooks


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
    log.error("workspace %s: rules %s are broken; %s stay at work", app_id, rejected.hash, running and running.hash)
    for finding in rejected.findings:
        if finding.severity == "error":
            log.error("%s:%d:%d: %s [%s]", finding.file, finding.line, finding.column, finding.message, finding.code)
