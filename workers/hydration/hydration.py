"""The facts of one event, and getting more of them: only as far as a decision depends on them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from facts import fetched, tags, view
from facts.fetched import NOTHING, Document, Fetched
from facts.target import Target
from rules.deciding.decision import Decision
from rules.language.values import Absent, Facts, Kind
from state.job import Job
from workers.errand import Errand
from workers.hydration.reader import Gone

_BY_CONTACT: Final = frozenset({"contact", "contact.tags", "contact.segments", "company"})
"""What is asked for by the contact's id, which stands in the conversation or ticket."""


class Hydration:
    """What is known of one event.

    Each thing is asked for once at most. `gone` names what Intercom said is not there, which is an answer like any
    other, unless it is the object that the event is about: then Gone is raised. Whatever else keeps an answer away is
    raised as `Desk.call` raises it, and never counts as "no value".
    """

    def __init__(self, job: Job, content: Mapping[str, Any], errand: Errand) -> None:
        self._job = job
        self._content = content
        self._errand = errand
        self._told = content
        self._fetched: Fetched = NOTHING
        self._asked: set[str] = set()
        self.gone: list[Kind] = []
        self.facts = self._view()

    async def decide(self, decide: Callable[[Facts], Decision], before: Callable[[], Awaitable[object]]) -> Decision:
        """What the rules make of the event, after what they need is known: the cheapest first, one at a time.

        `before` is called before anything is asked for, each time.
        """
        while True:
            decision = decide(self.facts)
            steps = (self._first_step(need.read) for need in decision.needs)
            step = next((step for step in steps if step not in self._asked), None)
            if step is None:
                return decision
            await before()
            await self._ask(step)

    def doubt_tags(self) -> None:
        """What the notification says of its own object's tags is out of date: rules that need them have them asked for.

        `present` goes on telling it: the ledger knows of each tag whether it is.
        """
        self._told = tags.without(self._job.kind, self._content)
        self.facts = self._view()

    async def target(self, kind: Kind) -> Target | None:
        """The object of that kind that the event is about, or its contact or company; None if there is none."""
        if kind == self._job.kind:
            return self._job.target
        path = f"{kind}.id"
        while self.facts.get(path) is Absent.NOT_FETCHED:
            step = self._job.kind if kind == "contact" else self._first_step(kind)
            if step in self._asked:
                break
            await self._ask(step)
        found = self.facts.get(path)
        gone = kind in self.gone or isinstance(found, Absent)
        return None if gone else Target(self._job.app_id, kind, str(found))

    @property
    def notified(self) -> Mapping[str, Any]:
        """The notification's item, trimmed."""
        return self._content

    def present(self, kind: Kind) -> frozenset[str] | None:
        """The ids of the tags on that object, None where nobody has told all of them."""
        return fetched.present(kind, self._job.kind, self._content, self._fetched)

    def _first_step(self, read: str) -> str:
        """What has to be asked for first to get `read`: who the contact is, as long as nobody has told."""
        unknown = self.facts.get("contact.id") is Absent.NOT_FETCHED
        return self._job.kind if read in _BY_CONTACT and self._job.kind != "company" and unknown else read

    async def _ask(self, read: str) -> None:
        self._asked.add(read)
        try:
            self._fetched = replace(self._fetched, **await self._get(read))
        except Gone as gone:
            self.gone.append(gone.kind)
            self._errand.desk.metrics.hydration_gone.labels(gone.kind).inc()
            if gone.kind == self._job.kind:
                raise
            self._fetched = replace(self._fetched, **{gone.kind: Absent.MISSING})
        self.facts = self._view()

    async def _get(self, read: str) -> dict[str, Any]:  # noqa: PLR0911 - one a read
        """The value of one of the things in `Fetched`, under its name."""
        desk, call = self._errand.desk, self._errand.call
        match read:
            case "conversation" | "ticket":
                found = desk.reader.conversation if read == "conversation" else desk.reader.ticket
                return {"target": await found(self._job.target_id, call)}
            case "contact":
                return {"contact": await desk.reader.contact(self._id("contact"), call)}
            case "contact.tags":
                return {"contact_tags": await desk.reader.tags_of_contact(self._id("contact"), call)}
            case "contact.segments":
                return {"segments": await desk.reader.segments_of_contact(self._id("contact"), call)}
            case "company":
                return {"company": await self._company()}
            case "tags":
                return {"tag_names": await desk.tags.names(self._listed(), self._errand)}
            case _:
                entries = await desk.ledger.entries(self._job.target)
                return {"recorded": tuple(entry.tag for entry in entries.values() if entry.present)}

    async def _company(self) -> Document | Absent:
        reader, call = self._errand.desk.reader, self._errand.call
        if isinstance(self.facts.get("company.id"), Absent):
            return await reader.company_of(self._id("contact"), call)
        return await reader.company(self._id("company"), call)

    def _id(self, kind: Kind) -> str:
        return str(self.facts.get(f"{kind}.id"))

    def _listed(self) -> frozenset[str]:
        return frozenset().union(*(self.present(kind) or () for kind in ("contact", "company")))

    def _view(self) -> Facts:
        job = self._job
        return view.view(job.topic, job.target, self._told, job.created_at, job.delivery_attempts, self._fetched)
