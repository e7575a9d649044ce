"""Objects that are gone: what is kept of a deleted one goes, what is kept of a merged one goes over to the other.

https://developers.intercom.com/docs/references/webhooks/webhook-models
"""

import logging

from facts import routing
from facts.target import Target
from state.finish import Done
from state.gone import Gone
from state.lock import Lost
from state.merging import merged
from workers.hold import LeaseLost
from workers.hydration.reader import Forgotten
from workers.run import Run
from workers.targets.book import Book

log = logging.getLogger(__name__)


async def erase(run: Run) -> Done:
    """Forget all about the event's object, whoever handles it now; an end without a trace, but for a line in the log.

    A ticket that was a conversation has its id, and Intercom tells of the deletion of conversations alone. Raises what
    `Book.open` raises.
    """
    gone = run.job.target
    for target in _alike(gone):
        await _forget(target, run)
    return Done()


async def take_over(run: Run) -> None:
    """Give the event's contact what is known of the one that became part of it, and forget that one.

    Raises what `Book.open` raises; a survivor that is gone itself takes the other one with it.
    """
    loser_id = routing.merged_from(run.hydration.notified)
    survivor = run.job.target
    if loser_id is None or loser_id == survivor.id:
        log.warning("a contact.merged does not say which contact became part of %s", survivor)
        return
    loser = Target(survivor.app_id, survivor.kind, loser_id)
    try:
        # Not `Run.open`, which would take for a person's doing what the merge has done.
        book = await Book.open(survivor, run.errand)
    except Forgotten:
        await _forget(loser, run)
        raise
    leaving = await Book.open(loser, run.errand, buried=True)
    shown, at = run.hydration.present("contact"), run.shown_at(survivor)
    for tag_id, entry in leaving.page.entries.items():
        there = None if shown is None else tag_id in shown
        book.page.entries[tag_id] = merged(book.page.entries.get(tag_id), entry, shown=there, at=at)
    taken = {tag_id: book.page.entries[tag_id] for tag_id in leaving.page.entries}
    await _touched(leaving, into=survivor)
    try:
        how = Gone("merged", run.job.created_at)
        await run.errand.desk.erasure.bury(leaving.lock, how, into=survivor, entries=taken, days=book.days)
    except Lost:
        raise LeaseLost from None
    run.adopt(book)
    if taken:
        run.merged_from = loser.id


def _alike(target: Target) -> tuple[Target, ...]:
    """The objects that go together, in the order in which they are locked."""
    if target.kind != "conversation":
        return (target,)
    return target, Target(target.app_id, "ticket", target.id)


async def _forget(target: Target, run: Run) -> None:
    book = await Book.open(target, run.errand, buried=True)
    erasure = run.errand.desk.erasure
    await _touched(book)
    try:
        await erasure.bury(book.lock, Gone("deleted", run.job.created_at), days=book.days)
    except Lost:
        raise LeaseLost from None
    erased = await erasure.clear(target)
    run.errand.desk.metrics.erased.labels(target.kind).inc()
    log.info(
        "a %s of workspace %s was deleted: forgot %d waiting jobs, %d dead letters, %d entries of the feed",
        target.kind,
        target.app_id,
        erased.jobs,
        erased.letters,
        erased.entries,
    )


async def _touched(book: Book, *, into: Target | None = None) -> None:
    """Have no rule's list name the object any more; before the ledger goes, which alone knows the rules."""
    rules = frozenset[str]().union(*(entry.rules for entry in book.page.entries.values()))
    await book.errand.desk.touched.let_go(book.target, rules, into=into)
