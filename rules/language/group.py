"""Rules of which at most one acts."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from rules.findings.source import Span

Pick = Literal["first"]
PICKS: tuple[Pick, ...] = get_args(Pick)


@dataclass(frozen=True, slots=True)
class Group:
    """Some rules of one file, of which only the first that matches acts, in the order of the file.

    `id` is its name in `file`; another file may have another group of that name.
    """

    id: str
    file: str
    pick: Pick = "first"
    span: Span | None = field(default=None, repr=False, compare=False)
