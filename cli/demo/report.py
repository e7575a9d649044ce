"""What came of a demo, in numbers."""

import statistics
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from state.feed import Entry

PERCENTILES = 100


@dataclass(frozen=True, slots=True)
class Round:
    """One play as far as it has come. Times are in seconds.

    `done` says that every delivery has its outcome; `differences` are where tags are not as they should be.
    """

    sendings: int = 0
    sent: int = 0
    acked: int = 0
    done: bool = False
    answered_in: tuple[float, ...] = ()
    differences: tuple[dict[str, Any], ...] = ()
    delays: tuple[float, ...] = ()
    made: tuple[tuple[str, int], ...] = ()
    dead: int = 0

    def with_entries(self, entries: tuple[Entry, ...]) -> "Round":
        """Add what the worker has decided and done."""
        made = Counter(dict(self.made))
        delays = []
        for step in (step for entry in entries for step in entry.steps if step.outcome == "made"):
            made.update(step.rules)
            delays.append(step.delay or 0.0)
        return replace(self, made=tuple(made.items()), delays=(*self.delays, *delays))

    def with_deliveries(self, run: dict[str, Any]) -> "Round":
        """Take over what the simulator says of its deliveries and of the tags."""
        answered_in = [one["answered_in"] for one in run["deliveries"] if one["answered_in"] is not None]
        return replace(
            self,
            sendings=run["sendings"],
            sent=len(run["deliveries"]),
            acked=run["outcomes"].get("acked", 0),
            done=run["done"],
            answered_in=tuple(answered_in),
            differences=tuple(run["differences"]),
        )

    def with_dead(self, dead: int) -> "Round":
        """Add the jobs that could not be done."""
        return replace(self, dead=dead)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds; None where there was nothing to measure."""

    p50: float | None = None
    p99: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The summary. `sent` counts notifications, duplicates included; `tagged` tag changes; `lost` missing ones.

    `unwanted` counts tags that nobody asked for, `latency_ms` is from the webhook's arrival to the tag call,
    `answer_ms` what the receiver took to answer.
    """

    seed: int
    rounds: int = 0
    sent: int = 0
    acked: int = 0
    tagged: int = 0
    lost: int = 0
    unwanted: int = 0
    dead: int = 0
    latency_ms: Latency = field(default_factory=Latency)
    answer_ms: Latency = field(default_factory=Latency)
    by_rule: dict[str, int] = field(default_factory=dict)
    differences: tuple[dict[str, Any], ...] = ()
    complete: bool = True

    def plus(self, played: Round) -> "Report":
        """The report with one more round in it; the latencies are those of the last."""
        lost = sum(len(difference["missing"]) for difference in played.differences)
        unwanted = sum(len(difference["unwanted"]) for difference in played.differences)
        return replace(
            self,
            rounds=self.rounds + 1,
            sent=self.sent + played.sent,
            acked=self.acked + played.acked,
            tagged=self.tagged + len(played.delays),
            lost=self.lost + lost,
            unwanted=self.unwanted + unwanted,
            dead=self.dead + played.dead,
            latency_ms=_latency(played.delays),
            answer_ms=_latency(played.answered_in),
            by_rule=dict(Counter(self.by_rule) + Counter(dict(played.made))),
            differences=(*self.differences, *played.differences),
            complete=self.complete and not played.differences and not played.dead and played.acked == played.sendings,
        )


def _latency(seconds: tuple[float, ...]) -> Latency:
    if not seconds:
        return Latency()
    if len(seconds) == 1:
        return Latency(_ms(seconds[0]), _ms(seconds[0]))
    cuts = statistics.quantiles(seconds, n=PERCENTILES, method="inclusive")
    return Latency(_ms(cuts[49]), _ms(cuts[98]))


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
