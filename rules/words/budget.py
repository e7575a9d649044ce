"""How much work one decision may be: counted and not timed, so that a retry decides the same.

A step is about five nanoseconds of the machine in `docs/benchmarks.md`, in the worst text that is known for the work.
"""

import math

STEPS = 16_000_000
"""The steps of one decision: less than a tenth of a second."""

READ = 70
"""Steps to read one character: from HTML to its normal form, its words, and all that is found in them once."""
ASK = 40
"""Steps to ask whether one needle is in a text, or to evaluate one test."""
KNOWN = 10
"""Steps to ask of one phrase whether a text has its longest word."""
LOOK = 120
"""Steps to look at one place where a needle may stand."""
MATCH = 1_500
"""Steps to give an account of a rule that matches."""

_LONG, _WIDEST = 1_000, 18
_LETTERS_A_STEP = 2


def reading(value: str) -> int:
    """Steps to bring a whole value to its normal form, in which one letter of it may have become eighteen."""
    return READ * len(value) * (_WIDEST if len(value) > _LONG and not value.isascii() else 1)


class Spent(Exception):
    """The budget does not suffice: what was to be worked out is not known."""


class Budget:
    """The steps that are left, shared by all that one decision does. Without a number there is no end to them."""

    __slots__ = ("left",)

    def __init__(self, steps: float = math.inf) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Pay for work that is about to be done. Raises `Spent`, and takes nothing, where there is less left."""
        if steps > self.left:
            raise Spent
        self.left -= steps

    def owe(self, steps: int) -> None:
        """Pay for work that was done before it was known how much it is. Raises `Spent` where there was less left."""
        self.left -= steps
        if self.left < 0:
            raise Spent

    def scan(self, letters: int) -> None:
        """Pay for a search that went through so many letters. Raises `Spent` as `owe` does."""
        self.owe(letters // _LETTERS_A_STEP)
