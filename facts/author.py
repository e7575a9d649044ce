"""Who wrote something.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/conversations/conversation
"""

from collections.abc import Mapping
from typing import Any, Final

from facts import leaf

CUSTOMER: Final = "customer"
TEAMMATE: Final = "teammate"
BOT: Final = "bot"

_SIDES: Final = {
    "user": CUSTOMER,
    "lead": CUSTOMER,
    "contact": CUSTOMER,
    "admin": TEAMMATE,
    "team": TEAMMATE,
    "bot": BOT,
}


def within(written: object) -> Mapping[str, Any]:
    """The author of a source or a part; empty if it names none."""
    found = leaf.inner(written, "author")
    return found if isinstance(found, Mapping) else {}


def side(author: Mapping[str, Any]) -> str | None:
    """`CUSTOMER`, `TEAMMATE` or `BOT`; None if Intercom does not say."""
    return _SIDES.get(leaf.text(author.get("type")) or "")


def customer_id(author: Mapping[str, Any]) -> str | None:
    """The id of a customer as a contact; None if the author is somebody else."""
    return leaf.identifier(author.get("id")) if side(author) == CUSTOMER else None
