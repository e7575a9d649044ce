"""What a test looks for, as data: for those who search, index and reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from rules.deciding.equality import OneOf
from rules.language.number import Range
from rules.language.window import Window
from rules.words.pattern import Pattern
from rules.words.phrase import Phrase
from rules.words.substring import Substring


@dataclass(frozen=True, slots=True)
class Needles:
    """One of some words, pieces or patterns in a text; with `every`, all of them."""

    needles: tuple[Phrase, ...] | tuple[Substring, ...] | tuple[Pattern, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """One of some values in a list, compared case-folded; with `every`, all of them."""

    values: tuple[str, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """A list of at least so many values."""

    least: int


@dataclass(frozen=True, slots=True)
class Side:
    """A time before, or after, another one."""

    side: Literal["before", "after"]
    limit: datetime


@dataclass(frozen=True, slots=True)
class Age:
    """A time that was, when the event happened, more than so long ago (`older`), or no more than that."""

    limit: timedelta
    older: bool


@dataclass(frozen=True, slots=True)
class During:
    """A time within a window."""

    window: Window


@dataclass(frozen=True, slots=True)
class Anything:
    """Any value at all."""


Asked = Needles | Members | OneOf | Range | Count | Side | Age | During | Anything
