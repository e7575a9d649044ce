"""The ledger of one object in the hands of one run, which alone decides on it."""

import asyncio
import time
from dataclasses import dataclass

from facts.target import Target
from state import ledger
from state.entry import Entry
from state.finish import Place
from state.ledger import SHOWN, Page, Shown
from state.lock import Buried, Intent, Lock, Lost
from state.touched import Share
from workers.errand import Errand
from workers.gate import Postponed
from workers.hold import LeaseLost
from workers.hydration.reader import Forgotten

PATIENCE = 1.0
"""Seconds a job waits in the body for an object that another run decides on."""
SHORTEST, LONGEST = 0.005, 0.1
"""Seconds between two looks, the first and the later ones."""
BACK = 0.25
"""Seconds for which the job is then put back."""


@dataclass(slots=True)
class Book:
    """One object's entries by tag id. What is kept is written when the run ends; what is asked, before the call."""

    lock: Lock
    days: int
    errand: Errand
    page: Page
    _ahead: float

    @classmethod
    async def open(cls, target: Target, errand: Errand, *, buried: bool = False) -> "Book":
        """Lock an object and read its entries; with `buried` also of one that is gone, to clear up after it.

        Raises:
            Forgotten: it was deleted, or merged into another.
            Postponed: another run decides on it, and is not soon done.
            LeaseLost: the job is somebody else's by now.
        """
        lock = Lock(errand.hold.claim, target)
        deadline, wait = time.monotonic() + PATIENCE, SHORTEST
        while True:
            try:
                taken = await errand.desk.locks.take(lock, buried=buried)
            except Lost:
                raise LeaseLost from None
            except Buried:
                raise Forgotten(target.kind) from None
            if taken is not None:
                page, ahead = Page.from_fields(taken.fields), taken.at - time.monotonic()
                return cls(lock, errand.desk.ledger.days, errand, page, ahead)
            if time.monotonic() >= deadline:
                raise Postponed(BACK)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST)

    @property
    def target(self) -> Target:
        """The object."""
        return self.lock.target

    def now(self) -> float:
        """Unix seconds by Redis's clock, which the whole fleet shares: a host's own may be hours off."""
        return time.monotonic() + self._ahead

    def entry(self, tag_id: str, tag: str) -> Entry:
        """What is known of a tag on it."""
        return self.page.entries.get(tag_id) or Entry(tag)

    def keep(self, tag_id: str, entry: Entry) -> None:
        """From now on this is known; written only if it is news."""
        if entry == self.page.entries.get(tag_id) and not self.page.read:
            return
        self.page.entries[tag_id] = entry
        self._write(tag_id, entry.encode())
        for read in self.page.read:
            if read.endswith(f":{tag_id}"):
                self._write(read, b"")

    def show(self, tag_ids: frozenset[str], at: float) -> None:
        """An event of that moment shows these tags; those of ours that none has told yet are still to be told."""
        told = {one for one in tag_ids if one not in self.page.entries or not self._untold(one)}
        before = self.page.shown
        if before is None or before.at <= at:
            self._write(SHOWN, Shown(at, tuple(sorted(told))).encode())

    def _untold(self, tag_id: str) -> bool:
        return self.page.entries[tag_id].untold(present=True)

    def intent(self, tag_id: str, entry: Entry, shares: tuple[Share, ...] = ()) -> Intent:
        """What is to be written together with taking a slot, and counted for the rules that ask for it.

        It takes the place of what would be written when the run ends, which knows of no call.
        """
        self.errand.hold.ledger.pop(self._place(tag_id), None)
        return Intent(self.lock, tag_id, entry.encode(), self.days, shares, self.page.heard.get(tag_id, b""))

    def restore(self, tag_id: str) -> None:
        """The call was not made: what was known before it counts again."""
        before = self.page.entries.get(tag_id)
        self._write(tag_id, before.encode() if before is not None else b"")

    def _write(self, name: str, kept: bytes) -> None:
        self.errand.hold.ledger[self._place(name)] = kept

    def _place(self, name: str) -> Place:
        return Place(ledger.key(self.target), name, self.days)
