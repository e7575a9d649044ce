"""One block a tag: whether it is there, through whom, and what was not done about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from cli.why.evidence import Evidence
from state.entry import STALE, Entry, Standing
from state.feed import Entry as Event
from state.feed import Proof, Reply, Step
from workers.intercom.answers import Tag


@dataclass(frozen=True, slots=True)
class Call:
    """Our last call, to put the tag on or, if it `removes`, to take it off.

    `rules` asked for it at an event, by `proofs`, and `reply` came back. `at` and `event_at` are Unix seconds on
    Intercom's clock, None where nobody remembers; `about` is the event's own object, empty in the same case.
    """

    rules: tuple[str, ...]
    rule_set: str
    event_id: str
    event_at: int | None
    topic: str
    proofs: tuple[Proof, ...]
    at: float | None
    reply: Reply | None
    removes: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One tag. `there` is None where nobody knows; `undone` is the newest decision, if it came to no call.

    `disagreed` is the newest event, if rules disagreed about the tag. `since` says that Intercom shows it otherwise
    than was known here: somebody has changed it. `landed` says whether it shows what a pending call was to do; None
    where none is pending, or nothing is shown.
    """

    tag_id: str
    name: str
    there: bool | None
    entry: Entry | None
    shown: Tag | None
    call: Call | None
    undone: tuple[Event, Step] | None
    since: bool = False
    disagreed: Event | None = None
    landed: bool | None = None

    @property
    def standing(self) -> Standing:
        """Through whom it is there, or not, as far as the ledger knows."""
        return self.entry.standing if self.entry is not None else ""


def blocks(evidence: Evidence) -> tuple[Block, ...]:
    """All tags that are there, or that rules had anything to do with; first those that are there."""
    shown = {tag.id: tag for tag in evidence.now.tags or ()}
    names = {entry.tag.casefold(): tag_id for tag_id, entry in evidence.entries.items()}
    names |= {tag.name.casefold(): tag.id for tag in shown.values()}
    found = [
        _block(tag_id, evidence.entries.get(tag_id), shown.get(tag_id), evidence)
        for tag_id in dict.fromkeys((*shown, *evidence.entries))
    ]
    found += [_untouched(name, evidence) for name in _others(evidence) if name.casefold() not in names]
    return tuple(sorted(found, key=lambda block: (block.there is not True, block.name.casefold())))


def _others(evidence: Evidence) -> list[str]:
    """The tags that rules have asked for and that nothing else is known of."""
    found: dict[str, None] = {}
    for event in evidence.events:
        found |= dict.fromkeys(step.tag for step in event.steps if evidence.concerns(step, event))
        found |= dict.fromkeys(event.conflicts if event.target == str(evidence.target) else ())
    return list(found)


def _untouched(name: str, evidence: Evidence) -> Block:
    there = False if evidence.now.tags is not None else None
    undone, disagreed = _undone((name,), evidence), _disagreed((name,), evidence)
    return Block("", name, there, None, None, None, undone, disagreed=disagreed)


def _block(tag_id: str, entry: Entry | None, shown: Tag | None, evidence: Evidence) -> Block:
    names = tuple(dict.fromkeys(one for one in (entry and entry.tag, shown and shown.name) if one))
    asked = evidence.now.tags is not None
    known = entry.present if entry is not None and entry.pending is None else None
    there = shown is not None if asked else known
    landed = _landed(entry, shown, evidence) if entry is not None and asked else None
    since = entry is not None and asked and not landed and _has_changed(entry, shown)
    call = _call(entry, names, evidence) if entry is not None else None
    undone, disagreed = _undone(names, evidence), _disagreed(names, evidence)
    return Block(tag_id, names[0], there, entry, shown, call, undone, since, disagreed, landed)


def _landed(entry: Entry, shown: Tag | None, evidence: Evidence) -> bool | None:
    pending = entry.pending
    if pending is None:
        return None
    if shown is None or pending.action == "remove":
        return (shown is None) == (pending.action == "remove")
    by = pending.origin.by if pending.origin is not None and evidence.target.kind != "contact" else ""
    return (shown.applied_at or pending.at) >= pending.at - STALE and (not by or shown.applied_by in {None, by})


def _has_changed(entry: Entry, shown: Tag | None) -> bool:
    if entry.present is None or entry.present is not (shown is not None):
        return entry.present is not None
    at = shown.applied_at if shown is not None else None
    return entry.standing == "ours" and at is not None and abs(at - entry.at) > STALE


def _call(entry: Entry, names: tuple[str, ...], evidence: Evidence) -> Call | None:
    origin = entry.origin
    if origin is None or origin.order is None:
        return None
    event_at, event_id = origin.order
    proofs = tuple(Proof(origin.rules[0], origin.field, "", origin.phrase, origin.span) for _ in origin.field[:1])
    reply = Reply(applied_by=origin.by) if origin.by else None
    about = ""
    for event, step in _steps(names, evidence):
        if event.notification_id == event_id and step.outcome == "made":
            proofs, reply, about = step.proofs or proofs, step.reply or reply, event.target
    at = entry.at if entry.standing in {"ours", "removed"} else None
    return Call(
        origin.rules, origin.rule_set, event_id, event_at, origin.topic, proofs, at, reply, origin.removes, about
    )


def _undone(names: tuple[str, ...], evidence: Evidence) -> tuple[Event, Step] | None:
    newest = next(_steps(names, evidence), None)
    return newest if newest is not None and newest[1].outcome != "made" else None


def _disagreed(names: tuple[str, ...], evidence: Evidence) -> Event | None:
    """The newest event that says anything of the tag, if it is that rules disagreed."""
    folded = {name.casefold() for name in names}
    for event in evidence.events:
        if event.target == str(evidence.target) and folded & {tag.casefold() for tag in event.conflicts}:
            return event
        if any(step.tag.casefold() in folded and evidence.concerns(step, event) for step in event.steps):
            return None
    return None


def _steps(names: tuple[str, ...], evidence: Evidence) -> Iterator[tuple[Event, Step]]:
    """What was decided about a tag, the newest first."""
    folded = {name.casefold() for name in names}
    for event in evidence.events:
        for step in reversed(event.steps):
            if step.tag.casefold() in folded and evidence.concerns(step, event):
                yield event, step
