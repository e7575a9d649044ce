"""What a text must have for a pattern to match: found in the pattern's own letters, without running it."""

import re
from collections.abc import Iterable

_LETTER = re.compile(r"[A-Za-z0-9]")
_QUANTIFIER = re.compile(r"(?:([*?])|([+])|\{(\d+)(?:,\d*)?\})\??")
_FLAGS = re.compile(r"\(\?[A-Za-z-]*\)")
_OPEN = re.compile(r"\((?:\?(?:P?<\w+>|[A-Za-z-]*:))?(?!\?)")
# A class ends at its first bracket that is not its first character, escaped, or part of [:alpha:].
_CLASS = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\[pP]\{[^}]*\}|\\.|[^\]\\])*+\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:[pP](?:\{[^}]*\}|\w)|[dDwWsSntrfvaAz]|[^\w])", re.DOTALL)

_Needed = frozenset[str]
"""At least one of these is in every text that matches; none of them means that nothing is known."""

_NOTHING: _Needed = frozenset()


class _Unread(Exception):
    """The pattern has something in it that is not understood here."""


def necessary(pattern: str) -> frozenset[str]:
    """Runs of letters a-z and digits, at least one of which, in upper or lower case, is in each text that matches.

    Empty where nothing is known of the pattern.
    """
    try:
        reader = _Reader(pattern)
        needed = reader.alternatives()
    except _Unread:
        return _NOTHING
    return needed if reader.at_end else _NOTHING


class _Reader:
    """Reads a pattern that RE2 has taken already, from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._pattern)

    def alternatives(self) -> _Needed:
        """What is needed by each of some alternatives, up to a closing bracket or the end."""
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        return _NOTHING if _NOTHING in branches else frozenset().union(*branches)

    def _sequence(self) -> _Needed:
        found: list[_Needed] = []
        run = ""
        while not self.at_end and self._pattern[self._at] not in "|)":
            letter = self._letter()
            needed = _NOTHING if letter else self._other()
            least, single = self._repeated()
            if letter and least:
                run += letter
            if not (letter and single):
                found.extend((frozenset({run} - {""}), needed if least else _NOTHING))
                run = letter if letter and least else ""
        return _best((*found, frozenset({run} - {""})))

    def _letter(self) -> str:
        found = self._match(_LETTER)
        return found.lower() if found else ""

    def _other(self) -> _Needed:
        """What an element needs that is no letter: only a group needs anything."""
        if self._match(_FLAGS):
            return _NOTHING
        if self._match(_OPEN):
            needed = self.alternatives()
            if not self._take(")"):
                raise _Unread
            return needed
        if self._pattern[self._at] in "[\\":
            if not self._match(_CLASS) and not self._match(_ESCAPE):
                raise _Unread
        elif self._pattern[self._at] == "(":
            raise _Unread
        else:
            self._at += 1
        return _NOTHING

    def _repeated(self) -> tuple[int, bool]:
        """How often the element before stands there at least, and whether it stands there exactly once."""
        found = _QUANTIFIER.match(self._pattern, self._at)
        if not found:
            return 1, True
        self._at = found.end()
        return (0 if found[1] else 1 if found[2] else int(found[3])), False

    def _match(self, what: re.Pattern[str]) -> str:
        found = what.match(self._pattern, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""

    def _take(self, character: str) -> bool:
        taken = self._pattern.startswith(character, self._at)
        self._at += taken
        return taken


def _best(found: Iterable[_Needed]) -> _Needed:
    """Of several things that are all needed the one that is rarest: whose shortest run is longest."""
    return max(found, key=lambda needed: (min(map(len, needed), default=0), -len(needed)))
