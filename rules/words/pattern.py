"""Regular expressions, by RE2: time linear in the text, whatever the pattern."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import re2

from rules.words.text import Place, Text

LONGEST = 1_000
"""Characters in one pattern."""

LARGEST = 5_000
"""States of the machine that RE2 makes of one pattern."""

_SMALL = 16
_MEMORY = 4 * 1024 * 1024
_ASCII_EDGE = re.compile(r"(?:[^\\]|\\[^bB])*+\\[bB]", re.DOTALL)


class BadPattern(ValueError):
    """The pattern is not one that RE2 takes; the message says what is wrong with it."""


@dataclass(frozen=True)
class Pattern:
    """A pattern as somebody wrote it. Without `exact_case`, upper and lower case letters are alike.

    Raises `BadPattern`.
    """

    text: str
    exact_case: bool = False
    _compiled: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST:
            raise BadPattern(f"it has {len(self.text):,} characters; at most {LONGEST:,} are allowed")
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        options.case_sensitive = self.exact_case
        # Nobody asks for the groups, and to find them takes several times as long.
        options.never_capture = True
        try:
            compiled = re2.compile(unicodedata.normalize("NFC", self.text), options)
        except re2.error as error:
            raise BadPattern(_words(error)) from None
        if compiled.programsize > LARGEST:
            raise BadPattern(f"it is too large: it needs {compiled.programsize:,} states, and may have {LARGEST:,}")
        object.__setattr__(self, "_compiled", compiled)

    @property
    def states(self) -> int:
        """States of the machine that RE2 makes of it."""
        return int(self._compiled.programsize)

    def find(self, text: Text) -> Place | None:
        """The first place where the pattern matches, or None."""
        return text.place(self, self._find)

    def _find(self, text: Text) -> Place | None:
        text.budget.spend(len(text.normal) * self._steps)
        found = self._compiled.search(text.normal)
        return Place(None, *found.span()) if found else None

    @property
    def _steps(self) -> int:
        """Steps for one letter: hardly any in most texts, but in hostile ones all states have to be kept at once.

        So many at once that RE2 no longer remembers what comes of them; those of a small pattern are always few.
        """
        return 1 if self.states <= _SMALL else self.states


def has_ascii_edge(pattern: str) -> bool:
    r"""Whether a pattern uses `\b` or `\B`, which know no letters but A to Z."""
    return bool(_ASCII_EDGE.match(pattern))


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else "unknown"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
