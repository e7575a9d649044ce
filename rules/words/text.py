"""Text as tests compare it: one normal form for rules and for messages.

Compatibility forms unified (NFKC), smart quotes and dashes made plain, zero-width characters and soft hyphens removed,
white space collapsed, and case folded, not lower-cased: `STRASSE` and `straße` are one word.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple

from rules.words.budget import ASK, READ, Budget
from rules.words.html import LONGEST, urls

_QUOTES = dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060", "'") | dict.fromkeys(
    "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    '"',
)
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-")
_UNSEEN = (
    *(0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF),
    *range(0x180B, 0x180E),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
)
_PLAIN = {**_QUOTES, **_DASHES, **dict.fromkeys(map(chr, _UNSEEN), ""), "\u2044": "/"}
# A class of characters is several times faster than str.translate, which asks a dictionary for each of them; but only
# one without the characters beyond U+FFFF, which therefore have their own: tags and variation selectors.
_NOT_PLAIN = re.compile(f"[{''.join(_PLAIN)}]")
_UNSEEN_BEYOND = re.compile("[\U000e0000-\U000e01ef]")

# Normalising sorts the marks on a letter in quadratic time; no language has so many.
# https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format
_MOST_MARKS = 30
_MANY_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_JOINED = re.compile(r"(?<=[^\s-])-(?=[^\s-])")
# Where Latin, Greek and Cyrillic letters with accents are.
_ACCENTED = (*range(0x00C0, 0x0250), *range(0x0370, 0x0530), *range(0x1E00, 0x2000))
_BREVE, _CYRILLIC = "\u0306", range(0x0400, 0x0530)
# Han with its extensions and kana, Thai and Lao, Burmese, Khmer: written without spaces between words.
_SPACELESS_RANGES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_SPACELESS = re.compile(f"[{_SPACELESS_RANGES}]")
_WORD = re.compile(rf"[^\W{_SPACELESS_RANGES}]+")
# Everything that may be between words: these, but for the marks, which `binds` knows.
_GAP = re.compile(rf"[\W{_SPACELESS_RANGES}]")
# Most words end so soon; for one that does not, all gaps are found once.
_NEAR = 40
# To open the gaps between words and to split there is faster than a pattern, where a text is ASCII.
_ASCII_GAPS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}


def normal(text: str, longest: int | None = None) -> str:
    """The normal form of a text with its case kept; of a long one only the first `longest` characters, if given."""
    if text.isascii():
        return " ".join(text.replace("`", "'").split())[:longest].rstrip()
    text = _LONE_SURROGATE.sub("\ufffd", text)
    text = _plain(_MANY_MARKS.sub(_fewer_marks, text))
    # One character may become eighteen: cut before more is done with them.
    return " ".join(_plain(_compatible(text, longest)).split())


def _compatible(text: str, longest: int | None) -> str:
    """The compatible form; of a long one only the first `longest` characters."""
    if longest and len(text) > longest // 8:
        # What follows a part of a text changes nothing in the form of that part but at its very end.
        beginning = unicodedata.normalize("NFKC", text[: longest // 8])
        if len(beginning) > longest + 18 * (_MOST_MARKS + 2):
            return beginning[:longest]
    return unicodedata.normalize("NFKC", text)[:longest]


def fold(text: str) -> str:
    """The normal form of a text with its case folded: equal for what people call the same words."""
    return _casefold(normal(text))


def _casefold(text: str) -> str:
    if text.isascii():
        return text.lower()
    return " ".join(_plain(unicodedata.normalize("NFKC", text.casefold())).split())


def _plain(text: str) -> str:
    return _UNSEEN_BEYOND.sub("", _NOT_PLAIN.sub(lambda found: _PLAIN[found[0]], text))


def _fewer_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


Accents = tuple[tuple[int, str], ...]
"""Where letters with accents stand in the bare form of a text, and what they are."""


class Letters:
    """A normal form and the same without its accents, for phrases that are written without any.

    `bare` is what is searched; positions are positions in it. Treat as immutable.
    """

    def __init__(self, marked: str) -> None:
        self.marked = marked
        self.bare = marked if marked.isascii() else _accents().bare(marked)

    @cached_property
    def words(self) -> str:
        """`bare` with the hyphens between two letters opened to spaces: as long as `bare`."""
        return _JOINED.sub(" ", self.bare) if "-" in self.bare else self.bare

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The whole words of `words`."""
        return frozenset(whole_words(self.words))

    @cached_property
    def accents(self) -> Accents:
        """Those of the whole text."""
        if self.marked is self.bare:
            return ()
        return tuple((at, self.letter(at)) for at, plain in enumerate(self.bare) if self.letter(at) != plain)

    @cached_property
    def urls(self) -> tuple[tuple[int, int], ...]:
        """Where web addresses stand in `bare`."""
        return tuple(urls(self.bare)) if "://" in self.bare or "www." in self.bare else ()

    def url_at(self, at: int) -> int:
        """Where the web address ends that has the letter at `at`; 0 for none."""
        if not self.urls:
            return 0
        before = bisect_right(self.urls, (at, len(self.bare))) - 1
        return self.urls[before][1] if before >= 0 and at < self.urls[before][1] else 0

    @cached_property
    def _gaps(self) -> tuple[int, ...]:
        return tuple(gap.start() for gap in _GAP.finditer(self.words) if not binds(gap[0]))

    def word_end(self, at: int) -> int:
        """Where the word ends in `words` that goes on at `at`; `at` itself if none does."""
        for near in _GAP.finditer(self.words, at, at + _NEAR):
            if not binds(near[0]):
                return near.start()
        gap = bisect_left(self._gaps, at)
        return self._gaps[gap] if gap < len(self._gaps) else len(self.words)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        kept = [at for at, character in enumerate(self.marked) if not _is_accent(character)]
        return (*kept, len(self.marked))

    def origin(self, at: int) -> int:
        """The position in `marked` of a position in `bare`."""
        return at if len(self.bare) == len(self.marked) else self._starts[at]

    def letter(self, at: int) -> str:
        """The letter at a position of `bare` with all that belongs to it."""
        return self.marked[self.origin(at) : self.origin(at + 1)]

    def has_accents(self, written: Accents, start: int) -> bool:
        """Whether the letters that a needle writes with accents have just those here, where it is found at `start`."""
        return not written or all(self.letter(start + at) == letter for at, letter in written)


