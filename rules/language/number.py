"""Numbers as people and Intercom write them."""

import re
from dataclasses import dataclass

Number = int | float

_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?", re.ASCII)


def read(value: object) -> Number | None:
    """The number that a value is or, for a text, spells; None for everything else, yes and no included."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        text = value.strip()
        return float(text) if "." in text else int(text)
    return None


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers between two bounds; None is no bound. The bounds belong to it unless `open_*` says otherwise."""

    low: Number | None = None
    high: Number | None = None
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, number: Number) -> bool:
        if self.low is not None and (number <= self.low if self.open_low else number < self.low):
            return False
        return self.high is None or (number < self.high if self.open_high else number <= self.high)
