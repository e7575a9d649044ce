"""Words of the rule files in a sentence, in the quotes of the rule files: a backslash is one backslash."""

from collections.abc import Sequence

LONGEST = 200
"""Characters of a list in a sentence; what does not fit is counted."""


def quoted(text: str) -> str:
    """A text in quotes that it does not hold itself, without what a terminal would obey."""
    shown = "".join(character if character.isprintable() else "�" for character in text)
    if "'" not in shown:
        return f"'{shown}'"
    return f'"{shown}"' if '"' not in shown else "'" + shown.replace("'", "''") + "'"


def listed(texts: Sequence[str]) -> str:
    """A list of texts in the brackets of the rule files: at least one of them, and as many as one reads."""
    shown: list[str] = []
    for text in texts:
        piece = quoted(text)
        if shown and sum(map(len, shown)) + 2 * len(shown) + len(piece) > LONGEST:
            break
        shown.append(piece if len(piece) <= LONGEST else f"{piece[:LONGEST]}…")
    left = len(texts) - len(shown)
    return f"[{', '.join(shown)}{f', … and {left:,} more' if left else ''}]"
