"""Every call of the client, by example: what is asked of it, what it sends, what it is answered, what it makes of that.

The answers are small ones of REST 2.10; `tests/contract` holds requests and answers against Intercom's description.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from workers.intercom.answers import Answer, Page, Tag, Tagged
from workers.intercom.client import Intercom
from workers.intercom.objects import Company, Contact, Conversation, Ticket
from workers.intercom.query import Filter, all_of, any_of
from workers.intercom.workspace import Admin, Me, Segment, Team

Call = Callable[[Intercom], Awaitable[Answer[Any]]]


@dataclass(frozen=True)
class Example:
    """`request` is method and path, `body` the very bytes, `answer` None for an answer without a body."""

    method: str
    call: Call
    request: str
    body: bytes
    answer: Any
    value: Any
    variant: str = ""

    @property
    def id(self) -> str:
        return f"{self.method} {self.variant}".strip()


CONTACT_ID = "66ab2f10c4d5e6f7a8b90c11"
COMPANY_ID = "66ab2f10c4d5e6f7a8b90d22"

BASIC_TAG = {"type": "tag", "id": "81", "name": "billing/refund"}
TAG = {**BASIC_TAG, "applied_at": 1722500100, "applied_by": {"type": "admin", "id": "5017001"}}
APPLIED = Tag("81", "billing/refund", 1722500100, "5017001")
REFUND = Tag("81", "billing/refund")

ADMIN = {
    "type": "admin",
    "id": "5017001",
    "name": "Ada Example",
    "email": "ada@example.com",
    "away_mode_enabled": False,
    "has_inbox_seat": True,
    "team_ids": [814865],
}
ADA = Admin("5017001", "Ada Example", "ada@example.com", has_inbox_seat=True, away=False, team_ids=("814865",))
SEGMENT = {"type": "segment", "id": "56203d253cba154d39010062", "name": "Active", "person_type": "user"}
ACTIVE = Segment("56203d253cba154d39010062", "Active", "user")

CONVERSATION = {
    "type": "conversation",
    "id": "215470000112233",
    "created_at": 1722500000,
    "updated_at": 1722500060,
    "state": "open",
    "admin_assignee_id": 5017001,
    "team_assignee_id": None,
    "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": CONTACT_ID, "external_id": "42"}]},
    "tags": {"type": "tag.list", "tags": [TAG]},
}
READ_CONVERSATION = Conversation(
    id="215470000112233",
    state="open",
    created_at=1722500000,
    updated_at=1722500060,
    admin_assignee_id="5017001",
    team_assignee_id=None,
    contact_ids=(CONTACT_ID,),
    company_id=None,
    tags=(APPLIED,),
    document=CONVERSATION,
)
TICKET = {
    "type": "ticket",
    "id": "494",
    "ticket_id": "53",
    "category": "Customer",
    "ticket_attributes": {"_default_title_": "Broken"},
    "ticket_state": "in_progress",
    "created_at": 1722500000,
    "updated_at": 1722500060,
    "admin_assignee_id": "0",
    "team_assignee_id": "814865",
    "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": CONTACT_ID}]},
}
READ_TICKET = Ticket(
    id="494",
    ticket_id="53",
    category="Customer",
    state="in_progress",
    created_at=1722500000,
    updated_at=1722500060,
    admin_assignee_id=None,
    team_assignee_id="814865",
    contact_ids=(CONTACT_ID,),
    document=TICKET,
)
CONTACT = {
    "type": "contact",
    "id": CONTACT_ID,
    "external_id": "42",
    "role": "user",
    "owner_id": 5017001,
    "created_at": 1722500000,
    "updated_at": 1722500060,
    "tags": {"data": [{"type": "tag", "id": "81", "url": "/tags/81"}], "total_count": 1, "has_more": False},
    "companies": {"data": [{"type": "company", "id": COMPANY_ID, "url": "/c"}], "total_count": 11, "has_more": True},
}
READ_CONTACT = Contact(
    id=CONTACT_ID,
    external_id="42",
    role="user",
    owner_id="5017001",
    created_at=1722500000,
    updated_at=1722500060,
    tag_ids=("81",),
    more_tags=False,
    company_ids=(COMPANY_ID,),
    more_companies=True,
    document=CONTACT,
)
COMPANY = {
    "type": "company",
    "id": COMPANY_ID,
    "company_id": "acme-1",
    "created_at": 1722500000,
    "updated_at": 1722500060,
    "tags": {"type": "tag.list", "tags": []},
}
READ_COMPANY = Company(COMPANY_ID, "acme-1", 1722500000, 1722500060, (), document=COMPANY)

LAST_PAGE = {"type": "pages", "page": 2, "per_page": 150, "total_pages": 2}
PAGE = {**LAST_PAGE, "page": 1, "next": {"per_page": 150, "starting_after": "Wz=="}}

EXAMPLES = (
    Example(
        "list_tags",
        lambda client: client.list_tags(),
        "GET /tags",
        b"",
        {"type": "list", "data": [BASIC_TAG, {"type": "tag", "id": "82", "name": "vip"}]},
        (REFUND, Tag("82", "vip")),
    ),
    Example("find_tag", lambda client: client.find_tag("81"), "GET /tags/81", b"", BASIC_TAG, REFUND),
    Example(
        "create_tag",
        lambda client: client.create_tag("Überfällig/€"),
        "POST /tags",
        '{"name":"Überfällig/€"}'.encode(),
        {**BASIC_TAG, "name": "Überfällig/€"},
        Tag("81", "Überfällig/€"),
    ),
    Example(
        "rename_tag",
        lambda client: client.rename_tag("81", "billing/refund"),
        "POST /tags",
        b'{"id":"81","name":"billing/refund"}',
        BASIC_TAG,
        REFUND,
    ),
    Example("delete_tag", lambda client: client.delete_tag("81"), "DELETE /tags/81", b"", None, None),
    Example(
        "tag_companies",
        lambda client: client.tag_companies("billing/refund", [COMPANY_ID], company_ids=["acme/1"]),
        "POST /tags",
        b'{"name":"billing/refund","companies":[{"id":"%b"},{"company_id":"acme/1"}]}' % COMPANY_ID.encode(),
        BASIC_TAG,
        Tagged(REFUND),
    ),
    Example(
        "untag_companies",
        lambda client: client.untag_companies("billing/refund", [COMPANY_ID], company_ids=["acme/1"]),
        "POST /tags",
        b'{"name":"billing/refund","companies":[{"id":"%b","untag":true},{"company_id":"acme/1","untag":true}]}'
        % COMPANY_ID.encode(),
        BASIC_TAG,
        Tagged(REFUND),
    ),
    Example(
        "tag_users",
        lambda client: client.tag_users("billing/refund", [CONTACT_ID]),
        "POST /tags",
        b'{"name":"billing/refund","users":[{"id":"%b"}]}' % CONTACT_ID.encode(),
        BASIC_TAG,
        Tagged(REFUND),
    ),
    Example(
        "attach",
        lambda client: client.attach("conversation", "215", "81", "5017001"),
        "POST /conversations/215/tags",
        b'{"id":"81","admin_id":"5017001"}',
        TAG,
        APPLIED,
        "to a conversation",
    ),
    Example(
        "attach",
        lambda client: client.attach("ticket", "494", "81", "5017001"),
        "POST /tickets/494/tags",
        b'{"id":"81","admin_id":"5017001"}',
        TAG,
        APPLIED,
        "to a ticket",
    ),
    Example(
        "attach",
        lambda client: client.attach("contact", CONTACT_ID, "81"),
        f"POST /contacts/{CONTACT_ID}/tags",
        b'{"id":"81"}',
        TAG,
        APPLIED,
        "to a contact",
    ),
    Example(
        "attach",
        lambda client: client.attach("contact", CONTACT_ID, "81", "5017001"),
        f"POST /contacts/{CONTACT_ID}/tags",
        b'{"id":"81"}',
        TAG,
        APPLIED,
        "to a contact, with an admin",
    ),
    Example(
        "detach",
        lambda client: client.detach("conversation", "215", "81", "5017001"),
        "DELETE /conversations/215/tags/81",
        b'{"admin_id":"5017001"}',
        TAG,
        APPLIED,
        "from a conversation",
    ),
    Example(
        "detach",
        lambda client: client.detach("ticket", "494", "81", "5017001"),
        "DELETE /tickets/494/tags/81",
        b'{"admin_id":"5017001"}',
        TAG,
        APPLIED,
        "from a ticket",
    ),
    Example(
        "detach",
        lambda client: client.detach("contact", CONTACT_ID, "81"),
        f"DELETE /contacts/{CONTACT_ID}/tags/81",
        b"",
        TAG,
        APPLIED,
        "from a contact",
    ),
    Example(
        "tags_of_contact",
        lambda client: client.tags_of_contact(CONTACT_ID),
        f"GET /contacts/{CONTACT_ID}/tags",
        b"",
        {"type": "list", "data": [TAG]},
        (APPLIED,),
    ),
    Example(
        "me",
        lambda client: client.me(),
        "GET /me",
        b"",
        {
            "type": "admin",
            "id": "5017001",
            "name": "Ada Example",
            "has_inbox_seat": True,
            "app": {"type": "app", "id_code": "q4mx81zt", "region": "EU", "timezone": "Europe/Berlin"},
        },
        Me("5017001", "q4mx81zt", "EU", "Europe/Berlin", "Ada Example", has_inbox_seat=True),
    ),
    Example(
        "list_admins",
        lambda client: client.list_admins(),
        "GET /admins",
        b"",
        {"type": "admin.list", "admins": [ADMIN, None]},
        (ADA,),
    ),
    Example("find_admin", lambda client: client.find_admin("5017001"), "GET /admins/5017001", b"", ADMIN, ADA),
    Example(
        "list_teams",
        lambda client: client.list_teams(),
        "GET /teams",
        b"",
        {"type": "team.list", "teams": [{"type": "team", "id": "814865", "name": "Tier 2", "admin_ids": [5017001]}]},
        (Team("814865", "Tier 2", ("5017001",)),),
    ),
    Example(
        "list_segments",
        lambda client: client.list_segments(),
        "GET /segments",
        b"",
        {"type": "segment.list", "segments": [SEGMENT], "pages": {}},
        Page((ACTIVE,), None, None, complete=True),
    ),
    Example(
        "find_conversation",
        lambda client: client.find_conversation("215470000112233"),
        "GET /conversations/215470000112233",
        b"",
        CONVERSATION,
        READ_CONVERSATION,
    ),
    Example("find_ticket", lambda client: client.find_ticket("494"), "GET /tickets/494", b"", TICKET, READ_TICKET),
    Example(
        "find_contact",
        lambda client: client.find_contact(CONTACT_ID),
        f"GET /contacts/{CONTACT_ID}",
        b"",
        CONTACT,
        READ_CONTACT,
    ),
    Example(
        "companies_of_contact",
        lambda client: client.companies_of_contact(CONTACT_ID),
        f"GET /contacts/{CONTACT_ID}/companies",
        b"",
        {
            "type": "list",
            "companies": [COMPANY],
            "pages": {"type": "pages", "next": "https://api.example.com/next", "page": 1},
            "total_count": 51,
        },
        Page((READ_COMPANY,), None, 51, complete=False),
    ),
    Example(
        "segments_of_contact",
        lambda client: client.segments_of_contact(CONTACT_ID),
        f"GET /contacts/{CONTACT_ID}/segments",
        b"",
        {"type": "list", "data": [SEGMENT]},
        Page((ACTIVE,), None, None, complete=True),
    ),
    Example(
        "find_company",
        lambda client: client.find_company(COMPANY_ID),
        f"GET /companies/{COMPANY_ID}",
        b"",
        COMPANY,
        READ_COMPANY,
    ),
    Example(
        "search_conversations",
        lambda client: client.search_conversations(
            all_of(
                Filter("updated_at", ">", 1722500000), any_of(Filter("open", "=", True), Filter("tag_ids", "=", "81"))
            )
        ),
        "POST /conversations/search",
        b'{"query":{"operator":"AND","value":[{"field":"updated_at","operator":">","value":1722500000},'
        b'{"operator":"OR","value":[{"field":"open","operator":"=","value":true},'
        b'{"field":"tag_ids","operator":"=","value":"81"}]}]},"pagination":{"per_page":150}}',
        {"type": "conversation.list", "conversations": [CONVERSATION], "total_count": 151, "pages": PAGE},
        Page((READ_CONVERSATION,), "Wz==", 151, complete=False),
    ),
    Example(
        "search_conversations",
        lambda client: client.search_conversations(Filter("open", "=", True), per_page=20, starting_after="Wz=="),
        "POST /conversations/search",
        b'{"query":{"field":"open","operator":"=","value":true},"pagination":{"per_page":20,"starting_after":"Wz=="}}',
        {"type": "conversation.list", "conversations": [], "total_count": 151, "pages": LAST_PAGE},
        Page((), None, 151, complete=True),
        "on from a cursor",
    ),
    Example(
        "search_tickets",
        lambda client: client.search_tickets(Filter("ticket_type_id", "IN", ("7", "8"))),
        "POST /tickets/search",
        b'{"query":{"field":"ticket_type_id","operator":"IN","value":["7","8"]},"pagination":{"per_page":150}}',
        {"type": "ticket.list", "tickets": [TICKET], "total_count": 1, "pages": LAST_PAGE},
        Page((READ_TICKET,), None, 1, complete=True),
    ),
    Example(
        "search_contacts",
        lambda client: client.search_contacts(Filter("updated_at", "=", 1722500000), starting_after="Wz=="),
        "POST /contacts/search",
        b'{"query":{"field":"updated_at","operator":"=","value":1722500000},'
        b'"pagination":{"per_page":150,"starting_after":"Wz=="}}',
        {"type": "list", "data": [CONTACT], "total_count": 1, "pages": LAST_PAGE},
        Page((READ_CONTACT,), None, 1, complete=True),
    ),
)


def methods() -> set[str]:
    """The names of all calls that the client has."""
    return {name for name in dir(Intercom) if not name.startswith("_")} - {"use"}
