"""Finding one conversation, ticket, contact or company by its id, and what belongs to a contact."""

from workers.intercom import objects
from workers.intercom.answers import Answer, Page, page
from workers.intercom.call import LARGEST_LIST, Call
from workers.intercom.connection import Connection
from workers.intercom.errors import TargetGone
from workers.intercom.ids import checked
from workers.intercom.objects import Company, Contact, Conversation, Ticket
from workers.intercom.workspace import Segment, segments


class LookupCalls(Connection):
    """The calls that read one object; each raises TargetGone when there is none, else as any IntercomError says."""

    async def find_conversation(self, conversation_id: str) -> Answer[Conversation]:
        """One conversation, with its newest parts, at most 500."""
        return await self._ask(_get("conversations", "conversation", conversation_id), objects.conversation)

    async def find_ticket(self, ticket_id: str) -> Answer[Ticket]:
        """One ticket, by its `id`; the number that people see, its `ticket_id`, finds another one or none."""
        return await self._ask(_get("tickets", "ticket", ticket_id), objects.ticket)

    async def find_contact(self, contact_id: str) -> Answer[Contact]:
        """One contact; one that was merged into another is gone."""
        return await self._ask(_get("contacts", "contact", contact_id), objects.contact)

    async def companies_of_contact(self, contact_id: str) -> Answer[Page[Company]]:
        """The companies of a contact; 2.10 describes no way to ask for a second page."""
        call = _get("contacts", "contact", contact_id, "/companies")
        # The API's description says `companies`, its example `data`.
        return await self._ask(call, lambda found: page(found, ("companies", "data"), objects.company))

    async def segments_of_contact(self, contact_id: str) -> Answer[Page[Segment]]:
        """The segments that a contact is in."""
        return await self._ask(_get("contacts", "contact", contact_id, "/segments"), segments)

    async def find_company(self, company_id: str) -> Answer[Company]:
        """One company, by Intercom's id."""
        return await self._ask(_get("companies", "company", company_id), objects.company)


def _get(folder: str, what: str, found: str, more: str = "") -> Call:
    return Call("GET", f"/{folder}/{checked(found, what)}{more}", missing=TargetGone, largest=LARGEST_LIST)
