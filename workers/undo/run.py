"""Undoing, object by object: locked as jobs lock them, with what live events leave of the rate budget."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from redis.asyncio import Redis

from facts.target import Target
from rules.deciding.decision import Change
from state import keys
from state.entry import Action, Entry
from state.finish import Done, Finisher
from state.lease import Leases
from workers.desk import Desk
from workers.errand import Errand
from workers.gate import Postponed
from workers.hold import Hold, LeaseLost
from workers.hydration.reader import Forgotten
from workers.intercom.errors import IntercomError, RateLimited, Rejected, TagGone, TargetGone
from workers.standstill import Standstill
from workers.targets import call, reading
from workers.targets.book import BACK, Book
from workers.targets.by_name import Renamed
from workers.undo import reversal
from workers.undo.plan import Wanted
from workers.undo.reversal import TOUCHED, Left, Reversal

CALLS = 4
"""So many calls a hold on an object outlasts, with the waiting for their slots."""

AGAIN = 2.0
"""Seconds until what Intercom did not do is tried again."""

GONE = "it is gone from Intercom"
TAG_GONE = "the tag is gone from Intercom"


class Moving(Standstill):
    """What people have done goes on while the workers are paused."""

    def paused(self, app_id: str) -> bool:  # noqa: ARG002 - as the other
        """Never."""
        return False


@dataclass(slots=True)
class Work:
    """One object, and what has become of it: the tags taken off, put back, left alone with why, refused with why.

    It is to be tried again after `wait` seconds, unless it is None. `failure` is what Intercom said last.
    """

    target: Target
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    wait: float | None = None
    failure: IntercomError | None = None
    handled: set[str] = field(default_factory=set)

    def begin_again(self) -> None:
        """What became of it could not be written down, but for the calls: those that landed are found so."""
        for one in (self.removed, self.added, self.left, self.refused, self.handled):
            one.clear()
        self.wait, self.failure = BACK, None

    def done(self, action: Action, tag: str) -> None:
        """The rule's change of that tag is undone by `action`."""
        (self.removed if action == "remove" else self.added).append(tag)


class Undoer:
    """Undoes what rules did in the workspace of `desk`. Who is killed has lost nothing: the next one goes on.

    What it does counts as a person's: rules leave it alone from then on. Redis's errors pass through.
    """

    def __init__(self, desk: Desk, redis: Redis, wanted: Wanted, *, call_timeout: float) -> None:
        self._desk = desk
        self._redis = redis
        self._wanted = wanted
        self._lease = CALLS * (call_timeout + 3.0)
        self._leases = Leases(redis, lease=self._lease)
        self._finisher = Finisher(redis)

    async def undo(self, works: Sequence[Work]) -> None:
        """Undo, on each of these objects at the same time, what is not handled yet; see `Work` for what came of it."""
        await asyncio.gather(*map(self._one, works))

    async def _one(self, work: Work) -> None:
        queue = keys.queue(self._desk.workspace.app_id, "backfill")
        until = time.monotonic() + self._lease
        hold = Hold(await self._leases.begin(f"{work.target.app_id}:undo", queue), until)
        work.wait = work.failure = None
        try:
            book = await Book.open(work.target, Errand(self._desk, hold))
            for tag_id, entry in tuple(book.page.entries.items()):
                if tag_id not in work.handled:
                    await self._tag(tag_id, entry, book, work)
                    work.handled.add(tag_id)
        except Postponed as postponed:
            work.wait = postponed.wait
        except LeaseLost:
            work.wait = BACK
        except (Forgotten, TargetGone):
            work.left[""] = GONE
        except RateLimited:
            work.wait = await self._desk.budget.next_slot()
        except IntercomError as error:
            work.failure = error
            work.wait = AGAIN
        finally:
            ended = await self._finisher.finish(hold.claim, Done(), hold.ledger)
        if ended is None:
            work.begin_again()

    async def _tag(self, tag_id: str, entry: Entry, book: Book, work: Work) -> None:
        """Undo what there is to undo of one tag, after one more look at it."""
        found = self._find(entry)
        if isinstance(found, Reversal):
            looked = await self._looked(tag_id, entry, found.action, book)
            if looked is None:
                work.done(found.action, entry.tag)
                return
            entry, found = looked, self._find(looked) or Left(TOUCHED)
            if isinstance(found, Reversal):
                await self._change(tag_id, entry, found.action, book, work)
                return
            book.keep(tag_id, entry)
        if found is not None:
            work.left[entry.tag] = found.why

    async def _looked(self, tag_id: str, entry: Entry, action: Action, book: Book) -> Entry | None:
        """The entry by what Intercom says now; None if `action` turns out to be done.

        Then an earlier undo made the call, and ended before it could write that down.
        """
        pending = entry.pending
        if pending is not None:
            entry = await reading.settled(entry, tag_id, book.target, book.errand)
            if pending.action == action and entry.pending is None and entry.present is (action == "add"):
                book.keep(tag_id, entry.done_for_person(action, entry.at))
                return None
        return await reading.settled(entry, tag_id, book.target, book.errand)

    async def _change(self, tag_id: str, entry: Entry, action: Action, book: Book, work: Work) -> None:
        asked = entry.asked(action, book.now(), by_person=True)
        try:
            answer = await call.make(Change(book.target.kind, entry.tag, action, ()), tag_id, asked, book)
        except (TagGone, Renamed):
            self._desk.tags.forget()
            if tag_id in await self._desk.tags.names([tag_id], book.errand):
                raise
            work.left[entry.tag] = TAG_GONE
        except TargetGone:
            raise
        except Rejected as rejected:
            work.refused[entry.tag] = str(rejected)
        else:
            book.keep(tag_id, entry.done_for_person(action, answer.date or book.now()))
            await self._desk.reader.drop(book.target.kind, book.target.id)
            if answer.value is None:
                work.left[entry.tag] = TOUCHED
            else:
                work.done(action, entry.tag)

    def _find(self, entry: Entry) -> reversal.Finding | None:
        return reversal.find(entry, self._wanted.rules, self._wanted.since)
