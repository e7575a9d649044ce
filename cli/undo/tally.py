"""What has come of an undo so far, which outlives a Ctrl-C."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from facts.target import Target
from workers.undo.run import Work


@dataclass(slots=True)
class Tally:
    """How many tags were taken off, put back, left alone and why; which were refused, on what and why.

    `not_reached` counts the objects that were not finished.
    """

    not_reached: int
    removed: int = 0
    added: int = 0
    left: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Target, str, str]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing that somebody has to look at."""
        return not (self.not_reached or self.refused)

    def take(self, works: Iterable[Work]) -> None:
        """Count those that are done with."""
        for work in (one for one in works if one.wait is None):
            self.not_reached -= 1
            self.removed += len(work.removed)
            self.added += len(work.added)
            self.left.update(work.left.values())
            self.refused += [(work.target, tag, why) for tag, why in work.refused.items()]
