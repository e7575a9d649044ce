"""The workspace's tags, and tagging by name, which is the only way to tag a company.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags
"""

from collections.abc import Iterable
from typing import Any

from workers.intercom import answers
from workers.intercom.answers import Answer, Tag, Tagged
from workers.intercom.call import LARGEST_LIST, Call
from workers.intercom.connection import Connection
from workers.intercom.errors import TagGone, TargetGone, Unsendable
from workers.intercom.ids import checked


class TagCalls(Connection):
    """The calls under /tags."""

    async def list_tags(self) -> Answer[tuple[Tag, ...]]:
        """All tags of the workspace; this list has no pages."""
        return await self._ask(Call("GET", "/tags", largest=LARGEST_LIST), answers.tags)

    async def find_tag(self, tag_id: str) -> Answer[Tag]:
        """One tag.

        Raises:
            TagGone: there is none of that id.
            IntercomError: see there.
        """
        return await self._ask(Call("GET", f"/tags/{checked(tag_id, 'tag')}", missing=TagGone), answers.tag)

    async def create_tag(self, name: str) -> Answer[Tag]:
        """Make a tag, or find the one of that name: Intercom compares names without regard to case."""
        return await self._ask(Call("POST", "/tags", {"name": name}), answers.tag)

    async def rename_tag(self, tag_id: str, name: str) -> Answer[Tag]:
        """Give a tag another name; its id stays.

        Raises:
            TagGone: there is no such tag, as far as can be told.
            Rejected: Intercom does not want that name; what it says of one that is taken is not documented.
            IntercomError: see there.
        """
        body = {"id": checked(tag_id, "tag"), "name": name}
        return await self._ask(Call("POST", "/tags", body, missing=TagGone), answers.tag)

    async def delete_tag(self, tag_id: str) -> Answer[None]:
        """Delete a tag from the workspace, and so from all that carries it.

        Raises:
            TagGone: there is none of that id.
            TagInUse: segments or the like are made with it; the message names them.
            IntercomError: see there.
        """
        path = f"/tags/{checked(tag_id, 'tag')}"
        # The API describes no body for the answer.
        return await self._ask(Call("DELETE", path, missing=TagGone, bodiless=True), lambda _: None)

    async def tag_companies(
        self, name: str, ids: Iterable[str] = (), *, company_ids: Iterable[str] = ()
    ) -> Answer[Tagged]:
        """Tag companies by the tag's name: Intercom makes the tag if there is none of that name.

        `ids` are Intercom's, `company_ids` one's own. Whether the others are tagged when one of several does not exist
        is not documented: one company a call is the way to know.

        Raises:
            TargetGone: there is no such company.
            IntercomError: see there.
        """
        return await self._tagging(name, "companies", _companies(ids, company_ids))

    async def untag_companies(
        self, name: str, ids: Iterable[str] = (), *, company_ids: Iterable[str] = ()
    ) -> Answer[Tagged]:
        """Take a tag off companies, by its name; else like `tag_companies`."""
        return await self._tagging(name, "companies", [{**one, "untag": True} for one in _companies(ids, company_ids)])

    async def tag_users(self, name: str, contact_ids: Iterable[str]) -> Answer[Tagged]:
        """Tag contacts by the tag's name: Intercom makes the tag if there is none of that name.

        Raises:
            TargetGone: there is no such contact.
            IntercomError: see there.
        """
        return await self._tagging(name, "users", [{"id": checked(one, "contact")} for one in contact_ids])

    async def _tagging(self, name: str, kind: str, entities: list[dict[str, Any]]) -> Answer[Tagged]:
        if not entities:
            # Without any, this body would be the one that makes a tag.
            raise Unsendable(f"tag {name[:70]!r}: wanted {kind}, found none")
        return await self._ask(
            Call("POST", "/tags", {"name": name, kind: entities}, missing=TargetGone), answers.tagged
        )


def _companies(ids: Iterable[str], company_ids: Iterable[str]) -> list[dict[str, Any]]:
    by_id = [{"id": checked(one, "company")} for one in ids]
    return by_id + [{"company_id": one} for one in company_ids]
