"""Texts of a payload in the one form in which rules read them, whichever API version it has."""

from facts import leaf
from rules.words.markup import as_html


def text(value: object) -> str | None:
    """Text that is not empty, as HTML."""
    found = leaf.text(value)
    return as_html(found) if found else None
