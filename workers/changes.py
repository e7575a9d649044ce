"""Making one change: find the object and the tag, see what the ledger says of them, and only then call Intercom."""

import logging
import time

from msgspec.structs import replace

from rules.deciding.decision import Change
from state.entry import STALE, Entry, Origin
from state.feed import Reply
from workers.hydration.reader import Forgotten
from workers.intercom.answers import Answer, Tag
from workers.intercom.errors import TagGone, TargetGone
from workers.run import Run
from workers.targets import call, reading
from workers.targets.book import Book
from workers.targets.by_name import Renamed

log = logging.getLogger(__name__)


async def make(change: Change, run: Run) -> None:
    """Make `change`, unless it is made already, overruled, a person's to decide, or there is no object to make it on.

    Raises:
        UnknownTag, Rejected: it can never be made.
        IntercomError, Postponed, LeaseLost: not now, or not by us.
    """
    target = await run.hydration.target(change.kind)
    if target is None:
        run.note(change, f"no {change.kind}")
        return
    try:
        book = await run.open(target)
        try:
            await _make(change, book, run)
        except (TagGone, Renamed):
            # The list was out of date, or the tag was made anew under another id: look once more, then believe it.
            run.errand.desk.tags.forget()
            await _make(change, book, run)
    except (Forgotten, TargetGone):
        if target == run.job.target:
            raise
        # It was merged or deleted since somebody named it.
        run.note(change, f"no {change.kind}")


async def take_back(change: Change, run: Run) -> None:
    """Write down that the rules of `change` give up their claim on a tag of the event's object.

    It is taken off if it is ours, and nobody else claims it. Raises what `make` raises.
    """
    tag_id = await run.errand.desk.tags.look_up(change.tag, run.errand)
    if tag_id is None:
        return
    book = await run.open(run.job.target)

    def said(known: Entry) -> Entry:
        return known.withdrawn(change.rules, run.order, run.rule_set)

    entry = _observed(book, tag_id, change.tag, run)
    if said(entry).to_take_back(book.now()):
        entry = await _settled(entry, tag_id, book, run)
    entry = said(entry)
    # A call of undo for a ticket, of which nobody knows, counts: that one is over when somebody gives undo again.
    if entry.to_take_back(book.now()) and not entry.asked_by_person("remove"):
        await _call(change, tag_id, entry, book, run)
    else:
        book.keep(tag_id, entry)


async def _make(change: Change, book: Book, run: Run) -> None:
    tag_id = await _tag_id(change, run)
    if tag_id is None:
        run.note(change, "already so")
        return

    def said(known: Entry) -> Entry:
        say = known.claimed if change.action == "add" else known.taken_off
        return say(change.rules, run.order, run.rule_set)

    entry = _observed(book, tag_id, change.tag, run)
    if entry.pending is not None and said(entry).verdict == change.action:
        entry = await _settled(entry, tag_id, book, run)
    entry = said(entry)
    step = entry.step(change.action, book.now())
    if step == "call":
        await _call(change, tag_id, entry, book, run)
        return
    book.keep(tag_id, entry)
    run.note(change, step)
    if step == "stopped":
        run.errand.desk.metrics.stopped_tags.inc()
        log.error('tag "%s" goes to and fro on %s: it stays as it is for an hour', change.tag, book.target)


def _observed(book: Book, tag_id: str, tag: str, run: Run) -> Entry:
    entry = book.entry(tag_id, tag)
    shown = run.hydration.present(book.target.kind)
    return entry if shown is None else entry.observed(present=tag_id in shown, at=run.shown_at(book.target))


async def _settled(entry: Entry, tag_id: str, book: Book, run: Run) -> Entry:
    """What a read says counts from then on, also if the call that it was for is refused."""
    entry = await reading.settled(entry, tag_id, book.target, run.errand)
    book.keep(tag_id, entry)
    return entry


async def _call(change: Change, tag_id: str, entry: Entry, book: Book, run: Run) -> None:
    admin_id = change.admin_id or run.errand.desk.workspace.admin_id
    origin = replace(run.origin(change), by=admin_id)
    asked = entry.asked(change.action, book.now(), origin)
    answer = await call.make(change, tag_id, asked, book, run.shares(change))
    now = book.now() - (time.monotonic() - answer.sent_at)
    reply = _reply(answer)
    made = _made(change, entry, answer, answer.date or now, replace(origin, by=reply.applied_by), run)
    book.keep(tag_id, made)
    shown = run.hydration.present(book.target.kind)
    if shown is not None:
        book.show(shown, run.shown_at(book.target))
    desk, job = run.errand.desk, run.job
    await desk.reader.drop(book.target.kind, book.target.id)
    # When it was received a receiver said, whose clock may be ahead.
    delay = max(now - job.received_at, 0.0)
    desk.metrics.event_to_tag_seconds.observe(delay)
    run.note(change, "made", delay, reply)


def _reply(answer: Answer[object]) -> Reply:
    if not isinstance(answer.value, Tag):
        return Reply(answer.status)
    return Reply(answer.status, answer.value.applied_at, answer.value.applied_by or "")


def _made(change: Change, entry: Entry, answer: Answer[object], at: float, origin: Origin, run: Run) -> Entry:
    """What is known after the answer: whether it was our call that did it, and when."""
    if change.action == "remove":
        gone = entry.observed(present=False, at=at) if answer.value is None else entry
        if gone.present is False:
            return gone
        there = entry.observed(present=True, at=at) if isinstance(answer.value, Tag) else entry
        return there.made("remove", at, origin=origin)
    tag = answer.value
    if not isinstance(tag, Tag) or tag.applied_at is None:
        # Nobody says whether it was there before, so only what showed that it was not makes it ours.
        return entry.made("add", at, ours=entry.present is False, origin=origin)
    began = at - (answer.received_at - answer.sent_at)
    since = min(began, entry.pending.at) if entry.pending is not None else began
    admin = change.admin_id or run.errand.desk.workspace.admin_id
    ours = tag.applied_at >= since - STALE and (change.kind == "contact" or tag.applied_by in {None, admin})
    return entry.made("add", float(tag.applied_at), ours=ours, origin=origin)


async def _tag_id(change: Change, run: Run) -> str | None:
    """The tag's id; None if it is to be removed and the workspace has no such tag."""
    tags = run.errand.desk.tags
    look = tags.look_up if change.action == "remove" else tags.find
    return await look(change.tag, run.errand)
