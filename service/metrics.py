"""What the receiver counts."""

import functools
import platform
import time
from collections.abc import Iterable
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from service.fleet import FleetMetrics
from service.outcomes import outcomes
from service.punctuality import Reason
from state.processes import version
from state.tally import Counted, Tally


class Metrics:
    """The receiver's metrics, in a registry of their own so that two receivers in one process do not meet.

    What `autotagger status` tells is counted in `tally` besides.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.tally = Tally()
        self.problem = ""
        """What a person should mend, for `autotagger status`; the log has said more."""
        self.build = Gauge(
            "autotagger_build_info",
            "Which autotagger runs, and on which Python; always 1",
            ["version", "python"],
            registry=self.registry,
        )
        self.build.labels(version(), platform.python_version()).set(1)
        self.fleet = FleetMetrics(self.registry)
        self.received = Counter(
            "autotagger_webhooks_received",
            "Webhook requests, by topic (known ones only) and outcome",
            ["topic", "outcome"],
            registry=self.registry,
        )
        self.answered = functools.cache(self.received.labels)
        """The counter of one topic and outcome; there are few of them, and finding one costs more than counting."""
        for topic, outcome in outcomes():
            self.answered(topic, outcome)
        self.answer_seconds = Histogram(
            "autotagger_webhook_answer_seconds",
            "Time from the request's head to the answer; Intercom lowers the priority of endpoints over 0.5 s",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self.registry,
        )
        self.cut = Counter(
            "autotagger_connections_cut",
            "Connections to the webhook port that were cut, by reason",
            ["reason"],
            registry=self.registry,
        )
        for reason in get_args(Reason):
            self.cut.labels(reason)
        self.verified_by_key = Counter(
            "autotagger_webhooks_verified",
            "Webhooks with a good signature, by client secret: when the old one's count rests, it can go",
            ["key"],
            registry=self.registry,
        )
        self.verified = functools.cache(self.verified_by_key.labels)
        """The counter of one client secret."""
        self.dead_letters = Gauge(
            "autotagger_dead_letters",
            "Dead letters of the whole fleet: jobs that could not be done and wait for somebody to look",
            registry=self.registry,
        )
        self.dead_letters_limit = Gauge(
            "autotagger_dead_letters_limit",
            "Dead letters that there may be; from 80 % on somebody should look",
            registry=self.registry,
        )
        self.secrets_current = Gauge(
            "autotagger_client_secrets_last_reload_successful",
            "1 if the client secrets in use are those in their files, 0 if those cannot be read",
            registry=self.registry,
        )

    def trusted(self, names: Iterable[str]) -> None:
        """These client secrets may sign from now on: each is counted from 0."""
        for name in names:
            self.verified(name)

    def took(self, app_id: str, topic: str, outcome: str) -> None:
        """A webhook of a known workspace (or of none: '') was answered 200."""
        self.answered(topic, outcome).inc()
        self.tally.counts[Counted("received", app_id, outcome)] += 1
        if app_id:
            self.tally.heard[app_id] = time.monotonic()

    def refused(self, app_id: str, topic: str, outcome: str, reason: str) -> None:
        """A webhook was answered anything else; `reason` is one of a few fixed texts."""
        self.answered(topic, outcome).inc()
        self.tally.counts[Counted("refused", app_id, reason)] += 1

    def cut_off(self, reason: str) -> None:
        """A connection to the webhook port was cut."""
        self.cut.labels(reason).inc()
        self.tally.counts[Counted("refused", how=reason)] += 1

    def reread(self, *, successful: bool) -> None:
        """The files of the client secrets were looked at."""
        self.secrets_current.set(successful)
        self.problem = (
            "" if successful else "the client secrets cannot be read from their files; the last ones are used"
        )
