"""One invented workspace: who works there, its tags and segments, and the objects that carry them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator import choices
from simulator.errors import ApiError, resource_not_found, tag_not_found
from simulator.workspace.admins import ADMINS, TEAMS, Admin, Team
from simulator.workspace.objects import Kind, Tagged, Tagging
from simulator.workspace.segments import Segment
from simulator.workspace.tags import Applied, Tag, Tags, applied_tag

_UNKNOWN: Mapping[Kind, ApiError] = {
    "conversation": ApiError(404, "not_found", "Conversation not found"),
    "ticket": ApiError(404, "ticket_not_found", "Ticket not found"),
    "contact": ApiError(404, "not_found", "User Not Found"),
    "company": ApiError(404, "company_not_found", "Company Not Found"),
}


class Workspace:
    """What the simulator remembers. Every method that answers a call raises `ApiError` as Intercom would.

    `timezone` is an IANA name; contacts can be searched `contacts_appear_after` seconds after they became known.
    """

    def __init__(
        self, admins: Iterable[Admin] = ADMINS, teams: Iterable[Team] = TEAMS, *, timezone: str = choices.TIMEZONE
    ) -> None:
        self.admins = {admin.id: admin for admin in admins}
        self.teams = {team.id: team for team in teams}
        self.segments: dict[str, Segment] = {}
        self.objects: dict[tuple[Kind, str], Tagged] = {}
        self.timezone = timezone
        self.contacts_appear_after = 0.0
        self._tags = Tags()
        self._taggings: list[Tagging] = []
        self._company_ids: dict[str, str] = {}

    @property
    def owner(self) -> Admin:
        """The admin who made the access token: the first one."""
        return next(iter(self.admins.values()))

    # Tags and segments

    @property
    def tags(self) -> Mapping[str, Tag]:
        """All tags, by id."""
        return self._tags.by_id

    def find_tag(self, tag_id: str) -> Tag:
        """The tag of that id."""
        return self._tags.find(tag_id)

    def tag_named(self, name: str) -> Tag | None:
        """The tag of that name, case apart."""
        return self._tags.named(name)

    def find_or_create_tag(self, name: str) -> tuple[Tag, bool]:
        """The tag of that name, case apart, and whether it had to be created."""
        return self._tags.find_or_create(name)

    def rename_tag(self, tag_id: str, name: str) -> tuple[Tag, bool]:
        """The tag by its new name, and whether that is another one than before."""
        return self._tags.rename(tag_id, name)

    def delete_tag(self, tag_id: str) -> None:
        """Forget the tag, and take it off every object; not while a segment needs it."""
        tag = self._tags.find(tag_id)
        dependent = [segment.name for segment in self.segments.values() if tag_id in segment.tag_ids]
        if dependent:
            users = f"Segments: {', '.join(dependent)}."
            raise ApiError(400, "tag_has_dependent_objects", f"Unable to delete Tag with dependent objects. {users}")
        self._tags.forget(tag)
        for tagged in self.objects.values():
            tagged.tags.pop(tag_id, None)

    def segments_of(self, tagged: Tagged) -> list[Segment]:
        """The segments that a contact or a company is in."""
        return [segment for segment in self.segments.values() if segment.holds(tagged)]

    # Objects

    def put(self, kind: Kind, object_id: str, item: Mapping[str, Any], *, now: float = 0.0) -> Tagged:
        """Make an object known at `now` (Unix seconds), or change what is known of it; its tags stay."""
        tagged = self.objects.get((kind, object_id))
        if tagged is None:
            tagged = self.objects[kind, object_id] = Tagged(kind, object_id, item, since=now)
        tagged.item = item
        if kind == "company" and "company_id" in item:
            self._company_ids[item["company_id"]] = object_id
        return tagged

    def find(self, kind: Kind, object_id: str) -> Tagged:
        """The object of that id."""
        tagged = self.objects.get((kind, object_id))
        if tagged is None:
            unknown = _UNKNOWN[kind]
            raise ApiError(unknown.status, unknown.code, unknown.message)
        return tagged

    def company_known_as(self, company_id: str) -> Tagged:
        """The company of that `company_id`, which is the customer's own id for it."""
        return self.find("company", self._company_ids.get(company_id, ""))

    def every(self, kind: Kind) -> Iterator[Tagged]:
        """All objects of a kind, in the order in which they became known."""
        return (tagged for tagged in self.objects.values() if tagged.kind == kind)

    def merge_contacts(self, lead_id: str, user_id: str, *, now: int) -> Tagged:
        """One contact becomes part of another, who inherits its tags and companies; the first is gone.

        Raises ValueError where they are the same.
        """
        if lead_id == user_id:
            raise ValueError(f"contact {lead_id} cannot be merged into itself")
        lead, user = self.find("contact", lead_id), self.find("contact", user_id)
        del self.objects["contact", lead_id]
        user.tags = lead.tags | user.tags
        user.companies = tuple(dict.fromkeys(user.companies + lead.companies))
        user.item = {**user.item, "updated_at": now}
        return user

    def attach(self, tagged: Tagged, tag_id: str, applied: Applied) -> tuple[Applied, bool]:
        """Put a tag on an object: who did it first, and whether that was now."""
        if tag_id not in self.tags:
            raise resource_not_found() if tagged.kind == "contact" else choices.unknown_tag_to_attach()
        first = tagged.tags.setdefault(tag_id, applied)
        if first is applied:
            _touch(tagged, applied.at)
            self._taggings.append(Tagging(tagged, self.tags[tag_id], on=True))
        return first, first is applied

    def detach(self, tagged: Tagged, tag_id: str, *, now: int | None = None) -> Applied:
        """Take a tag off an object, at `now` in Unix seconds: who had put it there."""
        applied = tagged.tags.pop(tag_id, None)
        if applied is None:
            raise resource_not_found() if tagged.kind == "contact" else tag_not_found()
        if now is not None:
            _touch(tagged, now)
        self._taggings.append(Tagging(tagged, self.tags[tag_id], on=False))
        return applied

    def take_taggings(self) -> list[Tagging]:
        """What was put on and taken off since this was last asked."""
        taggings, self._taggings = self._taggings, []
        return taggings

    def tags_on(self, tagged: Tagged) -> list[dict[str, Any]]:
        """An object's tags as Intercom shows them on it, in the order in which they came."""
        return [applied_tag(self.tags[tag_id], applied) for tag_id, applied in tagged.tags.items()]

    def names_on(self, tagged: Tagged) -> list[str]:
        """The names of an object's tags, in the order in which they came."""
        return [self.tags[tag_id].name for tag_id in tagged.tags]


def _touch(tagged: Tagged, now: int) -> None:
    """Tagging a contact is a change of the contact, as captured payloads show; of nothing else that is known."""
    if tagged.kind == "contact":
        tagged.item = {**tagged.item, "updated_at": now}
