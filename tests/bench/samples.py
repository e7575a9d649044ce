"""Many measurements in one number."""

import statistics
from collections.abc import Iterable, Sequence


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-round(share * 1e6) * len(ordered) // 10**6) - 1)]


def p99(values: Sequence[float]) -> float:
    return quantile(values, 0.99)


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """How many times as large, round by round: what disturbed a whole round disturbs both sides of it."""
    return statistics.median(one / other for one, other in zip(of, to, strict=True))
