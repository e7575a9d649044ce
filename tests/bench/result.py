"""What a bench found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured: the median of its rounds or samples, and how it compares with the row it names in `to`."""

    what: str
    unit: str
    median: float
    p99: float | None = None
    ratio: float | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound that was set beforehand: `found` is to be at most `wanted`, or at least where `least` says so."""

    what: str
    found: float
    wanted: float
    unit: str
    least: bool = False

    @property
    def met(self) -> bool:
        return self.found >= self.wanted if self.least else self.found <= self.wanted


@dataclass(frozen=True, slots=True)
class Result:
    """A table, the goals it speaks of, and what a reader has to know to trust the figures."""

    title: str
    rows: tuple[Row, ...]
    goals: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = ()
