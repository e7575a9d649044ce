"""What a worker counts."""

import itertools
import platform
from collections.abc import Iterable
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from rules.deciding.rule import Rule
from rules.language.values import Kind
from rules.reading.watch import State
from state.backfill import Progress
from state.feed import Step
from state.fetched import READS
from state.processes import version
from state.tally import Counted, Tally
from workers import outcomes
from workers.owners import owner

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400)
"""From a live event to one that waited for as long as jobs are tried at all."""

MOST_RULES = 1_000
"""Rules of a workspace that are shown each as a series of its own: a rule file is not to flood who collects them."""


_KEPT: Final = tuple(dict.fromkeys(read for reads in READS.values() for read in reads))
_CIRCUITS: Final = ("host", "workspace", "admin", "calls")
_STATUSES: Final = (0, 200, 401, 403, 404, 422, 429, 500, 502, 503, 504)
"""What Intercom is most likely to answer; others are counted from when they first come."""


class Metrics:
    """A worker's metrics, in a registry of their own so that two workers in one process do not meet.

    Prometheus sees no increase in a counter that it first meets above 0, so what labels are known begins at 0.

    What `autotagger status` tells is counted in `tally` besides.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.tally = Tally()
        self.build = Gauge(
            "autotagger_build_info",
            "Which autotagger runs, and on which Python; always 1",
            ["version", "python"],
            registry=self.registry,
        )
        self.build.labels(version(), platform.python_version()).set(1)
        self.jobs = Counter(
            "autotagger_jobs",
            "Runs of jobs, by outcome and reason",
            ["outcome", "reason"],
            registry=self.registry,
        )
        self.recovered = Counter(
            "autotagger_leases_recovered",
            "Jobs taken over from a worker that let its lease run out",
            registry=self.registry,
        )
        self.changes = Counter(
            "autotagger_tag_changes",
            "Tags to add and to remove, by rule, action and what became of it; made are those that were changed",
            ["rule", "action", "outcome"],
            registry=self.registry,
        )
        self.removed_by_people = Counter(
            "autotagger_tags_removed_by_people",
            "Tags that a rule had put on and a person took off, noticed when an event next has us look at the object",
            ["rule"],
            registry=self.registry,
        )
        self.decisions = Counter(
            "autotagger_decisions",
            "Decisions in which a rule matched, by mode: live, or shadow, which changes nothing; each try decides anew",
            ["rule", "mode"],
            registry=self.registry,
        )
        self.undecided = Counter(
            "autotagger_rules_undecided",
            "Rules that needed a field which nobody could tell",
            ["rule"],
            registry=self.registry,
        )
        self.unevaluated = Counter(
            "autotagger_rules_unevaluated",
            "Rules for which the budget of a decision did not suffice",
            ["rule"],
            registry=self.registry,
        )
        self.conflicts = Counter(
            "autotagger_rule_conflicts",
            "Tags that matching rules wanted both added and removed",
            registry=self.registry,
        )
        self.mismatches = Counter(
            "autotagger_type_mismatch",
            "Values of another type than a test needs, by field",
            ["field"],
            registry=self.registry,
        )
        self.calls = Counter(
            "autotagger_intercom_calls",
            "Calls to Intercom, by operation and status (0: no answer)",
            ["operation", "status"],
            registry=self.registry,
        )
        self.circuits = Counter(
            "autotagger_circuit_changes",
            "Circuits that calls of this worker have opened or closed, for the whole fleet",
            ["circuit", "change"],
            registry=self.registry,
        )
        self.slot_wait_seconds = Histogram(
            "autotagger_intercom_slot_wait_seconds",
            "Time that a call waited for a slot in Intercom's rate limit; after two seconds the job is put back",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5),
            registry=self.registry,
        )
        self.hydration_reads = Counter(
            "autotagger_hydration_reads",
            "Reads that rules needed beyond the notification, by what answered: call, cache, shared (a call under way)",
            ["read", "source"],
            registry=self.registry,
        )
        self.hydration_gone = Counter(
            "autotagger_hydration_gone",
            "Objects that were asked for and are not there, by kind",
            ["kind"],
            registry=self.registry,
        )
        self.mixed_up_tags = Counter(
            "autotagger_tags_renamed_under_way",
            "Company tags that got into another tag of the same name, which was undone",
            registry=self.registry,
        )
        self.echoes = Counter(
            "autotagger_echoes",
            "Events that told of nothing but our own tagging, and were not evaluated",
            registry=self.registry,
        )
        self.erased = Counter(
            "autotagger_objects_erased",
            "Objects of which all that was kept is forgotten, since they were deleted",
            ("kind",),
            registry=self.registry,
        )
        self.stopped_tags = Counter(
            "autotagger_tags_stopped",
            "Changes not made because we had put the tag on and taken it off again too often within an hour",
            registry=self.registry,
        )
        self.evaluation_seconds = Histogram(
            "autotagger_evaluation_seconds",
            "Time to decide on one event",
            buckets=(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1),
            registry=self.registry,
        )
        self.event_to_tag_seconds = Histogram(
            "autotagger_event_to_tag_seconds",
            "Time from the webhook's arrival to the tag call",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.sweeps = Counter(
            "autotagger_sweeps",
            "Looks for messages whose webhook never came, by outcome",
            ["app_id", "outcome"],
            registry=self.registry,
        )
        self.missed = Counter(
            "autotagger_sweep_missed",
            "Customers' messages whose webhook never came",
            ["app_id", "kind"],
            registry=self.registry,
        )
        self.sweep_calls = Counter(
            "autotagger_sweep_calls",
            "Calls to Intercom that sweeps took",
            ["app_id"],
            registry=self.registry,
        )
        self.last_sweep = Gauge(
            "autotagger_sweep_last_success_timestamp_seconds",
            "When the last sweep began that came to its end",
            ["app_id", "kind"],
            registry=self.registry,
        )
        self.paused = Gauge(
            "autotagger_tagging_paused",
            "1 while an operator has paused tagging in a workspace",
            ["app_id"],
            registry=self.registry,
        )
        self.paused_rules = Gauge(
            "autotagger_rule_paused",
            "1 while an operator has paused a rule, which then acts as in shadow mode",
            ["app_id", "rule"],
            registry=self.registry,
        )
        self.tokens_current = Gauge(
            "autotagger_access_tokens_last_reload_successful",
            "1 if the access tokens in use are those in their files, 0 if those cannot be read",
            registry=self.registry,
        )
        self.tripped_rules = Gauge(
            "autotagger_rule_tripped",
            "1 while a rule that has reached its limit acts as in shadow mode, until an operator resumes it",
            ["app_id", "rule"],
            registry=self.registry,
        )
        self._reload_successful = Gauge(
            "autotagger_rules_last_reload_successful",
            "1 if the rules at work are those in the folder, 0 if those are broken",
            ["app_id"],
            registry=self.registry,
        )
        self._rules_info = Gauge(
            "autotagger_rules_info",
            "The rules at work, by the hash of their files",
            ["app_id", "hash"],
            registry=self.registry,
        )
        self._rule_info = Gauge(
            "autotagger_rule_info",
            f"The rules at work with owner and mode: the first {MOST_RULES:,} of a workspace",
            ["app_id", "rule", "owner", "mode"],
            registry=self.registry,
        )
        self._operations: set[str] = set()
        self._begin()

    def _begin(self) -> None:
        """Count from 0 what this worker may come to count, whatever its rules."""
        for outcome, reason in outcomes.ALL:
            self.jobs.labels(outcome, reason)
        for circuit, change in itertools.product(_CIRCUITS, ("opened", "closed")):
            self.circuits.labels(circuit, change)
        for kind in get_args(Kind):
            self.hydration_gone.labels(kind)
            self.erased.labels(kind)
        for read in ("conversation", "ticket"):
            self.hydration_reads.labels(read, "call")
        for read, source in itertools.product(_KEPT, ("call", "cache", "shared")):
            self.hydration_reads.labels(read, source)

    def called(self, operation: str, status: int) -> None:
        """Intercom was called; `status` 0 is no answer."""
        if operation not in self._operations:
            self._operations.add(operation)
            for likely in _STATUSES:
                self.calls.labels(operation, str(likely))
        self.calls.labels(operation, str(status)).inc()

    def sweeping(self, app_id: str, kinds: Iterable[str]) -> None:
        """This workspace is going to be swept."""
        self.sweep_calls.labels(app_id)
        for outcome in ("done", "failed"):
            self.sweeps.labels(app_id, outcome)
        for kind in kinds:
            self.missed.labels(app_id, kind)

    def stepped(self, app_id: str, step: Step) -> None:
        """Something became of a change."""
        for rule in step.rules:
            self.changes.labels(rule, step.action, step.outcome).inc()
        if step.outcome == "made":
            self.tally.counts[Counted("tagged", app_id, step.action)] += 1

    def ended(self, app_id: str, outcome: str, reason: str) -> None:
        """A run of a job came to its end."""
        self.jobs.labels(outcome, reason).inc()
        self.tally.counts[Counted("ended", app_id, outcome)] += 1

    def swept(self, app_id: str, kind: str, found: Progress, began: float) -> None:
        """A sweep came to its end: what it found missing, and from when on the next one looks."""
        self.sweeps.labels(app_id, "done").inc()
        self.missed.labels(app_id, kind).inc(found.events)
        self.sweep_calls.labels(app_id).inc(found.calls)
        self.last_sweep.labels(app_id, kind).set(began)

    def rules_unread(self, app_id: str) -> None:
        """Nobody could look whether the rules at work are those in the folder."""
        self._reload_successful.labels(app_id).set(0)

    def rules(self, app_id: str, state: State) -> None:
        """Show which rules are at work in a workspace, and whether they are those in its folder."""
        self._reload_successful.labels(app_id).set(state.last_reload_successful)
        self._rules_info.remove_by_labels({"app_id": app_id})
        if state.running is not None:
            self._rules_info.labels(app_id, state.running.hash).set(1)
        self._rule_info.remove_by_labels({"app_id": app_id})
        for rule in state.running.rules[:MOST_RULES] if state.running else ():
            self._rule_info.labels(app_id, rule.id, owner(rule), rule.mode).set(1)
            self._begin_rule(rule)

    def _begin_rule(self, rule: Rule) -> None:
        """Count from 0 what a rule does; what seldom becomes of its changes is counted from when it first does."""
        if rule.mode == "disabled":
            return
        self.decisions.labels(rule.id, rule.mode)
        if rule.mode == "shadow":
            return
        for action in {wish.action for wish in rule.wishes(rule.applies_to[0])}:
            self.changes.labels(rule.id, action, "made")
        self.removed_by_people.labels(rule.id)
