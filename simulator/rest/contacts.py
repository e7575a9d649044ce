"""`/contacts`: one contact, its tags, companies and segments, and the search.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/contacts
"""

from collections.abc import Sequence

from simulator.documents.company import company_document
from simulator.documents.contact import contact_document
from simulator.documents.segment import segment_document
from simulator.errors import resource_not_found
from simulator.rest.numbered_pages import page_of
from simulator.rest.request import Answer, Request, ok, required_id
from simulator.rest.tagging import attach, detach
from simulator.rest.version import contact_in
from simulator.search.page import answer_search
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace

COMPANIES_A_PAGE = 50


def answer(workspace: Workspace, request: Request) -> Answer:
    """Whatever is asked of `/contacts`."""
    match request.method, request.steps[1:]:
        case "POST", ["search"]:
            page = answer_search(workspace, "contact", request.fields(), now=request.now)
            data = [contact_in(request.version, contact_document(found)) for found in page.found]
            return ok({"type": "list", "data": data, "total_count": page.total, "pages": page.document()})
        case "GET", [contact_id]:
            contact = workspace.find("contact", contact_id)
            return ok(contact_in(request.version, contact_document(contact)))
        case "GET", [contact_id, "companies"]:
            return _companies(workspace, request, workspace.find("contact", contact_id))
        case "GET", [contact_id, "segments"]:
            segments = workspace.segments_of(workspace.find("contact", contact_id))
            return ok({"type": "list", "data": [segment_document(segment) for segment in segments]})
        case _, [contact_id, "tags", *rest]:
            return _tags(workspace, request, workspace.find("contact", contact_id), rest)
        case _:
            raise resource_not_found()


def _tags(workspace: Workspace, request: Request, contact: Tagged, rest: Sequence[str]) -> Answer:
    match request.method, rest:
        case "GET", []:
            return ok({"type": "list", "data": workspace.tags_on(contact)})
        case "POST", []:
            return attach(workspace, request, contact, required_id(request.fields(), "id"), workspace.owner)
        case "DELETE", [tag_id]:
            return detach(workspace, request, contact, tag_id)
        case _:
            raise resource_not_found()


def _companies(workspace: Workspace, request: Request, contact: Tagged) -> Answer:
    page = page_of(contact.companies, request, default=COMPANIES_A_PAGE)
    data = [company_document(workspace, workspace.find("company", company_id)) for company_id in page.items]
    return ok({"type": "list", "data": data, "total_count": page.total, "pages": page.document()})
