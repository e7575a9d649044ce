"""Letters in a row, anywhere in a text or at one of its ends."""

from dataclasses import dataclass, field
from typing import Literal

from rules.words.budget import LOOK
from rules.words.text import Accents, Letters, Place, Text, fold, normal

Where = Literal["anywhere", "start", "end"]


@dataclass(frozen=True, slots=True)
class Substring:
    """A piece of text as somebody wrote it, found within words too; without accents it is found with and without."""

    text: str
    where: Where = "anywhere"
    exact_case: bool = False

    needle: str = field(init=False, repr=False, compare=False)
    """What is searched for; empty for nothing but white space."""
    _accents: Accents = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        letters = Letters((normal if self.exact_case else fold)(self.text))
        object.__setattr__(self, "needle", self.text if self.text == letters.bare else letters.bare)
        object.__setattr__(self, "_accents", letters.accents)

    def find(self, text: Text) -> Place | None:
        """The first place of the piece, or None."""
        return text.place(self, self._find)

    def _find(self, text: Text) -> Place | None:
        letters = text.letters(exact_case=self.exact_case)
        start = self._next(text, letters.bare, 0)
        while start >= 0:
            text.budget.spend(LOOK)
            if letters.has_accents(self._accents, start):
                return Place(letters, start, start + len(self.needle))
            start = self._next(text, letters.bare, start + 1) if self.where == "anywhere" else -1
        return None

    def _next(self, text: Text, bare: str, after: int) -> int:
        if self.where == "anywhere":
            start = bare.find(self.needle, after)
            text.budget.scan((start if start >= 0 else len(bare)) - after)
            return start
        if self.where == "start":
            return 0 if bare.startswith(self.needle) else -1
        return len(bare) - len(self.needle) if bare.endswith(self.needle) else -1
