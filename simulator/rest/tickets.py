"""`/tickets`: one ticket, its tags, which can never be read back, and the search.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tickets
"""

from simulator import choices
from simulator.errors import resource_not_found
from simulator.rest.request import Answer, Request, ok
from simulator.rest.tagging import attach_by_admin, detach_by_admin
from simulator.rest.version import ticket_in
from simulator.search.page import answer_search
from simulator.workspace.state import Workspace


def answer(workspace: Workspace, request: Request) -> Answer:
    """Whatever is asked of `/tickets`."""
    match request.method, request.steps[1:]:
        case "POST", ["search"]:
            page = answer_search(workspace, "ticket", request.fields(), now=request.now)
            found = [ticket_in(request.version, ticket.item) for ticket in page.found]
            pages = {"total_count": page.total, "pages": page.document()}
            return ok({"type": "ticket.list", "tickets": found, **pages})
        case "GET", [ticket_id]:
            ticket = workspace.objects.get(("ticket", ticket_id))
            if ticket is None:
                raise choices.unknown_ticket_to_read()
            return ok(ticket_in(request.version, ticket.item))
        case "POST", [ticket_id, "tags"]:
            return attach_by_admin(workspace, request, "ticket", ticket_id)
        case "DELETE", [ticket_id, "tags", tag_id]:
            return detach_by_admin(workspace, request, "ticket", ticket_id, tag_id)
        case _:
            raise resource_not_found()