class Place(NamedTuple):
    """Where something was found: positions in `letters.bare`, or in `Text.normal` where there are no letters."""

    letters: Letters | None
    start: int
    end: int


_UNSOUGHT = Place(None, -1, -1)


class Text:
    """One text of an event in all the forms that tests need, each made once. Treat as immutable.

    The first `LONGEST` characters of its normal form are read. Searching in it is counted against the `budget`.
    """

    def __init__(self, plain: str, budget: Budget | None = None) -> None:
        self.normal = normal(plain, LONGEST)
        self.budget = budget or Budget()
        self._places: dict[Hashable, Place | None] = {}

    def place(self, of: Hashable, find: Callable[["Text"], Place | None]) -> Place | None:
        """What `find` finds. Looked for once, however many rules ask for `of`."""
        self.budget.spend(ASK)
        place = self._places.get(of, _UNSOUGHT)
        if place is _UNSOUGHT:
            place = self._places[of] = find(self)
        return place

    @cached_property
    def exact(self) -> Letters:
        """With its case kept."""
        return Letters(self.normal)

    @cached_property
    def folded(self) -> Letters:
        """With its case folded."""
        return Letters(_casefold(self.normal))

    def letters(self, *, exact_case: bool) -> Letters:
        """The form that tests with or without `exact_case` compare."""
        return self.exact if exact_case else self.folded

    def span(self, place: "Place") -> tuple[int, int]:
        """Where in `normal` a place found in one of its forms is."""
        if place.letters is None:
            return place.start, place.end
        first, last = place.letters.origin(place.start), place.letters.origin(place.end)
        if len(place.letters.marked) == len(self.normal):
            return first, last
        # Folding may make a text longer: find the cuts of the text that fold to these lengths.
        if self._cuts[-1] == len(self.folded.marked):
            return bisect_right(self._cuts, first), bisect_left(self._cuts, last) + 1
        cuts = range(1, len(self.normal) + 1)
        return bisect_right(cuts, first, key=self._folded_to), bisect_left(cuts, last, key=self._folded_to) + 1

    @cached_property
    def _cuts(self) -> list[int]:
        """How long the text is, folded, after each of its characters: word by word, since words fold by themselves."""
        self.budget.spend(READ * len(self.normal))
        cuts: list[int] = []
        before = 0
        for word in self.normal.split(" "):
            cuts.extend(before + length for length in _folded_lengths(word))
            before = cuts[-1] + 1
            cuts.append(before)
        return cuts[:-1]

    def _folded_to(self, cut: int) -> int:
        """The same by folding all that is before it, which is slow and always true."""
        self.budget.spend(READ * cut)
        return len(_casefold(self.normal[:cut]))


_LONGEST_WORD = 100


def _folded_lengths(word: str) -> list[int]:
    """How long the beginnings of a word are when their case is folded."""
    lengths = list(accumulate(map(_folded_length, word)))
    if lengths[-1] == len(_casefold(word)) or len(word) > _LONGEST_WORD:
        return lengths
    # Folded letters became one with the accents behind them.
    return [len(_casefold(word[:end])) for end in range(1, len(word) + 1)]


@cache
def _folded_length(character: str) -> int:
    return len(_casefold(character))


def whole_words(text: str) -> list[str]:
    """The runs of letters and digits in a text, but for those of scripts without spaces.

    A phrase that stands alone in a text has all of its own among those of the text.
    """
    return text.translate(_ASCII_GAPS).split() if text.isascii() else _WORD.findall(text)


@cache
def is_word(character: str) -> bool:
    """Whether a character is a letter, digit, mark or underscore."""
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


@cache
def binds(character: str) -> bool:
    """Whether a character belongs to the word next to it: not so in scripts written without spaces."""
    return is_word(character) and not _SPACELESS.match(character)


class _Accents:
    """The letters with accents and what they are without, worked out once."""

    def __init__(self) -> None:
        self._bare = {mark: "" for mark in map(chr, range(0x0300, 0x0700)) if _is_accent(mark)}
        self._bare |= {letter: bare for letter in map(chr, _ACCENTED) if (bare := _without_accents(letter)) != letter}
        self._pattern = re.compile(f"[{''.join(self._bare)}]")

    def bare(self, text: str) -> str:
        """A text without its accents."""
        return self._pattern.sub(lambda found: self._bare[found[0]], text)


@cache
def _accents() -> _Accents:
    return _Accents()


def _without_accents(character: str) -> str:
    letter, *marks = list(unicodedata.normalize("NFD", character))
    if not marks or not all(map(_is_accent, marks)):
        return character
    # A Cyrillic letter with a breve is a letter of its own, not an accented one.
    return character if _BREVE in marks and ord(letter) in _CYRILLIC else letter


def _is_accent(mark: str) -> bool:
    """Latin, Greek and Cyrillic accents; the points of Hebrew and the vowel signs of Arabic, which are optional too."""
    return (
        "\u0300" <= mark <= "\u036f"
        or "\u064b" <= mark <= "\u0652"
        or ("\u0591" <= mark <= "\u05c7" and unicodedata.category(mark) == "Mn")
        or mark == "\u0670"
    )
