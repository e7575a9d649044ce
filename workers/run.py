"""One run of one job."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from facts.target import Target
from rules.deciding.decision import Change
from rules.language.limits import Limits
from state.feed import Step
from state.job import Job
from state.touched import Share
from workers import people, progress
from workers.errand import Errand
from workers.hydration.hydration import Hydration
from workers.targets.book import Book


@dataclass(slots=True)
class Run:
    """One run of one job, and what has come of it so far.

    `rule_set` is the hash of the rules that decide, `limits` those of them that stop at one. `steps` begin with what
    earlier runs have made. `fetched_max_age` is for how many seconds an answer about another object than the event's
    may have been kept.
    """

    job: Job
    errand: Errand
    rule_set: str
    limits: Mapping[str, Limits]
    hydration: Hydration
    steps: list[Step]
    fetched_max_age: float
    books: dict[Target, Book] = field(default_factory=dict)

    async def open(self, target: Target) -> Book:
        """The ledger of an object, on which nobody else decides until this run ends. Raises what `Book.open` raises.

        The event's own object comes first, then its contact, then its company, so that two runs never wait for each
        other.
        """
        if target not in self.books:
            book = self.books[target] = await Book.open(target, self.errand)
            shown = self.hydration.present(target.kind)
            if shown is not None:
                people.notice(book, shown, self.shown_at(target), self.errand.desk.metrics)
        return self.books[target]

    def shares(self, change: Change) -> tuple[Share, ...]:
        """For whom an object counts on which `change` is made: for each of the rules that ask for it."""
        limits = ((rule, self.limits.get(rule)) for rule in change.rules)
        return tuple(Share(rule, limit.max_objects_per_hour if limit else 0) for rule, limit in limits)

    def shown_at(self, target: Target) -> float:
        """At which moment at least the object had the tags that are known, in Unix seconds on Intercom's clock."""
        return self.job.created_at - (0.0 if target == self.job.target else self.fetched_max_age)

    def note(self, change: Change, outcome: str, delay: float | None = None) -> None:
        """Remember what became of `change`, for the next run, the feed and the metrics."""
        step = Step(change.kind, change.tag, change.action, change.rules, outcome, delay)
        self.steps.append(step)
        self.errand.hold.progress = progress.note(self.steps)
        self.errand.desk.metrics.stepped(self.job.app_id, step)
