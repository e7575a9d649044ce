"""How far this machine's clock is from another one."""

from dataclasses import dataclass

from cli.doctor.line import Line

MOST = 2.0
"""Seconds of which nobody need hear."""


@dataclass(frozen=True, slots=True)
class Offset:
    """The other clock is ahead of ours by `seconds`, give or take `doubt`."""

    seconds: float
    doubt: float

    @classmethod
    def between(cls, theirs: float, before: float, after: float, *, grain: float = 0.0) -> "Offset":
        """From what their clock showed, to `grain` seconds, between two moments of ours; all in Unix seconds."""
        return cls(theirs + grain / 2 - (before + after) / 2, (after - before + grain) / 2)

    @property
    def certain(self) -> float:
        """How far off it is at least."""
        return max(abs(self.seconds) - self.doubt, 0.0)


def of_redis(offset: Offset) -> Line:
    """The line about Redis's clock, which alone decides about leases and queues."""
    return _line("redis clock", "Redis's", offset)


def of_intercom(offset: Offset, workspace: str | None) -> Line:
    """The line about Intercom's clock, as the Date of an answer tells it."""
    return _line("intercom clock", "Intercom's", offset, workspace)


def _line(subject: str, whose: str, offset: Offset, workspace: str | None = None) -> Line:
    if offset.certain <= MOST:
        return Line(subject, "ok", f"not more than {MOST:.0f} s from this machine's", workspace=workspace)
    direction = "ahead of" if offset.seconds > 0 else "behind"
    words = f"{whose} clock is {abs(offset.seconds):.0f} s {direction} this machine's"
    remedy = "set the clocks with NTP: times in logs and delays in metrics are wrong by that much"
    return Line(subject, "warning", words, remedy, workspace)
