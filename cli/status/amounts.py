"""Amounts in words."""

from collections.abc import Mapping


def length(seconds: float) -> str:
    """A length of time in the unit that suits it: `90 s`, `12 min`, `3 h`, `2 d`."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def counted(reasons: Mapping[str, int]) -> str:
    """Reasons and how often each is there, the most frequent first: `12 bad signature, 3 Redis is nearly full`."""
    ordered = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{count:,} {reason}" for reason, count in ordered if count)
