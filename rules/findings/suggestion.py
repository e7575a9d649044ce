"""The name somebody probably meant."""

import difflib
from collections.abc import Iterable

SIMILARITY = 0.6
_LONGEST = 100


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name most like `name`, if it is at least 0.6 alike; upper and lower case count as alike."""
    by_folded = {candidate.casefold(): candidate for candidate in valid}
    close = difflib.get_close_matches(name[:_LONGEST].casefold(), by_folded, n=1, cutoff=SIMILARITY)
    return by_folded[close[0]] if close else None
