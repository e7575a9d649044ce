"""Tags, and what it means that one is on something."""

from dataclasses import dataclass, field
from typing import Any

from simulator import choices
from simulator.errors import invalid_tag_parameters, resource_not_found
from simulator.payloads import tag as tag_document

FIRST_TAG_ID = 7_712_001


@dataclass(slots=True)
class Tag:
    """A tag."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Applied:
    """When (Unix seconds) and by which admin a tag was put on an object."""

    at: int
    by: str


@dataclass(slots=True)
class Tags:
    """All tags of a workspace by id; no two have the same name, case apart."""

    by_id: dict[str, Tag] = field(default_factory=dict)
    _ids_by_name: dict[str, str] = field(default_factory=dict)
    _next_id: int = FIRST_TAG_ID

    def find(self, tag_id: str) -> Tag:
        """The tag of that id."""
        tag = self.by_id.get(tag_id)
        if tag is None:
            raise resource_not_found()
        return tag

    def named(self, name: str) -> Tag | None:
        """The tag of that name, case apart."""
        found = self._ids_by_name.get(name.casefold())
        return None if found is None else self.by_id[found]

    def find_or_create(self, name: str) -> tuple[Tag, bool]:
        """The tag of that name, case apart, and whether it had to be created."""
        found = self.named(name)
        if found is not None:
            return found, False
        tag = Tag(str(self._next_id), name)
        self._next_id += 1
        self.by_id[tag.id] = tag
        self._ids_by_name[name.casefold()] = tag.id
        return tag, True

    def rename(self, tag_id: str, name: str) -> tuple[Tag, bool]:
        """The tag by its new name, and whether that is another one than before."""
        tag = self.by_id.get(tag_id)
        if tag is None:
            raise choices.unknown_tag_to_rename()
        if self._ids_by_name.get(name.casefold(), tag_id) != tag_id:
            raise choices.name_taken()
        changed = tag.name != name
        del self._ids_by_name[tag.name.casefold()]
        tag.name = name
        self._ids_by_name[name.casefold()] = tag_id
        return tag, changed

    def forget(self, tag: Tag) -> None:
        """There is no such tag any more."""
        del self.by_id[tag.id]
        del self._ids_by_name[tag.name.casefold()]


def applied_tag(tag: Tag, applied: Applied) -> dict[str, Any]:
    """A tag as Intercom shows it on an object."""
    return tag_document.applied_tag(tag.id, tag.name, applied_at=applied.at, applied_by=applied.by)


def tag_name(value: object) -> str:
    """A usable name for a tag; raises `ApiError` for anything else."""
    if not isinstance(value, str) or not value.strip():
        raise invalid_tag_parameters()
    return value
