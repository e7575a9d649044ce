"""The name somebody probably meant."""

import difflib
from collections.abc import Iterable

SIMILARITY = 0.6
_LONGEST = 100


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name most like `name`, if it is at least 0.6 alike; upper and lower case count as alike.

    Somebody who writes `text` for `message.text`, or `refund` for `billing/refund`, has left the first part out.
    """
    by_folded = {candidate.casefold(): candidate for candidate in valid}
    ending = next(
        (path for folded, path in by_folded.items() if folded.endswith((f".{_key(name)}", f"/{_key(name)}"))), None
    )
    if ending is not None:
        return ending
    close = difflib.get_close_matches(_key(name), by_folded, n=1, cutoff=SIMILARITY)
    return by_folded[close[0]] if close else None


def _key(name: str) -> str:
    return name[:_LONGEST].casefold()
