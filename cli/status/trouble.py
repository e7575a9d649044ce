"""Something for a person to look at."""

from dataclasses import dataclass
from typing import Literal

About = Literal["working", "look", "stuck", "lost"]
"""What a trouble is: nothing works, something does not, jobs do not get on, jobs were given up."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`text` says what, `short` the same in a few words, `remedy` what to do about it."""

    about: About
    text: str
    short: str
    remedy: str = ""
