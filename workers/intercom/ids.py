"""What may go into a URL or a body as an id."""

import re
from typing import Final

from workers.intercom.errors import Unsendable

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def checked(found: str, what: str) -> str:
    """The id of a `what`, as it is.

    Raises:
        Unsendable: it could lead a request elsewhere.
    """
    if not _ID.fullmatch(found):
        raise Unsendable(f"id of a {what}: found {found[:70]!r}, wanted 1 to 64 of A-Z a-z 0-9 _ -")
    return found
