"""Whole words and phrases in a text."""

from dataclasses import dataclass
from functools import cached_property

from rules.text import Letters, Place, Text, binds, fold, normal, open_end, whole_words

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
        letters = text.exact if self.exact_case else text.folded
        if self._whole_word and self._whole_word not in letters.vocabulary:
            return None
        words, needle = letters.words, self.needle
        start = words.find(needle)
        while start >= 0:
            end = start + len(needle)
            if self._stands_alone(words, start, end) and letters.has_accents(self._letters, start):
                end = open_end(words, end) if self.open_ended else end
                if not self._inside_url(letters, start, end):
                    return Place(letters, start, end)
            start = words.find(needle, start + 1)
        return None

    def _stands_alone(self, words: str, start: int, end: int) -> bool:
        if self._binds_left and start and binds(words[start - 1]):
            return False
        return not (self._binds_right and end < len(words) and binds(words[end]))

    def _inside_url(self, letters: Letters, start: int, end: int) -> bool:
        """Whether the place begins inside a web address, or ends inside one without taking any ending."""
        if not letters.urls:
            return False
        if letters.url_at(start - 1) > start:
            return True
        return not self.open_ended and letters.url_at(end - 1) > end
