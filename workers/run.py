"""One run of one job."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from facts.target import Target
from rules.deciding.decision import Change, Match, Passed
from rules.language.limits import Limits
from rules.language.values import Absent
from state.entry import LONGEST, Order, Origin
from state.feed import PROOFS, Proof, Reply, Step
from state.job import Job
from state.touched import Share
from workers import people, progress
from workers.errand import Errand
from workers.hydration.hydration import Hydration
from workers.targets.book import Book


@dataclass(slots=True)
class Run:
    """One run of one job, and what has come of it so far.

    `rule_set` is the hash of the rules that decide, `limits` those of them that stop at one, `passed` are by their ids
    the tests by which they match; `steps` begin with what earlier runs came to. `merged_from` is the contact whose
    ledger the event's own has taken over. `fetched_max_age` is for how many seconds an answer about another object than
    the event's may have been kept.
    """

    job: Job
    errand: Errand
    rule_set: str
    limits: Mapping[str, Limits]
    hydration: Hydration
    steps: list[Step]
    fetched_max_age: float
    books: dict[Target, Book] = field(default_factory=dict)
    passed: dict[str, tuple[Passed, ...]] = field(default_factory=dict)
    merged_from: str = ""

    async def open(self, target: Target) -> Book:
        """The ledger of an object, on which nobody else decides until this run ends. Raises what `Book.open` raises.

        The event's own object comes first, then its contact, then its company, so that two runs never wait for each
        other.
        """
        if target not in self.books:
            self.adopt(await Book.open(target, self.errand))
        return self.books[target]

    def shares(self, change: Change) -> tuple[Share, ...]:
        """For whom an object counts on which `change` is made: for each of the rules that ask for it."""
        limits = ((rule, self.limits.get(rule)) for rule in change.rules)
        return tuple(Share(rule, limit.max_objects_per_hour if limit else 0) for rule, limit in limits)

    def adopt(self, book: Book) -> None:
        """Go on with an object's open ledger; what the tags that are known now say of people is written down."""
        self.books[book.target] = book
        shown = self.hydration.present(book.target.kind)
        if shown is not None:
            people.notice(book, shown, self.shown_at(book.target), self.errand.desk.metrics)

    def shown_at(self, target: Target) -> float:
        """At which moment at least the object had the tags that are known, in Unix seconds on Intercom's clock."""
        return self.job.created_at - (0.0 if target == self.job.target else self.fetched_max_age)

    def matched(self, matches: Iterable[Match]) -> None:
        """Keep by what the rules match."""
        self.passed = {match.rule: match.passed for match in matches}

    @property
    def order(self) -> Order:
        """The event's place among all others."""
        return Order(self.job.created_at, self.job.notification_id)

    def origin(self, change: Change) -> Origin:
        """What has `change` made: the first of its words that was found in a text, if it went by any."""
        passed = self.passed.get(change.rules[0], ()) if change.rules else ()
        first = next((one for one in passed if one.span is not None), passed[0] if passed else None)
        said = (first.field, first.phrase[:LONGEST], first.span) if first is not None else ("", "", None)
        removes = change.action == "remove"
        return Origin(change.rules, self.order, self.rule_set, self.job.topic, *said, removes=removes)

    def note(self, change: Change, outcome: str, delay: float | None = None, reply: Reply | None = None) -> None:
        """Remember what became of `change`, for the next run, the feed and the metrics."""
        step = Step(
            change.kind,
            change.tag,
            change.action,
            change.rules,
            outcome,
            delay,
            self._object_id(change, outcome),
            self._proofs(change),
            reply,
        )
        news = progress.add(self.steps, step)
        self.errand.hold.progress = progress.note(self.steps)
        if news:
            self.errand.desk.metrics.stepped(self.job.app_id, step)

    def _object_id(self, change: Change, outcome: str) -> str:
        own = change.kind == self.job.kind or outcome.startswith("no ")
        found = Absent.MISSING if own else self.hydration.facts.get(f"{change.kind}.id")
        return "" if isinstance(found, Absent) else str(found)

    def _proofs(self, change: Change) -> tuple[Proof, ...]:
        found = ((rule, one) for rule in change.rules for one in self.passed.get(rule, ()))
        return tuple(
            Proof(rule, one.field, one.operator, one.phrase[:LONGEST], one.span) for rule, one in islice(found, PROOFS)
        )
