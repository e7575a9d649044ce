"""Searching conversations, tickets and contacts, a page at a time."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from workers.intercom import objects
from workers.intercom.answers import Answer, Page, page
from workers.intercom.call import LARGEST_LIST, Call
from workers.intercom.connection import Connection
from workers.intercom.errors import Unsendable
from workers.intercom.fields import Unreadable
from workers.intercom.objects import Contact, Conversation, Ticket
from workers.intercom.query import Query, check_for_contacts

T = TypeVar("T")

LARGEST_PAGE: Final = 150
"""https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/pagination/"""
_LONGEST_CURSOR: Final = 4096


class SearchCalls(Connection):
    """The searches. Each call brings one page, of up to `per_page`; `starting_after` is the `next` of the page before.

    The cursor goes in the body: Intercom ignores one in the query string and answers page 1 again.
    """

    async def search_conversations(
        self, query: Query, *, per_page: int = LARGEST_PAGE, starting_after: str | None = None
    ) -> Answer[Page[Conversation]]:
        """Conversations, without their parts."""
        return await self._page("conversations", query, per_page, starting_after, objects.conversation)

    async def search_tickets(
        self, query: Query, *, per_page: int = LARGEST_PAGE, starting_after: str | None = None
    ) -> Answer[Page[Ticket]]:
        """Tickets; there is no field for their tags."""
        return await self._page("tickets", query, per_page, starting_after, objects.ticket)

    async def search_contacts(
        self, query: Query, *, per_page: int = LARGEST_PAGE, starting_after: str | None = None
    ) -> Answer[Page[Contact]]:
        """Contacts; new ones can be missing for some minutes, merged ones are.

        Dates are compared by calendar day, in the workspace's time zone: see `moments.since_day`.
        """
        check_for_contacts(query)
        return await self._page("contacts", query, per_page, starting_after, objects.contact)

    async def _page(
        self, folder: str, query: Query, per_page: int, starting_after: str | None, read: Callable[[object], T]
    ) -> Answer[Page[T]]:
        body = {"query": query.to_json(), "pagination": _pagination(per_page, starting_after)}
        names = (folder, "data") if folder != "contacts" else ("data", "contacts")

        def read_page(found: object) -> Page[T]:
            brought = page(found, names, read)
            if brought.next is not None and brought.next == starting_after:
                raise Unreadable("the next page is this page again")
            return brought

        return await self._ask(Call("POST", f"/{folder}/search", body, largest=LARGEST_LIST), read_page)


def _pagination(per_page: int, starting_after: str | None) -> dict[str, Any]:
    if not 1 <= per_page <= LARGEST_PAGE:
        raise Unsendable(f"results on a page: found {per_page}, wanted 1 to {LARGEST_PAGE}")
    if starting_after is None:
        return {"per_page": per_page}
    if not 1 <= len(starting_after) <= _LONGEST_CURSOR:
        raise Unsendable(f"cursor: found {len(starting_after)} characters, wanted 1 to {_LONGEST_CURSOR}")
    return {"per_page": per_page, "starting_after": starting_after}
