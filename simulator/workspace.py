"""One invented workspace: its admins, its tags, and the objects that carry them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator import choices
from simulator.errors import ApiError, invalid_tag_parameters, resource_not_found, tag_not_found
from simulator.payloads import tag as tag_document

Kind = Literal["conversation", "ticket", "contact"]

FIRST_TAG_ID = 7_712_001


@dataclass(frozen=True, slots=True)
class Admin:
    """A teammate."""

    id: str
    name: str
    email: str
    has_inbox_seat: bool = True


ADMINS = (
    Admin("5017001", "Noor Haddad", "noor@helpdesk.example.com"),
    Admin("5017002", "Jonas Keller", "jonas@helpdesk.example.com"),
    Admin("5017003", "Ines Moreau", "ines@helpdesk.example.com", has_inbox_seat=False),
)


@dataclass(slots=True)
class Tag:
    """A tag; `segments` are names of segments that use it and so keep it from being deleted."""

    id: str
    name: str
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """When (Unix seconds) and by which admin a tag was put on an object."""

    at: int
    by: str


@dataclass(slots=True)
class Tagged:
    """A conversation, ticket or contact: what Intercom's REST answer says of it, and its tags by id."""

    kind: Kind
    id: str
    item: Mapping[str, Any]
    tags: dict[str, Applied] = field(default_factory=dict)


_UNKNOWN: Mapping[Kind, ApiError] = {
    "conversation": ApiError(404, "not_found", "Conversation not found"),
    "ticket": ApiError(404, "ticket_not_found", "Ticket not found"),
    "contact": ApiError(404, "not_found", "User Not Found"),
}


class Workspace:
    """What the simulator remembers. Every method that answers a call raises `ApiError` as Intercom would."""

    def __init__(self, admins: Iterable[Admin] = ADMINS) -> None:
        self.admins = {admin.id: admin for admin in admins}
        self.tags: dict[str, Tag] = {}
        self.objects: dict[tuple[Kind, str], Tagged] = {}
        self._ids_by_name: dict[str, str] = {}
        self._next_tag_id = FIRST_TAG_ID

    @property
    def owner(self) -> Admin:
        """The admin who made the access token: the first one."""
        return next(iter(self.admins.values()))

    def find_or_create_tag(self, name: str) -> tuple[Tag, bool]:
        """The tag of that name, case apart, and whether it had to be created."""
        found = self._ids_by_name.get(name.casefold())
        if found is not None:
            return self.tags[found], False
        tag = Tag(str(self._next_tag_id), name)
        self._next_tag_id += 1
        self.tags[tag.id] = tag
        self._ids_by_name[name.casefold()] = tag.id
        return tag, True

    def rename_tag(self, tag_id: str, name: str) -> tuple[Tag, bool]:
        """The tag by its new name, and whether that is another one than before."""
        tag = self.tags.get(tag_id)
        if tag is None:
            raise choices.unknown_tag_to_rename()
        if self._ids_by_name.get(name.casefold(), tag_id) != tag_id:
            raise choices.name_taken()
        changed = tag.name != name
        del self._ids_by_name[tag.name.casefold()]
        tag.name = name
        self._ids_by_name[name.casefold()] = tag_id
        return tag, changed

    def delete_tag(self, tag_id: str) -> None:
        """Forget the tag, and take it off every object."""
        tag = self.tags.get(tag_id)
        if tag is None:
            raise resource_not_found()
        if tag.segments:
            users = f"Segments: {', '.join(tag.segments)}."
            raise ApiError(400, "tag_has_dependent_objects", f"Unable to delete Tag with dependent objects. {users}")
        del self.tags[tag_id]
        del self._ids_by_name[tag.name.casefold()]
        for tagged in self.objects.values():
            tagged.tags.pop(tag_id, None)

    def put(self, kind: Kind, object_id: str, item: Mapping[str, Any]) -> Tagged:
        """Make an object known, or change what is known of it; its tags stay."""
        tagged = self.objects.get((kind, object_id))
        if tagged is None:
            tagged = self.objects[kind, object_id] = Tagged(kind, object_id, item)
        tagged.item = item
        return tagged

    def find(self, kind: Kind, object_id: str) -> Tagged:
        """The object of that id."""
        tagged = self.objects.get((kind, object_id))
        if tagged is None:
            unknown = _UNKNOWN[kind]
            raise ApiError(unknown.status, unknown.code, unknown.message)
        return tagged

    def attach(self, tagged: Tagged, tag_id: str, applied: Applied) -> tuple[Applied, bool]:
        """Put a tag on an object: who did it first, and whether that was now."""
        if tag_id not in self.tags:
            raise resource_not_found() if tagged.kind == "contact" else choices.unknown_tag_to_attach()
        first = tagged.tags.setdefault(tag_id, applied)
        return first, first is applied

    def detach(self, tagged: Tagged, tag_id: str) -> Applied:
        """Take a tag off an object: who had put it there."""
        applied = tagged.tags.pop(tag_id, None)
        if applied is None:
            raise resource_not_found() if tagged.kind == "contact" else tag_not_found()
        return applied

    def tags_on(self, tagged: Tagged) -> list[dict[str, Any]]:
        """An object's tags as Intercom shows them on it, in the order in which they came."""
        return [applied_tag(self.tags[tag_id], applied) for tag_id, applied in tagged.tags.items()]

    def names_on(self, tagged: Tagged) -> list[str]:
        """The names of an object's tags, in the order in which they came."""
        return [self.tags[tag_id].name for tag_id in tagged.tags]


def applied_tag(tag: Tag, applied: Applied) -> dict[str, Any]:
    """A tag as Intercom shows it on an object."""
    return tag_document.applied_tag(tag.id, tag.name, applied_at=applied.at, applied_by=applied.by)


def tag_name(value: object) -> str:
    """A usable name for a tag; raises `ApiError` for anything else."""
    if not isinstance(value, str) or not value.strip():
        raise invalid_tag_parameters()
    return value
