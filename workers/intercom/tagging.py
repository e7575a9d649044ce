"""Putting tags on conversations, tickets and contacts, and taking them off.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags
"""

from typing import Final

from rules.language.values import Kind
from workers.intercom import answers
from workers.intercom.answers import Answer, Tag
from workers.intercom.call import Call
from workers.intercom.connection import Connection
from workers.intercom.errors import TagGone, TargetGone, Unsendable
from workers.intercom.ids import checked

_PATHS: Final = {"conversation": "/conversations", "ticket": "/tickets", "contact": "/contacts"}


class TaggingCalls(Connection):
    """The calls that tag one object by the tag's id."""

    async def attach(self, kind: Kind, target_id: str, tag_id: str, admin_id: str | None = None) -> Answer[Tag]:
        """Put a tag on a conversation, ticket or contact.

        `admin_id` says in whose name; conversations and tickets need one, for contacts it is not sent. A company is
        tagged by name: see `tag_companies`.

        Raises:
            TargetGone: there is no such conversation, ticket or contact.
            TagGone: there is no such tag, as far as can be told.
            AdminGone: there is no such admin.
            IntercomError: see there.
        """
        body = {"id": checked(tag_id, "tag"), **_in_the_name_of(kind, admin_id)}
        return await self._ask(Call("POST", f"{_path(kind, target_id)}/tags", body, missing=TagGone), answers.tag)

    async def detach(self, kind: Kind, target_id: str, tag_id: str, admin_id: str | None = None) -> Answer[Tag | None]:
        """Take a tag off a conversation, ticket or contact; the value is None when it was not there.

        Raises:
            TargetGone: there is no such conversation, ticket or contact.
            AdminGone: there is no such admin.
            IntercomError: see there.
        """
        path = f"{_path(kind, target_id)}/tags/{checked(tag_id, 'tag')}"
        body = _in_the_name_of(kind, admin_id) or None
        try:
            return await self._ask(Call("DELETE", path, body, missing=TagGone), answers.tag)
        except TagGone as gone:
            # Of a contact Intercom says "Resource Not Found" instead: whatever that tag is, it is not on the contact.
            absent = gone.code == "tag_not_found" or kind == "contact"
            if not absent or gone.sent_at is None or gone.received_at is None:
                raise
            return Answer(None, gone.limits, gone.sent_at, gone.received_at, gone.status or 0)

    async def tags_of_contact(self, contact_id: str) -> Answer[tuple[Tag, ...]]:
        """All tags of a contact; this list has no pages.

        Raises:
            TargetGone: there is no such contact, or it was merged into another.
            IntercomError: see there.
        """
        return await self._ask(Call("GET", f"{_path('contact', contact_id)}/tags", missing=TargetGone), answers.tags)


def _path(kind: Kind, target_id: str) -> str:
    if kind not in _PATHS:
        raise Unsendable(f"cannot tag a {kind} here: wanted one of {', '.join(_PATHS)}")
    return f"{_PATHS[kind]}/{checked(target_id, kind)}"


def _in_the_name_of(kind: Kind, admin_id: str | None) -> dict[str, str]:
    if kind == "contact":
        return {}
    if admin_id is None:
        raise Unsendable(f"cannot tag a {kind} in nobody's name: wanted the id of an admin")
    return {"admin_id": checked(admin_id, "admin")}
