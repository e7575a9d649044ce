"""A call that changes a tag on an object: pending from before it leaves until it is known what came of it."""

from rules.deciding.decision import Change
from state.entry import Entry
from state.touched import Share
from workers.gate import Postponed
from workers.intercom.answers import Answer
from workers.intercom.errors import IntercomError, Rejected
from workers.targets import by_id, by_name
from workers.targets.book import Book
from workers.targets.by_name import Renamed


async def make(change: Change, tag_id: str, asked: Entry, book: Book, shares: tuple[Share, ...] = ()) -> Answer[object]:
    """Make the call of which the entry `asked` tells, counted for `shares`; what its answer means is for the caller.

    Where it was not made, the book says again what was known before, which may be an earlier call that nobody knows of.
    Where nobody knows whether it landed it stays pending, also when the job is given up, until somebody reads the
    object again.

    Raises:
        Rejected, Renamed: it was not made, and never will be; it is not pending any more.
        IntercomError, Postponed, LeaseLost: not now, or not by us.
    """
    send = by_name.send if change.kind == "company" else by_id.send
    intent = book.intent(tag_id, asked, shares)
    try:
        return await send(change, book.target, tag_id, book.errand, intent)
    except Postponed:
        book.restore(tag_id)
        raise
    except IntercomError as error:
        if isinstance(error, Rejected | Renamed) or not error.maybe_applied:
            book.restore(tag_id)
        raise
