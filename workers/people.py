"""What people did to tags that rules had put on: how often a rule was wrong, in their eyes."""

from workers.metrics import Metrics
from workers.targets.book import Book


def notice(book: Book, shown: frozenset[str], at: float, metrics: Metrics) -> None:
    """Write down what the tags `shown` at that moment (Unix seconds, Intercom's clock) say of all that is in the book.

    Each tag of ours that a person took off is counted once, for every rule that wanted it.
    """
    for tag_id, before in tuple(book.page.entries.items()):
        entry = before.observed(present=tag_id in shown, at=at)
        if entry == before:
            continue
        book.keep(tag_id, entry)
        if before.standing == "ours" and entry.standing == "vetoed":
            for rule in before.claiming:
                metrics.removed_by_people.labels(rule).inc()
