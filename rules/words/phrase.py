"""Whole words and phrases in a text."""

from dataclasses import dataclass, field

from rules.words.budget import LOOK
from rules.words.text import Accents, Letters, Place, Text, binds, fold, normal, whole_words

ANY_ENDING = "*"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as somebody wrote it; a `*` at its end stands for any ending.

    It may not touch a letter, digit, mark or underscore on a side where it ends in one itself, except next to scripts
    that are written without spaces. Hyphens between letters count as spaces. Written without accents it is found with
    and without; written with accents only with those. A web address is one word.
    """

    text: str
    exact_case: bool = False
    needle: str = field(init=False, repr=False, compare=False)
    """What is searched for in `Letters.words`; empty for a phrase of nothing but white space."""
    whole_word: str = field(init=False, repr=False, compare=False)
    """The longest of its words that a text must have as a whole; empty if there is none."""
    _accents: Accents = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        text = self.text.removesuffix(ANY_ENDING)
        letters = Letters((normal if self.exact_case else fold)(text))
        # There are tens of thousands of phrases: what is the same is kept once.
        needle = text if text == letters.words else letters.words
        word = _whole_word(needle, open_ended=self.open_ended)
        object.__setattr__(self, "needle", needle)
        object.__setattr__(self, "whole_word", needle if needle == word else word)
        object.__setattr__(self, "_accents", letters.accents)

    @property
    def open_ended(self) -> bool:
        """Whether the phrase takes any ending."""
        return self.text.endswith(ANY_ENDING)

    def find(self, text: Text) -> Place | None:
        """The first place of the phrase, or None."""
        return text.place(self, self._find)

    def _find(self, text: Text) -> Place | None:
        letters = text.exact if self.exact_case else text.folded
        if self.whole_word and self.whole_word not in letters.vocabulary:
            return None
        start = self._next(text, letters, 0)
        while start >= 0:
            text.budget.spend(LOOK)
            # Nothing begins inside a web address: a long one is left at once.
            past = letters.url_at(start - 1)
            if past <= start:
                end = start + len(self.needle)
                if self._stands_alone(letters.words, start, end) and letters.has_accents(self._accents, start):
                    if self.open_ended:
                        return Place(letters, start, letters.word_end(end))
                    if letters.url_at(end - 1) <= end:
                        return Place(letters, start, end)
            start = self._next(text, letters, max(start + 1, past))
        return None

    def _next(self, text: Text, letters: Letters, after: int) -> int:
        start = letters.words.find(self.needle, after)
        text.budget.scan((start if start >= 0 else len(letters.words)) - after)
        return start

    def _stands_alone(self, words: str, start: int, end: int) -> bool:
        needle = self.needle
        if start and binds(words[start - 1]) and binds(needle[0]):
            return False
        return self.open_ended or end == len(words) or not (binds(words[end]) and binds(needle[-1]))


def _whole_word(needle: str, *, open_ended: bool) -> str:
    found = whole_words(needle)
    if open_ended and found and needle.endswith(found[-1]):
        found.pop()
    return max(found, key=len, default="")
