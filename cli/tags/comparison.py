"""`tags.yaml` beside the workspace: what is missing, renamed, spelt differently or unused."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from rules.language.values import attribute_name as folded
from workers.intercom.answers import Tag

Kind = Literal["missing", "renamed", "spelt differently", "no rule uses it", "not in tags.yaml"]

DIFFERENCES: frozenset[Kind] = frozenset({"missing", "renamed", "spelt differently"})
"""What should not be; a tag that the rules do not use may well be somebody else's."""


@dataclass(frozen=True, slots=True)
class Row:
    """One tag that is not the same on both sides.

    `name` is as `tags.yaml` spells it, `found` the workspace's tag; None on the side where there is none.
    """

    kind: Kind
    name: str | None
    found: Tag | None


def compare(
    listed: Iterable[str], used: Iterable[str], tags: Iterable[Tag], known: Mapping[str, str] | None = None
) -> tuple[Row, ...]:
    """What differs between the names `listed` in `tags.yaml` and the `tags` of the workspace.

    `used` are the names that rules add or remove. `known` are the ids of the tags that workers have found names to
    mean, by name: a tag that has such an id under another name was renamed, and workers go on to use it, whatever else
    has its old name now. Names are compared as the workers compare them: without regard to case and white space.
    """
    there = {folded(tag.name): tag for tag in tags}
    by_id = {tag.id: tag for tag in there.values()}
    ids = {folded(name): tag_id for name, tag_id in (known or {}).items()}
    rules = {folded(name) for name in used}
    mine = {folded(name): name for name in listed}
    rows = [row for key, name in mine.items() for row in _of(name, there.get(key), by_id.get(ids.get(key, "")))]
    rows += [Row("no rule uses it", name, there.get(key)) for key, name in mine.items() if key not in rules]
    renamed = {row.found.id for row in rows if row.kind == "renamed" and row.found}
    others = [tag for key, tag in there.items() if key not in mine and tag.id not in renamed]
    return (*rows, *(Row("not in tags.yaml", None, tag) for tag in others))


def _of(name: str, found: Tag | None, meant: Tag | None) -> Iterator[Row]:
    """The difference about one name of `tags.yaml`; `meant` is the tag that workers have found it to mean."""
    if meant is not None and folded(meant.name) != folded(name):
        yield Row("renamed", name, meant)
    elif found is None:
        yield Row("missing", name, None)
    elif found.name != name:
        yield Row("spelt differently", name, found)
