"""Whole words and phrases in a text."""

from dataclasses import dataclass
from functools import cached_property

from rules.words.budget import LOOK
from rules.words.text import Letters, Place, Text, binds, fold, normal, whole_words

ANY_ENDING = "*"


@dataclass(frozen=True)
class Phrase:
    """A phrase as somebody wrote it; a `*` at its end stands for any ending.

    It may not touch a letter, digit, mark or underscore on a side where it ends in one itself, except next to scripts
    that are written without spaces. Hyphens between letters count as spaces. Written without accents it is found with
    and without; written with accents only with those. A web address is one word.
    """

    text: str
    exact_case: bool = False

    @property
    def open_ended(self) -> bool:
        """Whether the phrase takes any ending."""
        return self.text.endswith(ANY_ENDING)

    @cached_property
    def needle(self) -> str:
        """What is searched for in `Letters.words`; empty for a phrase of nothing but white space."""
        return self._letters.words

    @cached_property
    def _letters(self) -> Letters:
        return Letters((normal if self.exact_case else fold)(self.text.removesuffix(ANY_ENDING)))

    @cached_property
    def _whole_word(self) -> str:
        """The longest of its words that a text must have as a whole, if there is one."""
        found = whole_words(self.needle)
        if self.open_ended and found and self.needle.endswith(found[-1]):
            found.pop()
        return max(found, key=len, default="")

    @cached_property
    def _binds_left(self) -> bool:
        return binds(self.needle[0])

    @cached_property
    def _binds_right(self) -> bool:
        return binds(self.needle[-1]) and not self.open_ended

    def find(self, text: Text) -> Place | None:
        """The first place of the phrase, or None."""
        return text.place(self, self._find)

    def _find(self, text: Text) -> Place | None:
        letters = text.exact if self.exact_case else text.folded
        if self._whole_word and self._whole_word not in letters.vocabulary:
            return None
        start = self._next(text, letters, 0)
        while start >= 0:
            text.budget.spend(LOOK)
            # Nothing begins inside a web address: a long one is left at once.
            past = letters.url_at(start - 1)
            if past <= start:
                end = start + len(self.needle)
                if self._stands_alone(letters.words, start, end) and letters.has_accents(self._letters, start):
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
        if self._binds_left and start and binds(words[start - 1]):
            return False
        return not (self._binds_right and end < len(words) and binds(words[end]))
