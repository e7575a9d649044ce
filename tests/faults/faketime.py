"""Processes whose clock is wrong, under Debian's faketime."""

from pathlib import Path

from tests.faults.trial import NotHere

HOUR = 3600
_PLACES = ("lib/*/faketime/libfaketime.so.1", "lib/faketime/libfaketime.so.1", "local/lib/faketime/libfaketime.so.1")


def shifted(seconds: float) -> dict[str, str]:
    """The environment of a process whose clock is so far ahead, or behind where that is negative.

    Raises:
        NotHere: there is no faketime on this machine.
    """
    libraries = [found for place in _PLACES for found in Path("/usr").glob(place)]
    if not libraries:
        raise NotHere("a wrong clock takes faketime: apt-get install faketime")
    return {
        "LD_PRELOAD": str(libraries[0]),
        "FAKETIME": f"{seconds:+.0f}",
        # A monotonic clock goes on evenly whatever the time of day is set to; with a false one Python waits for ever.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
