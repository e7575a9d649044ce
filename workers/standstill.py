"""What operators, or limits of rules, have paused, as each worker knows it.

It is looked at again and again, and kept while Redis is away.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from rules.deciding.ruleset import RuleSet
from state.connection import FAILURES
from state.pauses import Paused, Pauses
from workers.metrics import Metrics
from workers.rulebook import Rulebooks

log = logging.getLogger(__name__)

FIRST = 1.0
"""Seconds that a start waits for the first look."""


class Standstill:
    """What is paused in the workspaces of `rulebooks`.

    Until the first look has succeeded nobody knows, and all is paused: a pause outlives every restart.
    """

    def __init__(self, pauses: Pauses, rulebooks: Rulebooks, metrics: Metrics) -> None:
        self._pauses = pauses
        self._rulebooks = rulebooks
        self._metrics = metrics
        self._paused: Paused | None = None
        self._sets: dict[str, tuple[RuleSet, frozenset[str], RuleSet]] = {}

    def paused(self, app_id: str) -> bool:
        """Whether nobody is to tag in a workspace now."""
        return self._paused is None or self._paused.tagging(app_id) is not None

    def ruled(self, app_id: str) -> bool:
        """Whether there are rules to decide by."""
        return self._rulebooks[app_id].state.running is not None

    def rules(self, app_id: str) -> RuleSet:
        """The set that runs now, with paused rules in shadow mode. There is one wherever a job was taken."""
        running = self._rulebooks[app_id].state.running
        if running is None:
            raise LookupError("no job is taken for a workspace without rules")
        paused = frozenset(self._paused.of(app_id) if self._paused else ())
        if not paused:
            return running
        made = self._sets.get(app_id)
        if made is None or made[0] is not running or made[1] != paused:
            made = self._sets[app_id] = (running, paused, _in_shadow(running, paused))
        return made[2]

    async def begin(self) -> None:
        """Look for the first time, if Redis answers soon."""
        with suppress(*FAILURES):
            async with asyncio.timeout(FIRST):
                await self.look()

    async def watch(self, *, every: float) -> None:
        """Look every so many seconds, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(max(every, FIRST)):
                    await self.look()
            except FAILURES as error:
                log.warning("what is paused cannot be read, and stays as it was: %s", type(error).__name__)
            except Exception:  # a worker that no longer hears of pauses would be worse than a stack in the log
                log.exception("what is paused cannot be read, and stays as it was")
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Look once, and tell what has changed."""
        found = await self._pauses.read()
        before, self._paused = self._paused or Paused(), found
        for app_id in self._rulebooks:
            self._tell_workspace(app_id, before, found)
            self._tell_rules(app_id, before, found)

    def _tell_workspace(self, app_id: str, before: Paused, now: Paused) -> None:
        pause = now.tagging(app_id)
        self._metrics.paused.labels(app_id).set(pause is not None)
        if pause and not before.tagging(app_id):
            log.warning("workspace %s: tagging is paused by %s; webhooks are still taken", app_id, pause)
        elif before.tagging(app_id) and not pause:
            log.warning("workspace %s: tagging goes on", app_id)

    def _tell_rules(self, app_id: str, before: Paused, now: Paused) -> None:
        was, are = before.of(app_id), now.of(app_id)
        for rule in are.keys() - was.keys():
            pause = are[rule]
            if pause.objects:
                # The alert is for whoever has tripped it: once for the whole fleet.
                self._metrics.tripped_rules.labels(app_id, rule).set(1)
                log.info("workspace %s: rule %s has tripped: it acts as in shadow mode", app_id, rule)
            else:
                self._metrics.paused_rules.labels(app_id, rule).set(1)
                log.warning("workspace %s: rule %s is paused by %s: it acts as in shadow mode", app_id, rule, pause)
        for rule in was.keys() - are.keys():
            gauge = self._metrics.tripped_rules if was[rule].objects else self._metrics.paused_rules
            gauge.labels(app_id, rule).set(0)
            log.warning("workspace %s: rule %s acts again", app_id, rule)


def _in_shadow(running: RuleSet, paused: frozenset[str]) -> RuleSet:
    rules = tuple(
        replace(rule, mode="shadow") if rule.id in paused and rule.mode == "live" else rule for rule in running.rules
    )
    return replace(running, rules=rules).prepare()
