"""One line of the doctor: what was looked at, what was found, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warning", "wrong", "could not be checked"]


@dataclass(frozen=True, slots=True)
class Line:
    """What was found about `subject`. `workspace` is its app_id, None for what all of them share.

    `remedy` is empty where there is nothing to do, or where the words say it.
    """

    subject: str
    verdict: Verdict
    words: str
    remedy: str = ""
    workspace: str | None = None
