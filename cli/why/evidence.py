"""All that is known of one object: what Intercom says now, the ledger, the feed, and what has not ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from facts.target import Target
from state import gone
from state.actions import Actions, Noted
from state.circuit import Circuits, Standing
from state.dead import Letter
from state.entry import Entry
from state.feed import Entry as Event
from state.feed import Step
from state.gone import Gone
from state.ledger import Ledger
from state.pauses import Paused, Pauses
from state.traces import Traces, Waiting
from workers.intercom.answers import Tag

if TYPE_CHECKING:
    from redis.asyncio import Redis

ACTIONS = 1_000
"""Newest actions of operators that are looked through."""


@dataclass(frozen=True, slots=True)
class Now:
    """What Intercom says of the tags. `tags` is None where it was not asked, or said nothing; then `why_not` is set.

    `is_there` is False where Intercom says that there is no such object.
    """

    tags: tuple[Tag, ...] | None = None
    why_not: str = ""
    is_there: bool = True
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found in Redis, events and actions the newest first. `merged_into` is the id of the survivor."""

    target: Target
    entries: Mapping[str, Entry]
    events: tuple[Event, ...]
    jobs: tuple[Waiting, ...]
    letters: tuple[Letter, ...]
    actions: tuple[Noted, ...]
    paused: Paused
    circuits: tuple[Standing, ...]
    gone: Gone | None
    now: Now = Now()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known at all."""
        return not (self.entries or self.events or self.jobs or self.letters or self.actions or self.now.tags)

    @property
    def merged_into(self) -> str | None:
        """The contact that this one became part of, as far as the feed remembers."""
        found = (event for event in self.events if event.merged_from == self.target.id)
        return next((event.target for event in found), None)

    def concerns(self, step: Step, event: Event) -> bool:
        """Whether a step of an event is about this object, and not about the contact or company of its event."""
        own = event.target == str(self.target) and not step.object_id and step.kind == self.target.kind
        return own or (step.kind == self.target.kind and step.object_id == self.target.id)


async def gather(redis: "Redis", target: Target) -> Evidence:
    """What Redis knows of an object. Redis's errors pass through."""
    traces = Traces(redis)
    noted = await Actions(redis).newest(ACTIONS)
    entries = await Ledger(redis).entries(target)
    rules = {rule for entry in entries.values() if entry.origin is not None for rule in entry.origin.rules}
    return Evidence(
        target=target,
        entries=entries,
        events=tuple(event for _, event in reversed(await traces.entries(target))),
        jobs=await traces.jobs(target),
        letters=await traces.letters(target),
        actions=tuple(one for one in noted if _is_about(one, target, rules)),
        paused=await Pauses(redis).read(),
        circuits=tuple(one for one in await Circuits(redis).standing() if _concerns(one, target)),
        gone=await gone.read(redis, target),
    )


def _is_about(noted: Noted, target: Target, rules: Collection[str]) -> bool:
    """Whether somebody did something to the object, or undid what one of the rules did that touched it last."""
    action = noted.action
    if action.app_id != target.app_id:
        return False
    if action.action == "undo":
        return any(f" rule {rule} did since " in action.what for rule in rules)
    return action.what.endswith(f" on {target}")


def _concerns(circuit: Standing, target: Target) -> bool:
    """Whether it may keep the workspace's calls from being made: its own, or that of a host."""
    kind, _, rest = circuit.scope.partition(":")
    return kind == "host" or rest.partition(":")[0] == target.app_id
