"""From an object to the jobs of what happened to it: only events that come to something become jobs."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from facts import item, past, view
from facts.past import Past
from facts.target import Target
from rules.deciding.decision import Change
from rules.deciding.rule import Action
from rules.deciding.ruleset import RuleSet
from rules.language.values import Absent, Facts, Kind
from rules.words.text import fold
from state import keys
from state.backfill import Backfill, Backfills, Found, job_prefix
from state.job import Job
from workers.backfill import messages, search
from workers.backfill.line import Line
from workers.intercom.errors import TargetGone

_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Events:
    """Finds the events of one backfill, `run`. Only messages up to `until` (Unix seconds) count as missed."""

    run: str
    asked: Backfill
    rules: RuleSet
    backfills: Backfills
    line: Line
    until: float = float("inf")

    async def of(self, found: Sequence[search.Found]) -> tuple[Found, ...]:
        """The events of some objects, each with its job if there is something to do.

        Raises:
            IntercomError: see `Line.call`.
        """
        made = [one for each in found for one in await self._of_object(each)]
        if self.asked.missed:
            made = await self._missed(made)
        planned: dict[tuple[Target, Kind, str], Action] = {}
        return tuple(self._found(target, event, planned) for target, event in made)

    async def _of_object(self, found: search.Found) -> list[tuple[Target, Past]]:
        kind, document = self.asked.kind, found.document
        target = Target(self.asked.app_id, kind, found.id)
        if not _SAFE.fullmatch(found.id):
            return []
        if not self._reads_messages or _is_silent(document, self.asked.since):
            return [(target, past.read(kind, document))]
        try:
            # What a search finds has no messages but the first.
            if kind == "conversation":
                document = (await self.line.call(lambda intercom: intercom.find_conversation(found.id))).document
            elif kind == "ticket":
                document = (await self.line.call(lambda intercom: intercom.find_ticket(found.id))).document
        except TargetGone:
            return []
        return [(target, event) for event in past.events(kind, document, self.asked.since)]

    @cached_property
    def _reads_messages(self) -> bool:
        """Whether each message is an event of its own."""
        return self.asked.missed or messages.needed(self.rules, self.asked.kind, self.asked.rules)

    async def _missed(self, made: list[tuple[Target, Past]]) -> list[tuple[Target, Past]]:
        """Those whose message nobody has decided on, though there was time enough."""
        written = [(target, event) for target, event in made if event.message and event.at <= self.until]
        marks = [keys.heard(str(target), target.app_id, event.message or "") for target, event in written]
        unheard = await self.backfills.unheard(marks)
        return [one for one, missed in zip(written, unheard, strict=True) if missed]

    def _found(self, target: Target, event: Past, planned: dict[tuple[Target, Kind, str], Action]) -> Found:
        """The event with its job, unless it comes to nothing beside what earlier ones of its object come to."""
        known_as = f"{target}:{event.message or f'read-{event.at}'}"
        trimmed = event.trimmed()
        facts = view.view(event.topic, target, item.load(trimmed), event.at, 1)
        decision = self.rules.decide(facts)
        if self.asked.rules:
            decision = decision.only(frozenset(self.asked.rules))
        certain = 0
        for change in decision.changes:
            before = planned.get((target, change.kind, change.tag))
            certain += _is_news(change, facts) if before is None else before != change.action
            planned[target, change.kind, change.tag] = change.action
        if not certain and not decision.needs:
            return Found(known_as)
        job = Job(
            app_id=target.app_id,
            notification_id=(job_prefix(target.app_id, self.run) + known_as).partition(":")[2],
            topic=event.topic,
            kind=target.kind,
            target_id=target.id,
            created_at=event.at,
            received_at=time.time(),
            item=trimmed,
            rules=self.asked.rules,
        )
        return Found(known_as, certain, job.encode(), asks=bool(decision.needs))


def _is_silent(document: Mapping[str, Any], since: int) -> bool:
    """Whether a conversation says of itself that its contacts have written nothing from `since` on.

    `last_contact_reply_at` is the time of their last part, and whoever opened it did so when it was made:
    https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/conversation
    """
    statistics = document.get("statistics")
    last = statistics.get("last_contact_reply_at") if isinstance(statistics, Mapping) else None
    begun = document.get("created_at")
    return isinstance(last, int) and isinstance(begun, int) and max(last, begun) < since


def _is_news(change: Change, facts: Facts) -> bool:
    """Whether a change is not so already, as far as the object tells; what nobody has told counts as news."""
    tags = facts.get(f"{change.kind}.tags")
    if tags is Absent.NOT_FETCHED:
        return True
    present = {fold(tag) for tag in tags} if isinstance(tags, tuple) else set()
    return (fold(change.tag) in present) is (change.action == "remove")
