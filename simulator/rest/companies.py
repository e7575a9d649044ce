"""`/companies`.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/companies
"""

from simulator.documents.company import company_document
from simulator.documents.segment import segment_document
from simulator.errors import ApiError, resource_not_found
from simulator.rest.numbered_pages import page_of
from simulator.rest.request import Answer, Request, ok
from simulator.workspace.objects import Tagged
from simulator.workspace.state import Workspace

COMPANIES_A_PAGE = 15


def answer(workspace: Workspace, request: Request) -> Answer:
    """Whatever is asked of `/companies`."""
    match request.method, request.steps[1:]:
        case "GET", []:
            return _list(workspace, request)
        case "GET", [company_id]:
            return ok(company_document(workspace, workspace.find("company", company_id)))
        case "GET", [company_id, "segments"]:
            segments = workspace.segments_of(workspace.find("company", company_id))
            return ok({"type": "list", "data": [segment_document(segment) for segment in segments]})
        case _:
            raise resource_not_found()


def _list(workspace: Workspace, request: Request) -> Answer:
    page = page_of(_wanted(workspace, request), request, default=COMPANIES_A_PAGE)
    data = [company_document(workspace, company) for company in page.items]
    return ok({"type": "list", "data": data, "total_count": page.total, "pages": page.document()})


def _wanted(workspace: Workspace, request: Request) -> list[Tagged]:
    query, companies = request.query, list(workspace.every("company"))
    if "company_id" in query:
        return [workspace.company_known_as(query["company_id"])]
    if "name" in query:
        named = [company for company in companies if company.item.get("name") == query["name"]]
        if not named:
            raise ApiError(404, "company_not_found", "Company Not Found")
        return named
    if "tag_id" in query:
        return [company for company in companies if query["tag_id"] in company.tags]
    if "segment_id" in query:
        segment = workspace.segments.get(query["segment_id"])
        return [company for company in companies if segment is not None and segment.holds(company)]
    return companies
